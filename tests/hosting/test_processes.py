"""Several processes of the app behind nginx: visitors stay with theirs, and what ends is started again."""

import http.client
import http.server
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from hosting.processes import commands, configuration

ROOT = Path(__file__).parents[2]
needs_nginx = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx isn't installed")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers with its server's port, and counts."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        body = str(self.server.server_port).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/picture/"):
            self.send_header("Cache-Control", "public, max-age=3600, immutable")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def apps():
    """Two servers in the place of the app's processes."""
    servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) for _ in range(2)]
    for server in servers:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy(apps):
    """The port of nginx in front of them."""
    port, ports = free_port(), [server.server_port for server in apps]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)  # started by root, nginx works as another user, who may not pass through pytest's folders
        (folder / "nginx.conf").write_text(configuration(folder, "127.0.0.1", port, ports, "", "SameSite=Lax"))
        nginx = subprocess.Popen(commands(folder, [])[-1])
        until = time.monotonic() + 600
        while time.monotonic() < until and nginx.poll() is None:
            try:
                ask(port, "/")
                break
            except OSError:
                time.sleep(0.05)
        yield port
        nginx.terminate()
        nginx.wait()


def ask(port: int, path: str, cookie: str | None = None) -> tuple[str, str | None]:
    """Return the answer and the cookie that came with it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    found = answer.read().decode(), answer.getheader("Set-Cookie")
    connection.close()
    return found


@needs_nginx
def test_a_visitor_stays_with_one_process(proxy, apps):
    processes = set()
    for _ in range(12):
        first, cookie = ask(proxy, "/")
        processes.add(first)
        assert cookie is not None
        name = cookie.partition(";")[0]
        assert {ask(proxy, "/_stcore/stream", name) for _ in range(5)} == {(first, None)}, "the cookie is given once"
    assert processes == {str(server.server_port) for server in apps}


@needs_nginx
def test_visitors_of_an_ended_process_go_to_another(proxy, apps):
    cookies = [ask(proxy, "/")[1].partition(";")[0] for _ in range(8)]
    apps[0].shutdown()
    apps[0].server_close()
    assert {ask(proxy, "/", cookie)[0] for cookie in cookies} == {str(apps[1].server_port)}


@needs_nginx
def test_pictures_are_asked_of_the_app_once(proxy, apps):
    for _ in range(6):
        ask(proxy, "/picture/0123456789abcdef/1-64-1.webp")
    assert sum("/picture/0123456789abcdef/1-64-1.webp" in server.asked for server in apps) == 1


def test_configuration_names_every_process_and_path():
    text = configuration(Path("/run/x"), "0.0.0.0", 80, [81, 82, 83], "/explorer", "SameSite=None; Secure")
    assert [f"server 127.0.0.1:{port} " in text for port in (81, 82, 83, 84)] == [True, True, True, False]
    assert "listen 0.0.0.0:80;" in text
    assert "location ~ ^/explorer/(picture|tile)/ {" in text
    assert "HttpOnly; SameSite=None; Secure" in text
    assert text.count("{") == text.count("}")


def test_a_process_that_ends_is_started_again(tmp_path):
    log = tmp_path / "log"
    log.touch()
    note = f"import os; open({str(log)!r}, 'a').write('%s' + str(os.getpid()) + ' ')"
    short = [sys.executable, "-c", note % ""]
    steady = [sys.executable, "-c", f"{note % '+'}; import time; time.sleep(600)"]
    told = "import signal; signal.signal(signal.SIGTERM, p.end)"
    program = f"import hosting.processes as p; {told}; p.PAUSE = 0.05; p.keep_running({[short, steady]!r})"
    keeper = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 600
    while len(log.read_text().split()) < 4 and time.monotonic() < until:
        time.sleep(0.05)
    keeper.terminate()
    said = keeper.communicate()[0].decode()
    assert "starting it again" in said
    started = log.read_text().split()
    assert len({one for one in started if one[0] != "+"}) >= 3
    (kept,) = [one for one in started if one[0] == "+"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(kept), 0)
