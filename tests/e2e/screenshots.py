"""Pictures of every view, wide and narrow, light and dark: `python -m tests.e2e.screenshots`, into screenshots/."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.app.checkpoints import train_all
from tests.e2e.serving import ROOT, browser_path, browsing, opened, served, settled, shipped, still

VIEWS = {
    "recommend": "/",
    "why": "/",
    "item-graph": "/item-graph",
    "item-graph-gained": "/item-graph?layer=gained&hops=2",
    "map": "/item-graph?show=map",
    "fusion": "/fusion",
    "cold-start": "/cold-start",
    "models": "/models",
    "models-cold": "/models?experiment=cold",
}
SIZES = {1280: 900, 390: 844}
TALLEST = 4000


def act(page: Page, view: str) -> None:
    """Bring a view into the state worth a picture."""
    if view == "why":
        page.get_by_role("button", name="Why?").first.click()
        page.get_by_role("dialog").wait_for()
    if view == "cold-start":
        page.get_by_role("button", name="Try it").last.click()
        page.get_by_role("heading", name="Who would get it").wait_for()
    settled(page)
    still(page)


def whole(page: Page, width: int) -> None:
    """Make the window as tall as the page, which scrolls inside itself."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(SIZES[width], min(height, TALLEST))})
    still(page)


def take(browser: Browser, address: str, out: Path) -> None:
    for theme in ("light", "dark"):
        for width, height in SIZES.items():
            page = opened(browser, viewport={"width": width, "height": height}, color_scheme=theme)
            for view, path in VIEWS.items():
                page.goto(address + path)
                settled(page)
                act(page, view)
                if view != "why":
                    whole(page, width)
                page.screenshot(path=out / f"{view}-{width}-{theme}.png", animations="disabled")
                page.set_viewport_size({"width": width, "height": height})
            page.context.close()


def main() -> int:
    if browser_path() is None:
        print("no Chromium is installed: `make browser`", file=sys.stderr)
        return 2
    out = ROOT / "screenshots"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as spare:
        checkpoints = shipped() or train_all(Path(spare))
        with served(checkpoints) as address, browsing() as browser:
            take(browser, address, out)
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
