"""A checkpoint behind HTTP: recommendations, similar items, explanations and new items, as JSON.

Answers are the library's. Bad input is answered with one line, `{"error": ...}`, and a 4xx status.
"""

import threading
from typing import Annotated, Any, Literal

import orjson
from fastapi import FastAPI, Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError

from lattice import __version__
from lattice.errors import InputError
from lattice.inference.ranker import Ranker
from lattice.recommender import Recommender
from lattice.serving.answers import Explained, FoldedIn, Health, Neighbours, Recommendations
from lattice.serving.batches import Batches
from lattice.serving.measured import measure

MOST_ITEMS = 1_000  # of one list
MOST_USERS = 1_000  # of one request
MOST_CHARACTERS = 2_000  # of a new item's words, as on the app's page
WAIT = 30  # seconds that a new item waits for those before it

K = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Length of a list.")]


class Json(Response):
    """JSON written by orjson, which takes a tenth of the standard library's time for a list."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the bytes of an answer."""
        return orjson.dumps(content)


def create_app(recommender: Recommender, ranker: Ranker | None = None) -> FastAPI:
    """Return the web application that serves a recommender.

    ranker: makes the lists in place of the recommender's own, where it is shared with other processes.
    """
    app = FastAPI(title="LATTICE", version=__version__, description="Recommendations of one trained checkpoint.")
    _answer_errors_in_one_line(app)
    measure(app)
    _add_lists(app, recommender, Batches(ranker or recommender.ranker))
    _add_new_items(app, recommender)
    return app


def _add_lists(app: FastAPI, recommender: Recommender, batches: Batches) -> None:
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
        ids, scores = await batches.recommend(user, k, exclude_seen)
        rows = zip(user, ids, scores, strict=True)
        return Json({"lists": [{"user": one, "items": scored(i, s)} for one, i, s in rows]})

    @app.get("/similar", response_model=Neighbours)
    async def similar(
        item: str,
        k: K = 10,
        modality: Annotated[str | None, Query(description="A modality, fused, or collaborative.")] = None,
    ) -> Response:
        """Return an item's nearest items."""
        return Json({"item": item, "neighbours": scored(*recommender.similar(item, k, modality))})

    @app.get("/explain", response_model=Explained)
    def explain(user: str, item: str) -> Response:
        """Split an item's score for a user exactly into its parts."""
        found = recommender.explain(user, item)
        return Json(
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
            return Json({"error": "too many new items at once; try again later"}, 503)
        try:
            new = recommender.fold_in(None if image is None else image.file.read(), text, None, completion, exposure)
        finally:
            turn.release()
        edges = new.edges.groupby("item", sort=False)["weight"].sum().nlargest(k)
        neighbours = [{"item": i, "title": recommender.title(i), "score": float(w)} for i, w in edges.items()]
        users = new.users.head(k).to_dict("records")
        return Json({"alpha": dict(new.alpha), "neighbours": neighbours, "users": users})


def _answer_errors_in_one_line(app: FastAPI) -> None:
    @app.exception_handler(InputError)
    async def bad_input(_: Request, error: InputError) -> Response:
        return Json({"error": " ".join(str(error).split())}, 400)

    @app.exception_handler(RequestValidationError)
    async def bad_request(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return Json({"error": f"{first['loc'][-1]}: {first['msg']}"}, 422)
