"""The Models page tells what `prepare` found in the source of the data."""

import json
import shutil

import pytest

from app.views.models.data_report import fault_table, read_report
from lattice.untrusted import manifest
from tests.app.reading import said

REPORT = {
    "rows_read": 142,
    "kept": 140,
    "left_out": 2,
    "files": [{"file": "orders.csv", "as": "text separated by comma"}],
    "faults": [
        {"kind": "no-user", "message": "no user", "count": 2, "examples": ["orders.csv, line 7"], "left_out": 2}
    ],
}


@pytest.fixture
def reported(trained, tmp_path):
    """A function that puts a report's text into the dataset's folder and returns the checkpoints beside it."""

    def put(text: str):
        shutil.copytree(trained.parent / "shop", tmp_path / "shop")
        shutil.copytree(trained, tmp_path / "checkpoints")
        for config in (tmp_path / "checkpoints" / "shapes").glob("*/config.json"):
            config.write_text(config.read_text().replace(str(trained.parent / "shop"), str(tmp_path / "shop")))
            manifest.write(config.parent)
        (tmp_path / "shop" / "report.json").write_text(text)
        manifest.write(tmp_path / "shop")
        return tmp_path / "checkpoints"

    return put


def test_models_page_counts_what_was_left_out(open_view, reported):
    app = open_view("models", root=reported(json.dumps(REPORT)))
    assert "**142** interactions were read, **140** kept and **2** left out." in said(app)
    assert any("no user" in table.value.to_csv() for table in app.dataframe)


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"rows_read": "many"}'])
def test_models_page_stands_without_a_readable_report(open_view, reported, text):
    app = open_view("models", root=reported(text))
    assert "interactions were read" not in said(app)


def test_fault_table_has_one_row_per_fault():
    table = fault_table(REPORT)
    assert table.to_dict("records") == [
        {"found": "no user", "count": 2, "first places": "orders.csv, line 7", "interactions left out": 2}
    ]


def test_read_report_of_no_folder_is_none(tmp_path):
    assert read_report(None) is None
    assert read_report(tmp_path) is None
