"""Small sources to read, and the real ones where they are at hand."""

from pathlib import Path

import pytest

from lattice.data.options import Options
from lattice.data.readers import read, read_with_report
from lattice.data.report import Report
from lattice.errors import InputError
from tests.real import DATA


@pytest.fixture
def real():
    """A function that gives the folder of a real data set, or skips the test."""

    def find(name: str) -> Path:
        if not (DATA / name).is_dir():
            pytest.skip(f"{name} is not at hand")
        return DATA / name

    return find


@pytest.fixture
def refusal():
    """A function that reads what must be refused, and gives the one line that says why."""

    def read_refused(source: Path, format: str, **options) -> str:
        with pytest.raises(InputError) as refused:
            read(source, format, **options)
        assert "\n" not in str(refused.value)
        return str(refused.value)

    return read_refused


@pytest.fixture
def reported():
    """A function that reads a source, all faults being collected: the dataset, the report and its faults as lines.

    Every row that was read is in the dataset or counted as left out: this is checked each time.
    """

    def read_reported(source: Path, format: str = "auto", **options):
        dataset, report = read_with_report(Path(source), Options(format=format, **options), report=Report(collect=True))
        assert report.kept == len(dataset.interactions)
        assert report.rows_read == report.kept + report.left_out
        return dataset, report, [str(fault) for fault in report.faults]

    return read_reported
