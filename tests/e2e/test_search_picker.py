"""The picker in a browser: typing, keys, a phone, what a screen reader is told, and what runs on the server."""

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import browser_path, opened, served, settled

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def picker_address(tmp_path_factory):
    if browser_path() is None:
        pytest.skip("no Chromium is installed: `make browser`")
    with served(tmp_path_factory.mktemp("none"), script="tests/e2e/picker_page.py") as found:
        yield found


@pytest.fixture
def page(browser, picker_address):
    found = opened(browser)
    found.goto(picker_address)
    settled(found)
    yield found
    found.context.close()


def box(page):
    return page.get_by_role("combobox", name="Item")


def options(page):
    return page.get_by_role("option")


def test_typing_lists_matches_and_runs_only_the_fragment(page):
    box(page).click()
    expect(options(page)).to_have_count(30)
    expect(options(page).first).to_contain_text("4999 users · item4999")
    box(page).press_sequentially("cups caf", delay=15)
    expect(options(page).first).to_contain_text("Café cups")
    expect(options(page).first).to_contain_text("item4997")
    expect(page.get_by_text("Whole runs: 1")).to_be_visible()


def test_what_is_chosen_is_what_opens_among_equal_titles(page):
    box(page).fill("red shose")
    expect(options(page).first).to_contain_text("Red shoes")
    options(page).nth(3).click()
    expect(page.get_by_text("Opened: item4980")).to_be_visible()
    expect(page.get_by_text("Whole runs: 2")).to_be_visible()
    expect(box(page)).to_have_value("Red shoes")
    expect(page.locator("#line")).to_have_text("Brand 3 · 4980 users · item4980")
    assert page.url.endswith("?item=item4980")


def test_arrows_enter_and_escape_work(page):
    box(page).focus()
    box(page).press("ArrowDown")
    expect(options(page)).to_have_count(30)
    for _ in range(3):
        box(page).press("ArrowDown")
    expect(options(page).nth(2)).to_have_attribute("aria-selected", "true")
    assert box(page).get_attribute("aria-activedescendant") == options(page).nth(2).get_attribute("id")
    box(page).press("ArrowUp")
    box(page).press("Enter")
    expect(page.get_by_text("Opened: item4998")).to_be_visible()
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    box(page).fill("something else")
    box(page).press("Escape")
    expect(box(page)).to_have_value("Running vest")
    expect(options(page)).to_have_count(0)


def test_enter_waits_for_the_answer_to_what_was_typed(page):
    box(page).fill("item1234")
    box(page).press("Enter")
    expect(page.get_by_text("Opened: item1234")).to_be_visible()


def test_nothing_found_is_said_and_titles_are_text(page):
    box(page).fill("qqqqqq")
    expect(page.get_by_role("status")).to_have_text("Nothing found for “qqqqqq”")
    box(page).fill("tent")
    expect(options(page).first).to_contain_text("Tent <b>&amp;</b>")


def test_random_most_and_like(page):
    box(page).click()
    expect(page.get_by_role("button", name="Like this one")).to_have_count(0)
    page.get_by_role("button", name="Random").click()
    expect(page.get_by_text("Opened: item")).to_be_visible()
    box(page).fill("item7")
    box(page).press("Enter")
    expect(page.get_by_text("Opened: item7")).to_be_visible()
    box(page).click()
    page.get_by_role("button", name="Like this one").click()
    expect(options(page)).to_have_count(3)
    expect(options(page).first).to_contain_text("item8")
    page.get_by_role("button", name="Most bought").click()
    expect(options(page).first).to_contain_text("item4999")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_whole_and_axe_finds_nothing(browser, picker_address, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(browser, viewport={"width": 390, "height": 780}, color_scheme=scheme, has_touch=True, is_mobile=True)
    page.goto(picker_address)
    settled(page)
    box(page).tap()
    expect(options(page)).to_have_count(30)
    panel = page.get_by_role("listbox").bounding_box()
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 390
    assert options(page).first.bounding_box()["height"] >= 44
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert found == []
    page.context.close()
