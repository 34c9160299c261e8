"""What a visitor does: pick a user, ask why, walk the graph."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import settled

pytestmark = pytest.mark.e2e


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def titles(page) -> list[str]:
    return page.locator(".lx-row .title").all_inner_texts()


@pytest.mark.parametrize("path", ["/", "/item-graph", "/fusion", "/cold-start", "/models"])
def test_a_deep_link_opens_and_asks_no_other_server(visit, path):
    page = visit(path)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.foreign == []


def test_picking_a_user_by_typing_changes_lists_and_url(visit):
    page = visit("/")
    before, user = titles(page), query(page)["user"][0]
    box = page.get_by_test_id("stSelectbox").filter(has_text="User").locator("input")
    box.click()
    options = page.get_by_role("option")
    options.first.wait_for()
    other = next(text.split(" · ")[0] for text in options.all_inner_texts() if text.split(" · ")[0] != user)
    box.fill(other)
    page.get_by_role("option", name=re.compile(f"^{re.escape(other)} ·")).first.click()
    expect(page.get_by_text(f"What {other} has")).to_be_visible()
    settled(page)
    assert query(page)["user"] == [other]
    assert titles(page) != before


def test_why_opens_and_has_a_url(visit):
    page = visit("/")
    page.get_by_role("button", name="Why?").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("collaborative", exact=False).first).to_be_visible()
    item = query(page)["item"][0]
    settled(page)
    page.reload()
    expect(page.get_by_role("dialog").get_by_text(item, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    assert "item" not in query(page)
