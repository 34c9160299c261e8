"""How many recommendations `lattice serve` gives per second, on a synthetic shop of 18,000 items.

    python -m benchmarks.serving [--seconds 5] [--items 18000]

starts the server on this machine, and asks it from one client in turn: one user per request, then 50 and 500. Prints
JSON: requests and lists per second by the clock, and per CPU second of the server, which other programs on the machine
lengthen less. Writes benchmarks/results/serving.json.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer

from benchmarks.synthetic import make_shop
from lattice.device import hardware, resolve_device
from lattice.files import replaced_file

RESULTS = Path(__file__).parent / "results" / "serving.json"
USERS = (1, 50, 500)  # of one request
TICK = os.sysconf("SC_CLK_TCK")
LONGEST_START = 300  # seconds


def main(
    seconds: Annotated[float, typer.Option(min=1, max=600, help="Of each kind of request.")] = 5,
    items: Annotated[int, typer.Option(min=2000)] = 18_000,
    out: Path = RESULTS,
) -> None:
    """Serve a synthetic shop, ask for lists, and print how many came."""
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = make_shop(items, Path(folder), ("lattice",))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "lattice", "serve", str(checkpoint), "--port", str(port), "--device", "cpu"]
        server = subprocess.Popen(command)
        try:
            n_users = _wait(port, server)["users"]
            found = {f"{n} users": asked(port, server.pid, n, n_users, seconds) for n in USERS}
        finally:
            server.terminate()
            server.wait()
    result = {"items": items, "users": n_users, "k": 20, **found, "hardware": hardware(resolve_device("cpu"))}
    with replaced_file(out) as part:
        part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(result, indent=2))


def asked(port: int, pid: int, n: int, n_users: int, seconds: float) -> dict[str, float]:
    """Ask for the lists of n random users at a time; return how many lists came per second."""
    connection, random, requests = http.client.HTTPConnection("127.0.0.1", port), Random(0), 0
    started, used = time.perf_counter(), cpu_seconds(pid)
    while time.perf_counter() < started + seconds:
        users = "&".join(f"user=u{random.randrange(n_users)}" for _ in range(n))
        connection.request("GET", f"/recommend?k=20&{users}")
        answer = connection.getresponse()
        lists = json.load(answer)["lists"]
        if answer.status != 200 or len(lists) != n:
            raise RuntimeError(f"the server answered {answer.status} with {len(lists)} lists")
        requests += 1
    wall, used = time.perf_counter() - started, cpu_seconds(pid) - used
    return {
        "requests_per_second": round(requests / wall, 1),
        "lists_per_second": round(n * requests / wall, 1),
        "lists_per_cpu_second": round(n * requests / max(used, 1 / TICK), 1),
    }


def cpu_seconds(pid: int) -> float:
    """Return the user and system time of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _wait(port: int, server: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait until the server answers; return what it serves."""
    for _ in range(LONGEST_START * 5):
        if server.poll() is not None:
            raise RuntimeError("the server stopped before it answered")
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/health")
            return json.load(connection.getresponse())
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise RuntimeError(f"the server didn't answer within {LONGEST_START} s")


if __name__ == "__main__":
    typer.run(main)
