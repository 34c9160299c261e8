"""Small sources to read, and the real ones where they are at hand."""

from pathlib import Path

import pytest

from lattice.data.readers import read
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
