"""One set of trained models for all tests of the app, and the app running on it."""

import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.checkpoints import train_all
from tests.sharing import made_once

MAIN = Path(__file__).parents[2] / "app" / "explorer.py"


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A folder of checkpoints: shapes/lattice, shapes/lightgcn, shapes/mf."""
    return made_once(tmp_path_factory, "app", train_all) / "checkpoints"


@pytest.fixture(autouse=True)
def failures():
    """What pages failed with; `AppTest.exception` lacks it. A test that breaks a page empties the list."""
    found: list[logging.LogRecord] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = found.append
    log = logging.getLogger("app.failures")
    log.addHandler(handler)
    yield found
    log.removeHandler(handler)
    assert not found, "".join(str(record.exc_info[1]) for record in found)


@pytest.fixture
def open_view(trained, monkeypatch):
    """open_view("fusion", user=...) -> the app, run once on that view with that URL."""

    def opened(view: str = "recommend", root: Path = trained, **query: str) -> AppTest:
        monkeypatch.setenv("LATTICE_CHECKPOINTS", str(root))
        app = AppTest.from_file(str(MAIN), default_timeout=600)
        if view != "recommend":  # a page can be switched to only after a first run
            app.run()
            app.query_params.clear()
            app.switch_page(f"views/{view}/page.py")
        app.query_params.update(query)
        app.run()
        assert not app.exception, app.exception[0].value
        return app

    return opened
