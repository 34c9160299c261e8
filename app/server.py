"""What the server does beside Streamlit: pictures under addresses of their own, security headers, an early start."""

import logging
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.components.pictures import PICTURES, PLAIN, SIDE, SMALL, TILES, address, tile_svg
from app.preparation import preparation

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SELF = "'self'"
FRAMES = "LATTICE_FRAME_ANCESTORS"  # names the sites that may show the app in a frame
# What an address says changes with the file, so that browsers needn't ask again.
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
MISSING = Response(status_code=404)


def routes() -> list[Route]:
    """Return the addresses of pictures and tiles."""
    return [
        Route(address(PICTURES, "{shelf}", "{row:int}-{side:int}-{stamp}.webp"), picture),
        Route(address(TILES, "{number:int}", "{letters}.svg"), tile),
    ]


def picture(request: Request) -> Response:
    """Answer with an item's picture, or with its tile where the file can't be read."""
    preparation().join()
    from app.components.items import published
    from app.components.pictures import thumbnail

    asked = request.path_params
    catalogue = published().get(asked["shelf"])
    if catalogue is None or asked["row"] >= len(catalogue.ids) or asked["side"] not in (SIDE, SMALL):
        return MISSING
    path = catalogue.recommender.checkpoint.dataset.image_path(asked["row"])
    if path is None or not path.is_file():
        return MISSING
    found = thumbnail(str(path), path.stat().st_mtime_ns, asked["side"])
    if found is None:
        return Response(status_code=307, headers={"Location": catalogue.tile(asked["row"])})
    return Response(found, media_type="image/webp", headers=FOREVER)


def tile(request: Request) -> Response:
    """Answer with a tile."""
    number, letters = request.path_params["number"], request.path_params["letters"]
    if number > PLAIN or len(letters) > 2:
        return MISSING
    return Response(tile_svg(number, letters), media_type="image/svg+xml", headers=FOREVER)


def security_headers() -> dict[str, str]:
    """Return the headers of every answer. Streamlit and plotly need inline scripts and styles, and `eval`."""
    policy = (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: "
        "blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        f"frame-ancestors {os.environ.get(FRAMES) or SELF}"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


class SecurityHeaders:
    """Adds headers to every answer (ASGI middleware)."""

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]], headers: dict[str, str]) -> None:
        """Take what to add. headers: name -> value."""
        self.app = app
        self.headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.headers]
            await send(message)

        await self.app(scope, receive, sent)


def middleware() -> list[Middleware]:
    """Return what wraps Streamlit's own answers."""
    return [Middleware(SecurityHeaders, headers=security_headers())]


def failed(error: Exception) -> bool:
    """Show a fault outside a page's own code, in a callback say, as the pages show theirs."""
    from app.failures import show_failure

    return show_failure(error)


def warn_without_temporary_folder() -> None:
    """Say in the log that nothing temporary can be written, as in a read-only container without a tmpfs."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        logging.getLogger(__name__).warning(
            "no folder for temporary files can be written, so that larger uploads fail; mount a tmpfs on /tmp, or name "
            "a folder in TMPDIR"
        )


@asynccontextmanager
async def prepared(_: object) -> AsyncIterator[dict[str, Any]]:
    """Load what the first visitor needs while the server starts."""
    warn_without_temporary_folder()
    preparation()
    yield {}
