"""A server of pictures on this machine, which keeps count of what it is asked and can misbehave."""

import io
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from PIL import Image


def picture(seed: int = 0, form: str = "JPEG", side: int = 40) -> bytes:
    """A picture of noise, encoded."""
    data = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(data, form)
    return data.getvalue()


class PictureServer(ThreadingHTTPServer):
    """Answers each path with the next of its `answers`, the last one from then on; 404 where there are none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.answers: dict[str, list[Callable[[BaseHTTPRequestHandler], None]]] = defaultdict(list)
        self.asked: Counter[str] = Counter()
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    def handle_error(self, request, client_address) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: PictureServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server, answers = self.server, self.server.answers[self.path]
        with server.lock:
            server.asked[self.path] += 1
            server.at_once += 1
            server.most_at_once = max(server.most_at_once, server.at_once)
            answer = answers[min(server.asked[self.path], len(answers)) - 1] if answers else status(404)
        with suppress(OSError):
            answer(self)
        with server.lock:
            server.at_once -= 1

    def log_message(self, *arguments) -> None:
        """Nothing."""


def body(data: bytes, length: int | None = None, pause: float = 0.0) -> Callable[[BaseHTTPRequestHandler], None]:
    """200 and `data`, of which it says that it is `length` long, after a pause."""

    def answer(handler):
        time.sleep(pause)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        handler.end_headers()
        handler.wfile.write(data)
        handler.close_connection = length is not None

    return answer


def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Another status, without a body."""

    def answer(handler):
        handler.send_response(code)
        for name, value in {"Content-Length": "0", **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()

    return answer


def stream(chunk: bytes, pause: float = 0.0) -> Callable[[BaseHTTPRequestHandler], None]:
    """200 and the same bytes over and over, until the client has enough."""

    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.close_connection = True
        while True:
            handler.wfile.write(chunk)
            time.sleep(pause)

    return answer
