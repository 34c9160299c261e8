"""How many visitors the app serves at once: sessions in Streamlit's own protocol, without a browser.

    python -m benchmarks.load --sessions 1 5 15 30 60 --seconds 60

starts the app on this machine, lets each session act at random (45% another user, 25% an item's neighbours, 18%
a newcomer with a picture, for which the page is opened first, 12% the other pages, 2 to 5 s of thought in between), and
prints JSON: per number of sessions
the errors, the requests per second, p50 and p95 of each kind, and the app's CPU and memory over time. On a machine that
is busy with other things only `cpu_seconds_per_request` can be compared.
"""

import argparse
import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.capacity_figures import load_curves
from benchmarks.visitor import Visitor
from lattice.checkpoint import load

ROOT = Path(__file__).parents[1]
RESULTS, FIGURES = ROOT / "benchmarks" / "results", ROOT / "benchmarks" / "figures"
MIX = {"user": 0.45, "item": 0.25, "upload": 0.18, "fusion": 0.06, "models": 0.06}
THOUGHT = (2.0, 5.0)  # seconds between an answer and the next request
MOST_SESSIONS, MOST_SECONDS = 200, 1800
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Log:
    """What all sessions saw."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in ("open", *MIX, "form")})
    errors: list[str] = field(default_factory=list)
    received: int = 0

    def summary(self, wall: float) -> dict[str, Any]:
        """Return requests per second, errors, and p50, p95 and the slowest by kind."""
        kinds = {
            kind: {
                "requests": len(values),
                "p50": round(float(np.percentile(values, 50)), 3),
                "p95": round(float(np.percentile(values, 95)), 3),
                "slowest": round(max(values), 3),
            }
            for kind, values in self.seconds.items()
            if values
        }
        done = sum(len(values) for values in self.seconds.values())
        return {
            "requests_per_second": round(done / wall, 2),
            "errors": len(self.errors),
            "first_errors": self.errors[:3],
            "megabytes_received": round(self.received / 2**20, 1),
            "kinds": kinds,
        }


def visit(address: str, users: list[str], items: list[str], seed: int, until: float, patience: float, log: Log) -> None:
    """Act as one visitor until the time is over."""
    random = Random(seed)
    time.sleep(random.uniform(0, THOUGHT[1]))
    visitor = None
    while time.monotonic() < until:
        kind = random.choices(list(MIX), list(MIX.values()))[0] if visitor else "open"
        begun = time.monotonic()
        try:
            if visitor is None:
                visitor = Visitor(address, patience)
                visitor.open()
            else:
                begun = _act(visitor, kind, random, users, items, log)
            log.seconds[kind].append(time.monotonic() - begun)
            visitor.look()
        except Exception as error:  # every error is counted
            log.errors.append(f"{kind}: {error.__class__.__name__}: {error}"[:200])
            visitor = None
        time.sleep(random.uniform(*THOUGHT))
    if visitor is not None:
        log.received += visitor.received
        visitor.close()


def _act(visitor: Visitor, kind: str, random: Random, users: list[str], items: list[str], log: Log) -> float:
    """Do one thing; return when it began. An upload's page is opened before it, which is a request of its own."""
    if kind == "upload":
        begun = time.monotonic()
        visitor.open("cold-start")
        log.seconds["form"].append(time.monotonic() - begun)
        picture = photo(random)
        begun = time.monotonic()
        visitor.upload("cold-start", "photo.jpg", picture)
        return begun
    begun = time.monotonic()
    match kind:
        case "user":
            visitor.open(user=random.choice(users))
        case "item":
            visitor.open("item-graph", item=random.choice(items))
        case _:
            visitor.open(kind)
    return begun


def photo(random: Random, side: int = 1200) -> bytes:
    """Return a JPEG of the size that a phone's mail program makes, another one each time."""
    pixels = np.random.default_rng(random.randrange(2**31)).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).resize((side * 3 // 4, side), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def measure(address: str, pid: int, sessions: int, seconds: float, patience: float, checkpoint: Path) -> dict[str, Any]:
    """Put a number of sessions on a running app; return what they saw, and what the app took."""
    catalogue = load(checkpoint).dataset
    users, items = catalogue.users.tolist(), catalogue.items["item"].tolist()
    log, begun, until = Log(), time.monotonic(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=visit, args=(address, users, items, seed, until, patience, log))
        for seed in range(sessions)
    ]
    cpu, samples = _cpu_seconds(pid), []
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        samples.append({"second": round(time.monotonic() - begun, 1), "memory_mb": _memory_mb(pid)})
        time.sleep(2)
    wall = time.monotonic() - begun
    used, done = _cpu_seconds(pid) - cpu, sum(map(len, log.seconds.values()))
    return {
        "sessions": sessions,
        "seconds": round(wall, 1),
        **log.summary(wall),
        "cores": round(used / wall, 2),
        "cpu_seconds_per_request": round(used / max(done, 1), 3),
        "load_average": os.getloadavg()[0],
        "peak_memory_mb": max(sample["memory_mb"] for sample in samples),
        "memory": samples,
    }


def _family(pid: int) -> list[int]:
    """Return a process and its children."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _family(int(child)))]


def _memory_mb(pid: int) -> int:
    """Return the memory of a process and its children; what several share (PSS) is counted once."""
    total = 0
    for one in _family(pid):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="utf-8").splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total >> 10


def _cpu_seconds(pid: int) -> float:
    total = 0.0
    for one in _family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
    return total


@contextlib.contextmanager
def served(processes: int) -> Iterator[tuple[str, int]]:
    """Start the app on a free port of 127.0.0.1, in several processes if asked; its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port)]
    if processes > 1:
        command = [sys.executable, "-m", "hosting.processes", "--processes", str(processes), "--port", str(port)]
    settings = {"STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false", "HF_HUB_OFFLINE": "1"}
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as said:
        app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, app)
            yield address, app.pid
        finally:
            app.terminate()
            app.wait()


def warm_up(address: str) -> None:
    """Let the app load its models and encoders, for which no visitor waits in an app that has been running."""
    first = Visitor(address)
    first.open()
    first.open("cold-start")
    for seed in range(2):  # the second waits until both encoders are loaded
        first.upload("cold-start", "photo.jpg", photo(Random(seed)))
    first.close()


def _wait(address: str, app: subprocess.Popen[bytes], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and app.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"the app at {address} didn't start")


def main() -> None:
    """Measure each number of sessions on a fresh app."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 5, 15, 30])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=1, help="of the app, behind nginx if there are several")
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "checkpoints" / "demo" / "lattice")
    parser.add_argument("--patience", type=float, default=60, help="seconds after which an answer counts as an error")
    parser.add_argument("--out", type=Path, default=RESULTS / "load.json")
    parser.add_argument("--figure", type=Path, default=FIGURES / "load.svg")
    options = parser.parse_args()
    if max(options.sessions) > MOST_SESSIONS or options.seconds > MOST_SECONDS:
        parser.error(f"at most {MOST_SESSIONS} sessions and {MOST_SECONDS} seconds")
    found = []
    for sessions in options.sessions:
        with served(options.processes) as (address, pid):
            for _ in range(1 if options.processes == 1 else 4 * options.processes):
                warm_up(address)
            found.append(measure(address, pid, sessions, options.seconds, options.patience, options.checkpoint))
        print(json.dumps({**found[-1], "memory": "..."}), file=sys.stderr)
        setting = {"cores": os.cpu_count(), "processes": options.processes, "mix": MIX}
        text = json.dumps({**setting, "runs": found}, indent=1)
        options.out.write_text(text + "\n", encoding="utf-8")
        options.figure.write_text(load_curves(found), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
