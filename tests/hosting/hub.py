"""A local stand-in for the Hugging Face Hub: what an upload to a Space asks of it, and the Space itself."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REPO = "somebody/explorer"


@dataclass
class Hub:
    """What was asked of it. files: name -> content after all commits. busy: how often the Space says 503 at first."""

    address: str = ""
    refuse: str = ""
    busy: int = 2
    files: dict[str, bytes] = field(default_factory=lambda: {"old.html": b"from an earlier upload"})
    objects: dict[str, bytes] = field(default_factory=dict)
    created: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    asked_host: int = 0

    def commit(self, lines: list[dict[str, Any]]) -> None:
        for line in lines:
            value = line["value"]
            match line["key"]:
                case "file":
                    self.files[value["path"]] = base64.b64decode(value["content"])
                case "lfsFile":
                    self.files[value["path"]] = self.objects[value["oid"]]
                case "deletedFile":
                    del self.files[value["path"]]


@contextmanager
def fake_hub(**options: Any) -> Iterator[Hub]:
    """Serve a Hub on this machine for a while."""
    hub = Hub(**options)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self, status: int, value: Any = None) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def do_PUT(self) -> None:
            hub.objects[self.path.rpartition("/")[2]] = self._body()
            self._answer(200)

        def do_GET(self) -> None:
            if self.path == "/host/":
                hub.asked_host += 1
                return self._answer(200 if hub.asked_host > hub.busy else 503)
            hub.tokens.add(self.headers.get("Authorization"))
            if "/tree/" in self.path:
                entries = [{"type": "file", "path": p, "oid": "0" * 40, "size": len(c)} for p, c in hub.files.items()]
                return self._answer(200, entries)
            if not hub.created:
                return self._answer(404, {"error": "Repository not found"})
            return self._answer(200, {"id": REPO, "host": f"{hub.address}/host", "sha": "0" * 40, "siblings": []})

        def do_POST(self) -> None:
            body = self._body()
            hub.tokens.add(self.headers.get("Authorization"))
            if self.path == "/api/repos/create":
                if hub.refuse:
                    return self._answer(402, {"error": hub.refuse})
                hub.created.append(json.loads(body))
                return self._answer(200, {"url": f"{hub.address}/spaces/{REPO}"})
            if "/preupload/" in self.path:
                names = [one["path"] for one in json.loads(body)["files"]]
                modes = [{"path": n, "uploadMode": "lfs" if n.endswith(".webp") else "regular"} for n in names]
                return self._answer(200, {"files": [{**mode, "shouldIgnore": False, "oid": None} for mode in modes]})
            if self.path.endswith("/info/lfs/objects/batch"):
                objects = json.loads(body)["objects"]
                hrefs = [{"upload": {"href": f"{hub.address}/objects/{one['oid']}"}} for one in objects]
                found = [{**one, "actions": href} for one, href in zip(objects, hrefs, strict=True)]
                return self._answer(200, {"transfer": "basic", "objects": found})
            if self.path == "/api/validate-yaml":
                return self._answer(200, {"errors": [], "warnings": []})
            assert "/commit/" in self.path, self.path
            hub.commit([json.loads(line) for line in body.splitlines()])
            return self._answer(
                200, {"commitOid": "1" * 40, "commitUrl": f"{hub.address}/spaces/{REPO}/commit/1", "success": True}
            )

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
