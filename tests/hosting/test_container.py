"""The container: its health check asks where the settings say, and its script gives the bounds to the engine."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "hosting" / "container.sh"


@contextmanager
def answering(path: str) -> Iterator[int]:
    """The port of a server that answers one path with 200 and any other with 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == path else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def health(**settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "hosting" / "health.py")]
    return subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("base", "path"),
    [("", "/_stcore/health"), ("explorer", "/explorer/_stcore/health"), ("/a/b/", "/a/b/_stcore/health")],
)
def test_health_is_asked_at_the_port_and_path_of_the_settings(base, path):
    with answering(path) as port:
        settings = {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_BASE_URL_PATH": base}
        assert health(**settings).returncode == 0
        assert health(**{**settings, "STREAMLIT_SERVER_BASE_URL_PATH": "other"}).returncode == 1


def test_no_health_is_one_line():
    with answering("/") as port:
        pass
    failed = health(STREAMLIT_SERVER_PORT=str(port), STREAMLIT_SERVER_BASE_URL_PATH="")
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"http://127.0.0.1:{port}/_stcore/health: ")
    assert len(failed.stderr.splitlines()) == 1


@pytest.fixture
def engine(tmp_path):
    """A stand-in for docker: prints its arguments, and the image's command where that is asked for."""
    program = tmp_path / "engine"
    program.write_text(
        '#!/bin/sh\ncase "$*" in *"image inspect"*Cmd*) echo streamlit run app/main.py ;;\n'
        '*) printf "[%s]" "$@"; echo ;; esac\n'
    )
    program.chmod(0o755)
    return program


def container(engine: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ENGINE": f"{engine} --its option", **settings}
    return subprocess.run([str(SCRIPT), *arguments], env=environment, capture_output=True, text=True)


def test_the_image_is_built_on_the_base_that_is_asked_for(engine):
    built = container(engine, "build", "--pull=never", BASE="python@sha256:12", IMAGE="mine")
    assert built.stdout == "[--its][option][build][--build-arg][BASE=python@sha256:12][--tag][mine][--pull=never][.]\n"


def test_the_image_is_checked_under_every_bound(engine):
    checked = container(engine, "check", "--memory=2g")
    assert checked.returncode == 0
    run = checked.stdout.splitlines()[-1]
    for option in ("--user][1000:1000", "--read-only", "--tmpfs][/tmp", "--network][none", "--memory=2g"):
        assert f"[{option}]" in run
    assert run.endswith("[lattice-explorer][python][-m][benchmarks.container][streamlit][run][app/main.py]")


def test_an_unknown_action_says_how_to_use_the_script(engine):
    refused = container(engine, "biuld")
    assert refused.returncode == 2
    assert "hosting/container.sh build" in refused.stderr


def test_the_image_holds_what_its_commands_name():
    """Both RUN and COPY see only what .dockerignore lets through."""
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert 'CMD ["python", "hosting/health.py"]' in dockerfile
    assert {"app", "lattice", "hosting/health.py", "requirements.lock", ".streamlit"} <= let_through
    assert all((ROOT / name).exists() for name in let_through)
