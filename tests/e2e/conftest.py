"""A running app and a browser for the whole session; no browser, no tests."""

import re

import pytest
from playwright.sync_api import expect

from tests.app.checkpoints import train_all
from tests.e2e.serving import PATIENCE, ROOT, browser_path, browsing, opened, served, settled, shipped, still
from tests.sharing import made_once

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def browser():
    """The one browser of all tests: a process can't have a second Playwright."""
    if browser_path() is None:
        pytest.skip("no Chromium is installed: `make browser`")
    with browsing() as found:
        yield found


@pytest.fixture(scope="session")
def address(tmp_path_factory, browser):
    checkpoints = shipped() or made_once(tmp_path_factory, "app", train_all) / "checkpoints"
    with served(checkpoints) as found:
        yield found


@pytest.fixture
def visit(browser, address, request):
    """visit("/fusion") -> that page, settled; what it asked of other servers is in `page.foreign`.

    What the Content-Security-Policy kept from it is in `page.refused`.
    What it looks like at the end of the test is kept in screenshots/tests/.
    """
    page = opened(browser)
    page.foreign, page.refused = [], []
    page.on(
        "request", lambda r: page.foreign.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
    )

    page.on("console", lambda m: page.refused.append(m.text) if "Content Security Policy" in m.text else None)

    def visited(path: str = "/"):
        page.goto(address + path)
        settled(page)
        still(page)  # else a click may miss what still moves
        return page

    yield visited
    name = re.sub(r"[^\w-]+", "_", request.node.name)
    page.screenshot(path=ROOT / "screenshots" / "tests" / f"{name}.png", animations="disabled")
    page.context.close()
