"""How many recommendations `lattice serve` gives per second, on a synthetic shop of 18,000 items.

    python -m benchmarks.serving [--seconds 5] [--items 18000]

starts the server on this machine. One client asks it in turn: one user per request, then 50 and 500. Then wrk
(github.com/wg/wrk, `apt install wrk`; without it this part is left out) keeps 16 requests for one user each under way,
with one process and with two. Prints JSON: requests and lists per second by the clock, and per CPU second of the
server, which other programs on the machine lengthen less; memory is PSS, where a page of two processes counts half in
each. Writes benchmarks/results/serving.json.
"""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
CONNECTIONS = 16  # of wrk
WORKERS = (1, 2)
ASK_ONE = """
math.randomseed(1)
request = function() return wrk.format("GET", "/recommend?k=20&user=u" .. math.random(0, {last})) end
"""


def main(
    seconds: Annotated[float, typer.Option(min=1, max=600, help="Of each kind of request.")] = 5,
    items: Annotated[int, typer.Option(min=2000)] = 18_000,
    out: Path = RESULTS,
) -> None:
    """Serve a synthetic shop, ask for lists, and print how many came."""
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = make_shop(items, Path(folder), ("lattice",))
        with served(checkpoint, 1) as (port, server, n_users):
            found: dict[str, Any] = {f"{n} users": asked(port, server, n, n_users, seconds) for n in USERS}
        for workers in WORKERS if shutil.which("wrk") else ():
            with served(checkpoint, workers) as (port, server, n_users):
                found[f"{workers} workers"] = loaded(port, server, n_users, seconds)
    result = {"items": items, "users": n_users, "k": 20, **found, "hardware": hardware(resolve_device("cpu"))}
    with replaced_file(out) as part:
        part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(result, indent=2))


@contextmanager
def served(checkpoint: Path, workers: int) -> Iterator[tuple[int, int, int]]:
    """Run a server; yield its port, its process id and the number of users."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lattice", "serve", str(checkpoint), "--port", str(port), "--device", "cpu"]
    server = subprocess.Popen([*command, "--workers", str(workers)])
    try:
        n_users = _wait(port, server)["users"]
        while len(_processes(server.pid)) < workers:
            time.sleep(0.2)
        time.sleep(2 if workers > 1 else 0)  # the others follow the first
        yield port, server.pid, n_users
    finally:
        server.terminate()
        server.wait()


def loaded(port: int, pid: int, n_users: int, seconds: float) -> dict[str, Any]:
    """Let wrk ask for one user's list at a time over many connections; return how many came per second."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(ASK_ONE.format(last=n_users - 1))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{round(seconds)}s", "--latency", "-s", script.name]
        used = cpu_seconds(pid)
        done = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True)
        used = cpu_seconds(pid) - used
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(done.stdout)
    requests, wall = re.search(r"(\d+) requests in ([\d.]+)s", done.stdout).groups()  # type: ignore[union-attr]
    return {
        "connections": CONNECTIONS,
        "requests_per_second": round(int(requests) / float(wall), 1),
        "lists_per_cpu_second": round(int(requests) / max(used, 1 / TICK), 1),
        "p99": re.search(r"99%\s+(\S+)", done.stdout)[1],  # type: ignore[index]
        "memory_mb": [round(_pss(one) / 1024) for one in _processes(pid)],
    }


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
    """Return the user and system time of a server's processes so far (Linux)."""
    stats = (Path(f"/proc/{one}/stat").read_text(encoding="utf-8") for one in _processes(pid))
    times = [stat.rpartition(")")[2].split() for stat in stats]
    return sum(int(fields[11]) + int(fields[12]) for fields in times) / TICK


def _processes(pid: int) -> list[int]:
    """Return the processes that answer: the workers, or the server itself where it has none."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    found = [int(one) for one in children if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return found or [pid]


def _pss(pid: int) -> int:
    """Return a process's share of memory in KB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    return int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1])  # type: ignore[index]


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
