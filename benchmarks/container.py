"""The app inside its container: does it start, answer and stay within its bounds, as JSON.

`hosting/container.sh check` runs this in the image: as user 1000, read-only but a tmpfs on /tmp, without a network:

    python -m benchmarks.container COMMAND...     COMMAND is the image's own

It takes HOME away and chooses the port by the environment. The exit status is 1 where a promise is broken.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.visitor import Visitor

PORT = 7860
ADDRESS = f"http://127.0.0.1:{PORT}"
SECONDS = 120  # until the app has to be healthy
PAGES = ("", "item-graph", "fusion", "cold-start", "models")
UPLOAD_TO = "cold-start"
CODE = Path("/app")
PICTURE = CODE / "assets/demo/examples/striped-dress.webp"


def status(page: str) -> int:
    """Return the HTTP status of a page of the app, 0 where nothing answers."""
    try:
        with urllib.request.urlopen(ADDRESS + page, timeout=30) as answer:
            return int(answer.status)
    except OSError:
        return 0


def is_writable(folder: Path) -> bool:
    """Return whether this user can write a file into a folder."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def is_connected() -> bool:
    """Return whether there is a network interface other than the machine's own loop."""
    return any(name != "lo" for _, name in socket.if_nameindex())


def start(command: list[str]) -> tuple[subprocess.Popen[bytes], float]:
    """Start the app and return it with the seconds until it was healthy."""
    environment = {**os.environ, "STREAMLIT_SERVER_PORT": str(PORT), "PYTHONPATH": str(CODE)}
    environment["STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION"] = "false"  # the visitor is no browser and has no cookie
    environment.pop("HOME", None)
    began = time.monotonic()
    app = subprocess.Popen(command, cwd=CODE, env=environment, stdout=sys.stderr)
    while app.poll() is None and time.monotonic() - began < SECONDS:
        if status("/_stcore/health") == 200:
            return app, time.monotonic() - began
        time.sleep(0.1)
    app.kill()
    raise SystemExit(f"the app wasn't healthy after {time.monotonic() - began:.0f} s")


def visit() -> dict[str, float]:
    """Open every page and upload a picture as one visitor; return the seconds that each took."""
    visitor, seconds = Visitor(ADDRESS), {}
    for page in PAGES:
        began = time.monotonic()
        visitor.open(page)
        visitor.look()
        seconds[page or "first page"] = round(time.monotonic() - began, 2)
        if page == UPLOAD_TO:
            began = time.monotonic()
            visitor.upload(page, PICTURE.name, PICTURE.read_bytes())
            seconds["upload, which loads the encoders"] = round(time.monotonic() - began, 2)
    visitor.close()
    return seconds


def peak_megabytes(pid: int) -> int:
    """Return the most memory that a process has held, in MB; 0 if it is no process of this user."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return round(sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1000)


def others_megabytes(app: int) -> list[int]:
    """Return the same of every other process in the container but this one, largest first: the app's workers."""
    pids = {int(path.name) for path in Path("/proc").glob("[0-9]*")} - {app, os.getpid()}
    return sorted(filter(None, map(peak_megabytes, pids)), reverse=True)


def measure(command: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Return the figures, and what isn't as it should be."""
    bounds = {
        "user": os.getuid(),
        "root writable": is_writable(Path("/")),
        "code writable": is_writable(CODE) or os.access(CODE / "app/main.py", os.W_OK),
        "temporary folder writable": is_writable(Path("/tmp")),
        "network": is_connected(),
    }
    expected = [1000, False, False, True, False]
    broken = [
        f"{name} is {found}" for (name, found), wanted in zip(bounds.items(), expected, strict=True) if found != wanted
    ]
    app, healthy = start(command)
    try:
        page = status("/")
        figures = {**bounds, "seconds until healthy": round(healthy, 1), "first page": page, "pages": visit()}
        figures["peak MB of the server"] = peak_megabytes(app.pid)
        figures["peak MB of its workers"] = others_megabytes(app.pid)
    finally:
        app.send_signal(signal.SIGTERM)
        app.wait(30)
    return figures, broken + ([] if page == 200 else [f"the first page's status is {page}"])


def main() -> None:
    """Measure the command of the arguments and print what was found."""
    figures, broken = measure(sys.argv[1:])
    print(json.dumps({**figures, "broken": broken}, indent=1))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
