"""Wandering over the item graph: find an item, switch layers, click on, go back, and the same on the map."""

import csv
import io
import json
import re
from urllib.parse import parse_qs, urlparse

import networkx as nx
import pytest
from playwright.sync_api import expect

from tests.e2e.serving import opened, settled, still

pytestmark = pytest.mark.e2e

# Where a point of the map lies on the screen: of the items that no other covers, the one in the middle of the list.
PLACE = """() => {
    const map = document.querySelector('.st-key-catalogue .js-plotly-plot'), box = map.getBoundingClientRect();
    const {xaxis, yaxis, _size} = map._fullLayout;
    const points = map._fullData.filter(trace => trace.type === 'scattergl' && trace.marker?.size === 6).flatMap(
        trace => Array.from(trace.x, (x, i) => [xaxis.l2p(x), yaxis.l2p(trace.y[i])]));
    const alone = points.filter(([x, y]) => points.every(
        ([a, b]) => (a === x && b === y) || Math.hypot(a - x, b - y) > 9));
    const [x, y] = alone[Math.floor(alone.length / 2)];
    return [box.x + _size.l + x, box.y + _size.t + y];
}"""


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def counts(page) -> str:
    return page.get_by_text(re.compile(r"· [\d,]+ edges")).inner_text()


def crumbs(page) -> list[str]:
    """The items of the trail, the present one last."""
    texts = page.locator(".st-key-trail").inner_text().split("\n")
    return [t.removesuffix(" ›") for t in texts if t.strip() and t not in ("arrow_back", "Back")]


def hero(page) -> str:
    return page.locator(".lx-hero .title").inner_text()


def choose(page, label: str, option: str) -> None:
    page.get_by_test_id("stButtonGroup").filter(has_text=label).get_by_role("radio", name=option).click()
    settled(page)


def click_top_neighbour(page) -> None:
    """The heaviest neighbour lies right above the centre; how far depends on how many there are."""
    start, canvas = query(page)["item"], page.locator(".st-key-neighbourhood canvas")
    canvas.wait_for()
    still(page)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    for up in range(85, 245, 25):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - up)
        still(page)
        settled(page)
        if query(page)["item"] != start:
            break
    assert query(page)["item"] != start


def test_an_item_is_found_by_its_title_and_its_layers_compared(visit):
    page = visit("/item-graph")
    box = page.get_by_role("combobox", name="Item")
    box.click()
    option = page.get_by_role("option").nth(7)
    title, wanted = option.locator(".title").inner_text(), option.locator(".meta").inner_text().rsplit(" · ", 1)[1]
    box.fill(title)
    page.get_by_role("option").filter(has_text=wanted).first.click()
    expect(page.locator(".lx-hero .title")).to_have_text(title)
    settled(page)
    assert query(page)["item"] == [wanted]
    seen = {"Mixed": counts(page)}
    for layer in ("Initial", "Learned"):
        choose(page, "Layer", layer)
        seen[layer] = counts(page)
        assert query(page)["layer"] == [layer.lower()]
    assert len(set(seen.values())) > 1
    before = counts(page)
    choose(page, "How far", "2 hops")
    expect(page.get_by_text("within two hops")).to_be_visible()
    assert counts(page) != before
    assert query(page)["hops"] == ["2"]


def test_a_click_on_a_node_goes_there_and_back(visit):
    page = visit("/item-graph")
    start, title = query(page)["item"], hero(page)
    click_top_neighbour(page)
    second, there = query(page)["item"], hero(page)
    first, last = crumbs(page)
    assert title.startswith(first.removesuffix("…"))
    assert there.startswith(last.removesuffix("…"))
    assert query(page)["trail"] == start
    page.get_by_role("button", name="Back").click()
    settled(page)
    assert (query(page)["item"], hero(page)) == (start, title)
    page.go_back()
    settled(page)
    assert (query(page)["item"], hero(page)) == (second, there)
    page.go_back()
    settled(page)
    assert (query(page)["item"], hero(page)) == (start, title)
    click_top_neighbour(page)  # the same picture again, after it was left
    assert query(page)["item"] == second


def test_a_neighbour_is_reached_by_keyboard(visit):
    page = visit("/item-graph")
    start = query(page)["item"]
    box = page.get_by_test_id("stSelectbox").filter(has_text="Walk to").locator("input")
    box.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    still(page)
    settled(page)
    assert query(page)["item"] != start
    assert query(page)["trail"] == start


def test_the_map_leads_to_an_item_and_back(visit):
    page = visit("/item-graph")
    start = query(page)["item"]
    choose(page, "Show", "Whole catalogue")
    page.locator(".st-key-catalogue .js-plotly-plot canvas").first.wait_for(state="attached")
    still(page)
    page.locator(".st-key-catalogue").scroll_into_view_if_needed()
    x, y = page.evaluate(PLACE)
    page.mouse.move(x, y)
    still(page)
    page.mouse.click(x, y)
    page.locator(".st-key-neighbourhood canvas").wait_for()
    settled(page)
    assert query(page)["show"] == ["near"]
    assert query(page)["item"] != start
    assert query(page)["trail"] == start
    page.go_back()
    expect(page.locator(".st-key-catalogue .js-plotly-plot")).to_be_visible()
    settled(page)
    assert query(page)["item"] == start


def test_words_are_found_on_the_map_and_an_area_can_be_drawn(visit):
    page = visit("/item-graph?show=map")
    word = hero(page).split()[-1]
    box = page.get_by_role("textbox", name="Find")
    box.fill(word)
    box.press("Enter")
    expect(page.get_by_text(re.compile(f"found for “{re.escape(word)}”"))).to_be_visible()
    settled(page)
    assert query(page)["find"] == [word]
    page.locator(".st-key-catalogue [data-title='Box Select']").click()
    plot = page.locator(".st-key-catalogue .js-plotly-plot").bounding_box()
    page.mouse.move(plot["x"] + 20, plot["y"] + 60)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] - 40, plot["y"] + 500, steps=6)
    page.mouse.up()
    expect(page.get_by_role("button", name="The whole map again")).to_be_visible()
    settled(page)
    assert len(query(page)["area"][0].split(",")) == 4


def test_a_lasso_lists_what_lies_in_it(visit):
    page = visit("/item-graph?show=map")
    page.locator(".st-key-catalogue [data-title='Lasso Select']").click()
    plot = page.locator(".st-key-catalogue .js-plotly-plot").bounding_box()
    corners = [(0.2, 0.2), (0.6, 0.2), (0.7, 0.5), (0.4, 0.7), (0.2, 0.5), (0.2, 0.2)]
    for step, (x, y) in enumerate(corners):
        page.mouse.move(plot["x"] + x * plot["width"], plot["y"] + y * 560, steps=4)
        if step == 0:
            page.mouse.down()
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"items in the area"))).to_be_visible()
    settled(page)
    assert len(query(page)["area"][0].split(",")) > 6


@pytest.mark.parametrize("path", ["?graph=textual&layer=gained&hops=2&nodes=30", "?show=map&colour=popularity&find=a"])
def test_an_address_opens_the_same_in_a_fresh_browser(visit, browser, path):
    drawn = ".st-key-catalogue .legendtext" if "map" in path else ".st-key-neighbourhood canvas"
    page = visit(f"/item-graph{path}")
    page.locator(drawn).first.wait_for()
    still(page)
    text = page.get_by_test_id("stMain").inner_text()
    fresh = opened(browser)
    fresh.goto(page.url)
    settled(fresh)
    fresh.locator(drawn).first.wait_for()
    still(fresh)
    assert fresh.url == page.url
    assert fresh.get_by_test_id("stMain").inner_text() == text
    fresh.context.close()


def test_the_neighbourhood_is_saved_as_table_graph_and_picture(visit):
    page = visit("/item-graph?hops=2&nodes=40")
    read = {}
    for name in ("CSV", "GraphML", "JSON"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        read[name] = waiting.value.path().read_bytes()
    rows = list(csv.DictReader(io.StringIO(read["CSV"].decode())))
    graph, data = nx.read_graphml(io.BytesIO(read["GraphML"])), json.loads(read["JSON"])
    assert len(rows) == 39
    assert len(graph) == len(data["nodes"]) == 40
    assert graph.number_of_edges() == len(data["links"])
    page.locator(".st-key-neighbourhood canvas").hover()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile("Download as PNG")).click()
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("path", ["", "?hops=2&nodes=150", "?show=map"])
def test_a_phone_scrolls_in_one_direction(visit, path):
    page = visit("/item-graph")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(page.url.split("?")[0] + path)
    settled(page)
    still(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_unknown_url_values_are_one_line_each(visit):
    page = visit("/item-graph?item=nothing&layer=odd&hops=9&nodes=x&trail=nobody")
    expect(page.get_by_test_id("stAlert")).to_have_count(1)
    expect(page.get_by_test_id("stAlert").get_by_role("listitem").filter(has_text="isn't known")).to_have_count(5)
    expect(page.locator(".st-key-neighbourhood canvas")).to_be_visible()
    assert page.foreign == []
