"""A newcomer's way: from an example or an upload to its neighbours, its users, the shop and everyone's lists."""

import io
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from tests.app.catalogue import draw
from tests.e2e.serving import settled

pytestmark = pytest.mark.e2e


def query(page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def upload(page, data: bytes, name: str = "star.png") -> None:
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": data}
    )


def star() -> bytes:
    buffer = io.BytesIO()
    draw("star", "#2f9a55", 1.0).save(buffer, "PNG")
    return buffer.getvalue()


def landed(page) -> None:
    expect(page.get_by_role("heading", name="Who would get it")).to_be_visible()
    settled(page)


def nearest(page) -> list[str]:
    return page.locator(".lx-card .title").all_inner_texts()


def test_an_example_is_a_story_with_an_address(visit):
    page = visit("/cold-start")
    page.get_by_role("button", name="Try it").last.click()
    landed(page)
    for heading in ("Where it lands", "Where they differ", "What the item graph makes of it", "The vector it gets"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text("alone can't rank it", exact=False)).to_be_visible()
    page.get_by_text("+ neighbours", exact=True).click()
    expect(page.get_by_text("Since your last change", exact=False)).to_be_visible()
    settled(page)
    title = page.get_by_role("textbox", name="Title").input_value()
    assert query(page)["form"] == ["neighbours"]
    page.reload()
    landed(page)
    expect(page.get_by_role("textbox", name="Title")).to_have_value(title)
    expect(page.get_by_text("completed by its neighbours", exact=False).first).to_be_visible()
    assert page.foreign == []


def test_an_upload_is_folded_in_and_a_broken_one_refused(visit):
    page = visit("/cold-start")
    upload(page, star())
    landed(page)
    expect(page.get_by_text("Nothing was given for this modality", exact=False)).to_be_visible()
    by_picture = nearest(page)
    words = page.get_by_role("textbox", name="Description")
    words.fill("a green star to hang on the wall")
    words.press("Control+Enter")
    expect(page.get_by_text("Since your last change", exact=False)).to_be_visible()
    expect(page.get_by_text("Nothing was given for this modality", exact=False)).to_have_count(0)
    settled(page)
    both = nearest(page)
    assert both != by_picture
    assert "example" not in query(page)
    upload(page, b"no picture", "broken.png")
    expect(page.get_by_text("broken.png' is not a PNG", exact=False)).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(1)
    assert nearest(page) == both


def test_the_shop_is_kept_across_pages(visit):
    page = visit("/cold-start")
    page.get_by_role("button", name="Try it").first.click()
    landed(page)
    page.get_by_role("button", name="Add to your catalogue").click()
    expect(page.get_by_role("button", name="In your catalogue")).to_be_disabled()
    title = page.get_by_role("textbox", name="Title").input_value()
    page.get_by_role("link", name="Lists", exact=True).click()
    expect(page.get_by_role("heading", name="Recommend", level=1)).to_be_visible()
    settled(page)
    expect(
        page.get_by_text("your newcomer", exact=False).or_(page.get_by_text("from your catalogue", exact=False))
    ).to_be_visible()
    expect(page.get_by_text(title, exact=False).first).to_be_visible()
    page.get_by_role("link", name="Cold start").click()
    landed(page)
    page.get_by_role("link", name="Graph", exact=True).click()
    expect(page.get_by_role("heading", name="Item graph", level=1)).to_be_visible()
    settled(page)
    expect(page.locator(".lx-hero .title").get_by_text(title, exact=True)).to_be_visible()
    page.get_by_role("link", name="Cold start").click()
    landed(page)
    expect(page.get_by_role("button", name="In your catalogue")).to_be_visible()
    page.get_by_role("button", name="Empty the shop").click()
    expect(page.get_by_role("button", name="Add to your catalogue")).to_be_visible()


def test_a_phone_scrolls_only_downwards(visit):
    page = visit("/cold-start")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Try it").first.click()
    landed(page)
    page.get_by_role("button", name="Add to your catalogue").click()
    expect(page.get_by_role("button", name="In your catalogue")).to_be_visible()
    settled(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
