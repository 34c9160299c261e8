"""A visitor of Recommend asks why, why not and what if, and sends the page to somebody else."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.serving import opened, settled, still

pytestmark = pytest.mark.e2e


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def titles(page: Page, many: int = 10) -> list[str]:
    """What LATTICE's list holds, once all of it is there."""
    rows = page.locator("[class*=st-key-row_lattice_] .lx-row .title")
    expect(rows).to_have_count(many)
    return rows.all_inner_texts()


def move(page: Page, label: str, key: str, times: int) -> None:
    """Move a slider by its keys."""
    handle = page.get_by_role("slider", name=label)
    handle.focus()
    for _ in range(times):
        handle.press(key)
    still(page)
    settled(page)


def open_what_if(page: Page) -> None:
    page.get_by_text("What if?").click()
    expect(page.get_by_role("slider", name="λ")).to_be_visible()


def close_dialog(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("+", ""))


def test_picking_a_user_by_typing_changes_lists_and_address(visit):
    page = visit("/")
    before, user = titles(page), query(page)["user"][0]
    box = page.get_by_role("combobox", name="Shopper")
    box.click()
    options = page.locator("[role=option] .title")
    options.first.wait_for()
    other = next(text for text in options.all_inner_texts() if text != user)
    box.fill(other)
    options.get_by_text(other, exact=True).click()
    expect(page.get_by_text(f"What {other} has")).to_be_visible()
    settled(page)
    assert query(page)["user"] == [other]
    assert titles(page) != before


def test_why_is_answered_in_words_figure_and_table(visit):
    page = visit("/")
    title = titles(page)[0]
    page.get_by_role("button", name="Why?").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(title, exact=True).first).to_be_visible()
    expect(dialog.get_by_text(re.compile("^Because people"))).to_be_visible()
    expect(
        dialog.get_by_text(re.compile("LATTICE puts it at rank 1: .*LightGCN, trained separately, has it"))
    ).to_be_visible()
    expect(dialog.locator(".js-plotly-plot")).to_be_visible()
    drawn = dialog.locator(".js-plotly-plot text").all_text_contents()
    parts = [number(text) for text in drawn if re.fullmatch(r"\s*[+−]\d+\.\d{3}", text)]
    score = next(number(text) for text in drawn if re.fullmatch(r"\s*\d+\.\d{3}", text))
    assert len(parts) > 2
    assert sum(parts) == pytest.approx(score, abs=0.001 * len(parts))
    dialog.get_by_text("Every part as a table").click()
    expect(dialog.get_by_test_id("stDataFrame")).to_be_visible()
    with page.expect_download() as taken:
        dialog.get_by_role("button", name="JSON").click()
    assert taken.value.suggested_filename.endswith(".json")
    item = query(page)["item"][0]
    page.reload()
    expect(page.get_by_role("dialog").get_by_text(item, exact=True)).to_be_visible()
    close_dialog(page)
    expect(page).not_to_have_url(re.compile("item="))


def test_why_not_an_item_found_by_its_title(visit):
    page = visit("/?top=50")
    wanted = titles(page, 50)[-1]
    page.goto(page.url.replace("top=50", "top=10"))
    settled(page)
    page.get_by_role("combobox", name="Why not another item?").fill(wanted)
    page.locator("[role=option] .title").get_by_text(wanted, exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile(r"It is at rank \d+\. For rank 10 it lacks \d"))).to_be_visible()
    expect(dialog.get_by_text("What it lacks for rank 10")).to_be_visible()
    expect(dialog.get_by_test_id("stDataFrame")).to_be_visible()
    asked = query(page)["why_not"]
    page.reload()
    expect(page.get_by_role("dialog").get_by_text(asked[0], exact=True)).to_be_visible()
    close_dialog(page)
    expect(page).not_to_have_url(re.compile("why_not"))


def test_what_if_is_shared_by_its_url_and_reset(visit, browser):
    page = visit("/")
    before = titles(page)
    open_what_if(page)
    expect(page.get_by_text("0 of 10")).to_have_count(2)
    move(page, "k, neighbours per item", "Home", 1)
    assert "neighbours" in query(page)
    expect(page.get_by_role("slider", name="λ")).to_be_visible()  # the section stays open
    expect(page.get_by_role("heading", name="LATTICE, what if")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="Validation Recall@20")).to_contain_text("→")
    move(page, "λ", "ArrowLeft", 4)
    after = titles(page)
    assert after != before

    other = opened(browser)
    other.goto(page.url)
    settled(other)
    assert titles(other) == after
    expect(other.get_by_role("button", name="Reset")).to_be_visible()  # the section is open where something is changed
    assert query(other) == query(page)
    other.context.close()

    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("heading", name="LATTICE, what if")).to_have_count(0)
    settled(page)
    assert titles(page) == before
    assert not {"neighbours", "lambda"} & set(query(page))


def test_an_edge_is_cut_in_why_and_restored(visit):
    page = visit("/")
    page.get_by_role("button", name="Why?").first.click()
    dialog = page.get_by_role("dialog")
    names = dialog.locator(".lx-row .title")
    names.first.wait_for()
    near = names.all_inner_texts()
    dialog.get_by_role("button", name="Cut").first.click()
    expect(dialog.get_by_text("What if, not retrained: 1 edge cut")).to_be_visible()
    settled(page)
    assert near[0] not in names.all_inner_texts()
    assert len(query(page)["cut"]) == 1
    close_dialog(page)
    expect(page.get_by_text("1 edge cut")).to_be_visible()
    open_what_if(page)
    chip = page.get_by_test_id("stMultiSelect").filter(has_text="Cut edges")
    chip.get_by_role("button", name=re.compile("Remove|Delete|Clear", re.I)).first.click()
    settled(page)
    expect(page.get_by_role("heading", name="LATTICE, what if")).to_have_count(0)
    assert "cut" not in query(page)


@pytest.mark.parametrize(
    "bad",
    [
        "lambda=7",
        "neighbours=many",
        "drop=smell",
        "cut=a~b",
        "baseline=nothing",
        "why_not=nothing",
        "item=%3Cb%3E",
        "top=9",
    ],
)
def test_an_unknown_url_value_is_one_line(visit, bad):
    page = visit(f"/?{bad}")
    expect(page.get_by_test_id("stAlert")).to_have_count(1)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert titles(page)


@pytest.mark.parametrize("path", ["/", "/?lambda=0.2&baseline=lightgcn&baseline=mf", "why", "why_not"])
def test_a_phone_never_scrolls_sideways(visit, path):
    page = visit("/")
    page.set_viewport_size({"width": 390, "height": 844})
    if path.startswith("/"):
        page.goto(urlparse(page.url)._replace(path="/", query=path.partition("?")[2]).geturl())
    elif path == "why":
        page.get_by_role("button", name="Why?").first.click()
    else:
        box = page.get_by_role("combobox", name="Why not another item?")
        box.evaluate("input => input.scrollIntoView({block: 'center'})")  # the list of options needs room
        box.click()
        page.get_by_role("option").nth(3).click()
    settled(page)
    still(page)
    for box in ("[data-testid=stMain]", "[role=dialog]"):
        wide = page.evaluate(
            "box => { const e = document.querySelector(box); return e ? e.scrollWidth - e.clientWidth : 0 }", box
        )
        assert wide <= 0, box
