"""Several processes of the app behind one address: `python -m hosting.processes --processes 2 --port 8501`.

One process of the app uses one core. Here nginx shares the visitors among several, and each visitor stays with one of
them. nginx has to be installed. A process that ends is started again; on SIGTERM all of them end. The app's settings
come from the environment, as always (STREAMLIT_...).
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

ROOT = Path(__file__).parents[1]
TEMPLATE = Path(__file__).with_name("nginx.conf")
PAUSE = 1.0  # seconds between two looks at the processes

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def configuration(folder: Path, address: str, port: int, ports: list[int], path: str, cookie: str) -> str:
    """Return nginx's configuration.

    Args:
        folder: for nginx's own files.
        address: on which nginx listens.
        port: on which nginx listens.
        ports: of the app's processes on this machine.
        path: base path of the app, "" or "/...".
        cookie: further attributes of the cookie by which a visitor stays with one process.
    """
    servers = "\n        ".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=5s;" for one in ports)
    return TEMPLATE.read_text(encoding="utf-8").format(
        folder=folder, address=address, port=port, servers=servers, path=path, cookie=cookie
    )


def commands(folder: Path, ports: list[int]) -> list[list[str]]:
    """Return the commands to run: the app on each port, then nginx."""
    streamlit = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.address", "127.0.0.1"]
    nginx = ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return [*([*streamlit, "--server.port", str(port)] for port in ports), nginx]


def keep_running(wanted: list[list[str]]) -> None:
    """Run all commands until this process is told to end; start again what ends by itself."""
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ}  # a tenth less memory under load
    start = partial(subprocess.Popen, cwd=ROOT, env=environment)
    running = [start(command) for command in wanted]
    try:
        while True:
            time.sleep(PAUSE)
            for place, process in enumerate(running):
                if process.poll() is not None:
                    print(f"{' '.join(wanted[place])}: ended with {process.returncode}; starting it again", flush=True)
                    running[place] = start(wanted[place])
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def end(*_: int | FrameType | None) -> None:
    """End as Ctrl-C does (a signal's handler)."""
    raise KeyboardInterrupt


@app.command()
def main(
    processes: Annotated[int, typer.Option(min=1, max=64, help="Number of processes; one for each core.")] = 2,
    port: Annotated[
        int, typer.Option(min=1, max=65000, help="nginx's port; the app's processes take the next ones.")
    ] = 8501,
    address: Annotated[str, typer.Option(help="nginx's address; 0.0.0.0 opens it to others.")] = "127.0.0.1",
    cookie: Annotated[
        str, typer.Option(help='Attributes of the cookie; "SameSite=None; Secure" in a frame of another site.')
    ] = "SameSite=Lax",
) -> None:
    """Run several processes of the app and nginx in front of them."""
    if shutil.which("nginx") is None:
        print("nginx isn't installed; `apt install nginx-light` or the like brings it", file=sys.stderr)
        raise typer.Exit(2)
    ports = [port + 1 + place for place in range(processes)]
    base = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    signal.signal(signal.SIGTERM, end)
    with tempfile.TemporaryDirectory(prefix="lattice-nginx-") as folder, contextlib.suppress(KeyboardInterrupt):
        text = configuration(Path(folder), address, port, ports, f"/{base}" if base else "", cookie)
        (Path(folder) / "nginx.conf").write_text(text, encoding="utf-8")
        Path(folder).chmod(0o711)  # started by root, nginx works as another user
        keep_running(commands(Path(folder), ports))


if __name__ == "__main__":
    app()
