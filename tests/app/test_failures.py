"""A fault is one line with an id on the page; its text and the server's paths are in the log alone."""

import logging
import re
import shutil

import pytest
import streamlit as st

from app.failures import told_by_id, without_paths

VIEWS = ("recommend", "item_graph", "fusion", "cold_start", "models")
SECRET = "hunter2 in /srv/private/table.parquet"


def everything(app) -> str:
    """All that was sent to the browser, as one text."""
    return "\n".join(str(node.proto) for node in app._tree if getattr(node, "proto", None) is not None)


def break_title(monkeypatch) -> None:
    def broken(*_, **__):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(st, "title", broken)


@pytest.mark.parametrize("view", VIEWS)
def test_an_exception_is_one_line_with_an_id(open_view, failures, monkeypatch, view):
    break_title(monkeypatch)
    app = open_view(view)
    assert len(app.error) == 1
    id = re.search(r"`([0-9a-f]{8})`", app.error[0].value).group(1)
    assert id in failures[-1].getMessage()
    assert str(failures[-1].exc_info[1]) == SECRET
    assert not re.search("hunter2|private|RuntimeError|Traceback", everything(app))
    failures.clear()


@pytest.mark.parametrize("view", VIEWS)
def test_no_path_of_the_server_is_on_a_page(open_view, trained, view):
    app = open_view(view, user="nobody", item="nothing")
    assert not re.search(f"{re.escape(str(trained.parent))}|site-packages|/app/views", everything(app))


@pytest.mark.parametrize("view", VIEWS)
def test_a_damaged_checkpoints_reason_is_in_the_log(open_view, trained, tmp_path, caplog, view):
    st.cache_data.clear()
    shutil.copytree(trained / "shapes", tmp_path / "shapes")
    (tmp_path / "shapes" / "lightgcn" / "model.safetensors").write_bytes(b"nonsense")
    with caplog.at_level(logging.WARNING, "app.failures"):
        app = open_view(view, root=tmp_path)
    id = re.search(r"`([0-9a-f]{8})`", app.warning[0].value).group(1)
    logged = [record.getMessage() for record in caplog.records if record.name == "app.failures"]
    assert len(logged) == 1, "once, however often the page runs"
    assert id in logged[0]
    assert str(tmp_path) in logged[0]
    assert str(tmp_path) not in everything(app)


@pytest.mark.parametrize("view", VIEWS)
def test_without_models_only_the_folders_name_is_shown(open_view, tmp_path, view):
    app = open_view(view, root=tmp_path / "nothing")
    assert "`nothing`" in app.info[0].value
    assert str(tmp_path) not in everything(app)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/srv/shop/model: torn", "model: torn"),
        ("can't read '/a b/c.json' (x)", "can't read 'a b/c.json' (x)"),
        (r"C:\Users\me\table.csv, line 3", "table.csv, line 3"),
        ("see /etc", "see etc"),
        (
            "picture and/or text, 3/4, at https://example.org/a/b",
            "picture and/or text, 3/4, at https://example.org/a/b",
        ),
        ("checkpoints/shapes/mf", "checkpoints/shapes/mf"),
    ],
)
def test_without_paths_keeps_the_last_part(text, expected):
    assert without_paths(text) == expected


def test_stop_and_rerun_pass():
    from streamlit.runtime.scriptrunner import StopException

    with pytest.raises(StopException), told_by_id():
        raise StopException


def test_an_answer_of_a_search_box_that_fails_is_one_line(open_view, failures, monkeypatch):
    app = open_view("recommend")
    monkeypatch.setattr("app.components.search_picker._component", lambda **_: 1 / 0)
    app.run()
    assert all(re.search("`[0-9a-f]{8}`", error.value) for error in app.error)
    assert len(app.error) == len(failures) >= 2, "the user's box and the item's"
    assert "division" not in everything(app)
    assert all(record.exc_info[0] is ZeroDivisionError for record in failures)
    failures.clear()
