"""Fusion in a browser: drop a modality and see the scores, narrow down the items, share the address."""

from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from tests.e2e.serving import settled, still

pytestmark = pytest.mark.e2e


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def test_what_dropping_a_modality_costs_is_a_chart_and_a_table(visit):
    page = visit("/fusion")
    expect(page.get_by_role("heading", name="What dropping a modality costs")).to_be_visible()
    before = page.get_by_text("as trained: Recall@20 of", exact=False)
    expect(before).to_be_visible()
    page.get_by_text("NDCG@20", exact=True).click()
    expect(page.get_by_text("as trained: NDCG@20 of", exact=False)).to_be_visible()
    settled(page)
    assert query(page)["loss_metric"] == ["ndcg@20"]
    below = page.get_by_test_id("stExpander").nth(1)
    below.get_by_text("The same as a table").click()
    still(page)
    with page.expect_download() as download:
        below.get_by_role("button", name="CSV", exact=True).click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("variant,users,recall@20")
    assert any(line.startswith("without ") for line in lines)
    assert page.foreign == []


def test_a_slider_at_0_drops_a_modality_and_the_address_says_so(visit):
    page = visit("/fusion")
    expect(page.get_by_text("This is the trained mix", exact=False)).to_be_visible()
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("Home")
    expect(page.get_by_text("Items replaced in the top 20").first).to_be_visible()
    settled(page)
    name = next(name for name in query(page) if name.startswith("mix_"))
    assert float(query(page)[name][0]) == 0
    page.reload()
    settled(page)
    expect(page.get_by_text("Items replaced in the top 20").first).to_be_visible()
    page.get_by_role("button", name="Back to the trained mix").click()
    expect(page.get_by_text("This is the trained mix", exact=False)).to_be_visible()
    settled(page)
    assert name not in query(page)


def test_items_that_lean_on_the_other_modality_are_others(visit):
    page = visit("/fusion")
    page.locator(".lx-card .title").first.wait_for()
    before = page.locator(".lx-card .title").all_inner_texts()
    other = page.get_by_test_id("stButtonGroup").filter(has_text="Leaning the most on").get_by_role("radio").last
    other.click()
    page.wait_for_function("before => document.querySelector('.lx-card .title').innerText !== before", arg=before[0])
    settled(page)
    assert page.locator(".lx-card .title").all_inner_texts() != before
    assert "leaning" in query(page)


def test_a_phone_scrolls_only_downwards(visit):
    page = visit("/fusion")
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollWidth <= e.clientWidth")
