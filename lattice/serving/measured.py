"""Requests are counted and timed for GET /metrics, and bodies that are too large are refused before they are read."""

import os
import time

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lattice.data.picture import MAX_BYTES

FORM_BYTES = 2**16  # beside the picture
PATHS = {"/recommend", "/similar", "/explain", "/fold-in", "/health", "/metrics"}  # those that are counted apart
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the variable that names the folder where several processes keep their counts


def measure(app: FastAPI) -> None:
    """Count and time an application's requests, and answer GET /metrics with those of all its processes."""
    registry = CollectorRegistry()
    requests = Counter("lattice_requests", "Requests answered.", ["path", "status"], registry=registry)
    durations = Histogram("lattice_request_seconds", "Time to answer.", ["path"], registry=registry)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        counted = registry
        if SHARED in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)
        return Response(generate_latest(counted), media_type=CONTENT_TYPE_LATEST)

    app.add_middleware(_Measured, requests=requests, durations=durations)


class _Measured:
    """Counts and times what an application answers, and answers itself where the body is too large.

    Plain ASGI: the decorator for middleware takes as long as a whole list.
    """

    def __init__(self, app: ASGIApp, requests: Counter, durations: Histogram) -> None:
        self.app, self.requests, self.durations = app, requests, durations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, path, status = time.perf_counter(), scope["path"] if scope["path"] in PATHS else "other", 500

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await (_too_large(Headers(scope=scope)) or self.app)(scope, receive, noted)
        finally:
            self.durations.labels(path).observe(time.perf_counter() - started)
            self.requests.labels(path, status).inc()


def _too_large(headers: Headers) -> Response | None:
    """Return a refusal of a body that is too large, or that doesn't say how large it is; None for any other."""
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers:
        return JSONResponse({"error": "send Content-Length, not a chunked body"}, 411)
    if length.isdigit() and int(length) > MAX_BYTES + FORM_BYTES:
        return JSONResponse({"error": f"the body is larger than {MAX_BYTES >> 20} MB; send a smaller picture"}, 413)
    return None
