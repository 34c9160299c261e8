"""The app in a server of its own, and a browser to look at it; used by the tests and by the screenshots."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
# When a page last sent something to the script, and last got something from it.
TRAFFIC = """
window.traffic = {sent: 0, received: 0};
window.WebSocket = class extends WebSocket {
    constructor(...all) {
        super(...all);
        this.addEventListener('message', () => { window.traffic.received = performance.now(); });
    }
    send(data) { window.traffic.sent = performance.now(); super.send(data); }
};
"""
# Nothing is unanswered, under way, or left over from the run before.
QUIET = """() => {
    const {sent, received} = window.traffic;
    return received >= sent && performance.now() - received > 300
        && document.querySelector('[data-test-script-state=notRunning]')
        && !document.querySelector('[data-stale=true], [data-retained]');
}"""
# Three looks in a row at a page that no longer moves: the looks are timed by the browser, so a slow one waits longer.
STILL = """() => {
    const all = [...document.querySelectorAll('*')];
    const boxes = all.map(e => e.getBoundingClientRect()).map(b => [b.x, b.y, b.width, b.height].join());
    const seen = boxes.join(' ') + document.body.innerText;
    const last = window.lastSeen ?? {};
    const moving = document.getAnimations().some(a => a.playState === 'running' && a.effect.getTiming().iterations < 9);
    const times = seen === last.seen && !moving ? last.times + 1 : 0;
    window.lastSeen = {seen, times};
    if (times < 3) return false;
    window.lastSeen = undefined;
    return true;
}"""
PATIENCE = 180  # seconds until something is taken to be broken, not how long anything may take
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def browser_path() -> str | None:
    """The browser that the system provides."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def shipped() -> Path | None:
    """The checkpoints that come with the repository, if any."""
    folder = ROOT / "checkpoints"
    return folder if any(folder.glob("*/lattice/config.json")) else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(
    checkpoints: Path, seconds: float = 60, script: str = "app/main.py", base: str = "", **settings: str
) -> Iterator[str]:
    """Start the app, or another script, on these checkpoints; its address. base: the path of its pages, "/a" say."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    environment = {
        **os.environ,
        "LATTICE_CHECKPOINTS": str(checkpoints),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(ROOT),
        "STREAMLIT_SERVER_BASE_URL_PATH": base.strip("/"),
        **settings,
    }
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as app:
        try:
            address = f"http://127.0.0.1:{port}{base}"
            _wait_until_healthy(address, time.monotonic() + seconds)
            yield address
        finally:
            app.terminate()


def _wait_until_healthy(address: str, until: float) -> None:
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=PATIENCE) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"the app at {address} didn't start")


@contextmanager
def browsing() -> Iterator[Browser]:
    """The system's browser, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def opened(browser: Browser, **options: Any) -> Page:
    """A new page, in a context of its own with these options, that keeps count of what it sends and gets."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
    context.set_default_timeout(PATIENCE * 1000)
    context.add_init_script(TRAFFIC)
    return context.new_page()


def settled(page: Page) -> None:
    """Wait until all that was asked of the script is answered and what it drew is there."""
    page.get_by_role("heading", level=1).wait_for(timeout=PATIENCE * 1000)
    page.wait_for_function(QUIET, timeout=PATIENCE * 1000)


def still(page: Page) -> None:
    """Wait until nothing on the page moves: what was drawn is drawn, what was animated has ended."""
    page.wait_for_function(STILL, polling=200, timeout=PATIENCE * 1000)
