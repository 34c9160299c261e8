"""A checkpoint behind HTTP: recommendations, similar items, explanations and new items, as JSON.

Answers are the library's. Bad input is answered with one line, `{"error": ...}`, and a 4xx status.
"""

import threading
import time
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lattice import __version__
from lattice.data.picture import MAX_BYTES
from lattice.errors import InputError
from lattice.recommender import Recommender

MOST_ITEMS = 1_000  # of one list
MOST_USERS = 1_000  # of one request
MOST_CHARACTERS = 2_000  # of a new item's words, as on the app's page
FORM_BYTES = 2**16  # beside the picture
PATHS = {"/recommend", "/similar", "/explain", "/fold-in", "/health", "/metrics"}  # those that are counted apart
WAIT = 30  # seconds that a new item waits for those before it

K = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Length of a list.")]


class Scored(BaseModel):
    """An item in a list."""

    item: str
    title: str
    score: float


class UserList(BaseModel):
    """One user's list, best first."""

    user: str
    items: list[Scored]


class Recommendations(BaseModel):
    """The lists of the users asked for, in their order."""

    lists: list[UserList]


class Neighbours(BaseModel):
    """An item's nearest items, largest weight first; `score` is the weight."""

    item: str
    neighbours: list[Scored]


class Explained(BaseModel):
    """A score and the parts that sum to it; `contributions` splits item_graph, `from_content` splits content."""

    user: str
    item: str
    score: float
    collaborative: float
    item_graph: float
    content: float
    contributions: list[dict[str, Any]]
    from_content: list[dict[str, Any]]


class FoldedIn(BaseModel):
    """Where a new item lands: modality weights, its neighbours, and the users in whose lists it ranks highest."""

    alpha: dict[str, float]
    neighbours: list[Scored]
    users: list[dict[str, Any]]


class Health(BaseModel):
    """What is served."""

    status: Literal["ok"]
    version: str
    model: str
    users: int
    items: int


def create_app(recommender: Recommender) -> FastAPI:
    """Return the web application that serves a recommender."""
    app = FastAPI(title="LATTICE", version=__version__, description="Recommendations of one trained checkpoint.")
    _answer_errors_in_one_line(app)
    _measure(app)
    _add_lists(app, recommender)
    _add_new_items(app, recommender)
    _ = recommender.vectors  # computed now rather than during the first request
    return app


def _add_lists(app: FastAPI, recommender: Recommender) -> None:
    titles = dict(zip(recommender.items["item"], recommender.items["title"], strict=True))

    def scored(ids: Any, scores: Any) -> list[dict[str, Any]]:
        found = zip(ids, scores.tolist(), strict=True)
        return [{"item": raw, "title": titles[raw] or raw, "score": s} for raw, s in found if raw is not None]

    # A list takes less time than handing it to another thread, so these are answered on the event loop.
    @app.get("/recommend", response_model=Recommendations)
    async def recommend(
        user: Annotated[list[str], Query(min_length=1, max_length=MOST_USERS, description="May be repeated.")],
        k: K = 20,
        exclude_seen: bool = True,
    ) -> Response:
        """Return the best items of each user."""
        ids, scores = recommender.recommend(user, k, exclude_seen)
        rows = zip(user, ids, scores, strict=True)
        return JSONResponse({"lists": [{"user": one, "items": scored(i, s)} for one, i, s in rows]})

    @app.get("/similar", response_model=Neighbours)
    async def similar(
        item: str,
        k: K = 10,
        modality: Annotated[str | None, Query(description="A modality, fused, or collaborative.")] = None,
    ) -> Response:
        """Return an item's nearest items."""
        return JSONResponse({"item": item, "neighbours": scored(*recommender.similar(item, k, modality))})

    @app.get("/explain", response_model=Explained)
    def explain(user: str, item: str) -> Response:
        """Split an item's score for a user exactly into its parts."""
        found = recommender.explain(user, item)
        return JSONResponse(
            {
                "user": user,
                "item": item,
                "score": float(found.score),
                "collaborative": float(found.collaborative_score),
                "item_graph": found.item_graph_score,
                "content": found.content_score,
                "contributions": found.contributions.to_dict("records"),
                "from_content": found.content.to_dict("records"),
            }
        )

    @app.get("/health", response_model=Health)
    async def health() -> dict[str, Any]:
        """Return what is served."""
        sizes = {"users": len(recommender.users), "items": len(recommender.items)}
        return {"status": "ok", "version": __version__, "model": recommender.name, **sizes}


def _add_new_items(app: FastAPI, recommender: Recommender) -> None:
    turn = threading.Lock()  # one at a time: a picture may take much memory, and an encoder uses all cores

    @app.post("/fold-in", response_model=FoldedIn)
    def fold_in(
        image: Annotated[UploadFile | None, Form(description="PNG, JPEG or WEBP.")] = None,
        text: Annotated[str | None, Form(max_length=MOST_CHARACTERS, description="The item in words.")] = None,
        k: Annotated[int, Form(ge=1, le=MOST_ITEMS)] = 10,
        completion: Annotated[Literal["none", "neighbours", "both"] | None, Form()] = None,
        exposure: Annotated[float | None, Form(description="Share of the others' recall it may cost.")] = None,
    ) -> Response:
        """Place an item that nobody has bought: its neighbours, and who would get it."""
        if image is None and not (text or "").strip():
            raise InputError("nothing to fold in: give image, text, or both")
        if not turn.acquire(timeout=WAIT):
            return JSONResponse({"error": "too many new items at once; try again later"}, 503)
        try:
            new = recommender.fold_in(None if image is None else image.file.read(), text, None, completion, exposure)
        finally:
            turn.release()
        edges = new.edges.groupby("item", sort=False)["weight"].sum().nlargest(k)
        neighbours = [{"item": i, "title": recommender.title(i), "score": float(w)} for i, w in edges.items()]
        users = new.users.head(k).to_dict("records")
        return JSONResponse({"alpha": dict(new.alpha), "neighbours": neighbours, "users": users})


def _answer_errors_in_one_line(app: FastAPI) -> None:
    @app.exception_handler(InputError)
    async def bad_input(_: Request, error: InputError) -> Response:
        return JSONResponse({"error": " ".join(str(error).split())}, 400)

    @app.exception_handler(RequestValidationError)
    async def bad_request(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return JSONResponse({"error": f"{first['loc'][-1]}: {first['msg']}"}, 422)


def _measure(app: FastAPI) -> None:
    """Count and time requests for GET /metrics, and refuse a body that is larger than a picture may be."""
    registry = CollectorRegistry()
    requests = Counter("lattice_requests", "Requests answered.", ["path", "status"], registry=registry)
    durations = Histogram("lattice_request_seconds", "Time to answer.", ["path"], registry=registry)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

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
