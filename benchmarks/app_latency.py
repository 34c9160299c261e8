"""What a visitor waits for: the app in a server of its own, looked at by a real browser.

    python -m benchmarks.app_latency CHECKPOINTS [--repeats 20] [--out FILE]

CHECKPOINTS is a folder as LATTICE_CHECKPOINTS names one; its first data set with a LATTICE model is opened.
The system's Chromium is driven by Playwright.
Prints, writes to benchmarks/results/latency-DATASET.json, and draws all of these in benchmarks/figures/latency.svg:

first_recommendation_s  from the start of the process until the first item of a list is on the screen
page_kb                 what the server says to draw the page Recommend: all of it, and without pictures; and the map
user_switch_ms          from the choice of another user until the browser's page rests; server: until the last message
                        has come to a visitor without a browser, whose drawing would take the server's cores
letters_ms              from a key pressed in the box of users until the matches are there (120 ms of it are a pause)
memory_mb               of the server at the end, and at most
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from playwright.sync_api import Page, sync_playwright

from benchmarks.capacity_figures import latencies
from benchmarks.visitor import Visitor
from lattice.device import hardware
from lattice.files import replaced_file
from lattice.recommender import Recommender

ROOT = Path(__file__).parents[1]
RESULTS, FIGURES = ROOT / "benchmarks" / "results", ROOT / "benchmarks" / "figures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PICTURE = re.compile(rb"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+")
ITEM = ".lx-row"  # an item of a list
# Keeps when the page last asked the server, and last heard from it.
CLOCK = """
window.clock = {sent: 0, received: 0};
window.WebSocket = class extends WebSocket {
    constructor(...all) {
        super(...all);
        this.addEventListener('message', () => { window.clock.received = performance.now(); });
    }
    send(data) { window.clock.sent = performance.now(); super.send(data); }
};
"""
RESTS = """() => window.clock.received >= window.clock.sent && performance.now() - window.clock.received > 250
    && document.querySelector('[data-test-script-state=notRunning]')
    && !document.querySelector('[data-stale=true], [data-retained]')"""

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@contextmanager
def serving(checkpoints: Path, dataset: str) -> Iterator[tuple[str, int, float]]:
    """Start the app on a data set; yield its address, its process and when it was started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port)]
    chosen = {"LATTICE_CHECKPOINTS": str(checkpoints.resolve()), "LATTICE_DATASET": dataset, "HF_HUB_OFFLINE": "1"}
    quiet = subprocess.DEVNULL
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **chosen}, stdout=quiet, stderr=quiet) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(f"{address}/_stcore/health")
            yield address, process.pid, started
        finally:
            process.terminate()


def _wait(address: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"{address} didn't answer")


def rest(page: Page) -> None:
    """Wait until the server has answered all and what it sent is drawn."""
    page.wait_for_function(RESTS, timeout=120_000)


def since(page: Page, start: float) -> float:
    """Return milliseconds from `start` on the page's clock until it rested."""
    rest(page)
    return page.evaluate("window.clock.received") - start


def switch_user(page: Page, word: str, user: str) -> float:
    """Choose a user in the box at the top, which is called by a word of the data set, and wait for the page."""
    box = page.get_by_role("combobox", name=word)
    box.click()
    box.fill(user)
    rest(page)
    page.get_by_role("option").filter(has_text=user).first.wait_for()
    start = page.evaluate("performance.now()")
    box.press("Enter")
    page.get_by_text(f"What {user} has").wait_for(timeout=120_000)
    return since(page, start)


def answered(visitor: Visitor, user: str) -> float:
    """Return milliseconds until the server has answered the choice of a user."""
    start = time.perf_counter()
    visitor.open(user=user)
    return 1000 * (time.perf_counter() - start)


def type_letter(page: Page, word: str, letter: str) -> float:
    """Type a letter into the box of users, and wait for the matches; milliseconds."""
    box = page.get_by_role("combobox", name=word)
    box.click()
    rest(page)
    start = page.evaluate("performance.now()")
    box.press(letter)
    page.wait_for_timeout(150)
    taken = since(page, start)
    box.press("Escape")
    return taken


def memory(process: int) -> dict[str, float]:
    """Return the MB that a process uses now and used at most; empty on systems other than Linux."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return {}
    lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return {name: int(lines[key].split()[0]) / 1024 for name, key in (("now", "VmRSS"), ("most", "VmHWM"))}


def measured(checkpoints: Path, repeats: int) -> dict[str, Any]:
    """Do what a visitor does `repeats` times."""
    folder = next(iter(sorted(checkpoints.glob("*/lattice"))))
    main = Recommender.load(folder)
    word = main.checkpoint.dataset.words.user.capitalize()
    users = np.random.default_rng(0).choice(main.users, repeats + 1, replace=False)
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    received: list[bytes] = []

    def keep(frame: bytes | str) -> None:
        received.append(frame if isinstance(frame, bytes) else frame.encode())

    with (
        sync_playwright() as playwright,
        serving(checkpoints, folder.parent.name) as (
            address,
            process,
            started,
        ),
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.add_init_script(CLOCK)
        page.on("websocket", lambda one: one.on("framereceived", keep))
        page.goto(address)
        page.locator(ITEM).first.wait_for(timeout=240_000)
        first = time.perf_counter() - started
        rest(page)
        sent = b"".join(received)
        switches = [switch_user(page, word, str(user)) for user in users][1:]
        letters = [type_letter(page, word, letter) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"[: repeats + 1]][
            1:
        ]
        received.clear()
        page.goto(f"{address}/item-graph?show=map")
        page.locator(".js-plotly-plot").wait_for(timeout=120_000)
        rest(page)
        browser.close()
        visitor = Visitor(address)
        visitor.open()
        answers = [answered(visitor, str(user)) for user in users][1:]
        visitor.close()
        used = memory(process)
    return {
        "dataset": main.checkpoint.dataset.name,
        "users": len(main.users),
        "items": len(main.items),
        "repeats": repeats,
        "first_recommendation_s": round(first, 2),
        "page_kb": {"all": _kb(sent), "without_pictures": _kb(PICTURE.sub(b"", sent)), "map": _kb(b"".join(received))},
        "user_switch_ms": {"browser": spread(switches), "server": spread(answers)},
        "letters_ms": spread(letters),
        "memory_mb": {name: round(value) for name, value in used.items()},
        "hardware": hardware(torch.device("cpu")),
    }


def _kb(data: bytes) -> int:
    return round(len(data) / 1024)


def spread(values: list[float]) -> dict[str, int]:
    """Return p50 and p95, whole numbers."""
    return {f"p{q}": round(float(np.percentile(values, q))) for q in (50, 95)}


def main(
    checkpoints: Annotated[Path, typer.Argument()] = ROOT / "checkpoints",
    repeats: Annotated[int, typer.Option(min=2, max=35)] = 20,
    out: Annotated[Path | None, typer.Option(help="Elsewhere than among the results, which the picture shows.")] = None,
) -> None:
    """Start the app, look at it, and say how long it took."""
    result = measured(checkpoints, repeats)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    out = out or RESULTS / f"latency-{result['dataset']}.json"
    with replaced_file(out) as part:
        part.write_text(text + "\n", encoding="utf-8")
    if out.parent.resolve() == RESULTS.resolve():  # the picture shows the committed results, not a trial's
        draw()
    print(text)


def draw(results: Path = RESULTS, picture: Path = FIGURES / "latency.svg") -> None:
    """Draw every latency-*.json of a folder of results."""
    kept = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(results.glob("latency-*.json"))]
    with replaced_file(picture) as part:
        part.write_text(latencies(kept), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
