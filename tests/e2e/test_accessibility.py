"""No page has a serious or critical finding of axe-core, in either theme, wide or narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.screenshots import SIZES, VIEWS, act
from tests.e2e.serving import opened, settled, still

pytestmark = pytest.mark.e2e
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", list(VIEWS))
def test_axe_finds_nothing_serious(browser, address, view, theme):
    page = opened(browser, color_scheme=theme)
    page.goto(address + VIEWS[view])
    settled(page)
    act(page, view)
    found = [(finding, width) for width in SIZES for finding in findings(page, width)]
    page.context.close()
    assert not found, "\n".join(describe(finding, width) for finding, width in found)


def findings(page, width: int) -> list[dict]:
    """What axe calls serious or critical on the page as it is at this width."""
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    still(page)
    violations = Axe().run(page).response["violations"]
    return [violation for violation in violations if violation["impact"] in SERIOUS]


def describe(finding: dict, width: int) -> str:
    nodes = "; ".join(node["html"][:200] for node in finding["nodes"][:3])
    return f"{width} px: {finding['id']} ({finding['impact']}), {len(finding['nodes'])} times: {nodes}"


def test_the_gate_sees_what_is_wrong(browser):
    """A picture without words and pale text on white would be found."""
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>t</title><main><h1>t</h1><img src="x.png">'
        '<p style="color: #ccc; background: #fff">pale</p></main>'
    )
    assert {finding["id"] for finding in findings(page, 1280)} >= {"image-alt", "color-contrast"}
