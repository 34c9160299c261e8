"""Every page, opened by its address."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("path", ["/", "/item-graph", "/fusion", "/cold-start", "/models"])
def test_a_deep_link_opens_and_asks_no_other_server(visit, path):
    page = visit(path)
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.foreign == page.refused == []
    broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
    assert page.evaluate(broken) == []
