"""Pictures have addresses that hold no path, and every answer carries the security headers."""

import io
import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest
from PIL import Image
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from app.components.items import Catalogue, modified
from app.components.pictures import placeholder, tile
from app.server import FRAMES, middleware, routes, warn_without_temporary_folder
from lattice.recommender import Recommender
from tests.coroutines import finished


def ask(address: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the server's own answer."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": []}
    server = Starlette(routes=routes(), middleware=middleware())
    finished(server({**scope, "raw_path": address.encode()}, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def catalogue(trained, tmp_path) -> Catalogue:
    """A catalogue whose dataset's folder is outside the app's."""
    recommender = Recommender.load(trained / "shapes" / "lattice")
    checkpoint = recommender.checkpoint
    items = checkpoint.dataset.items.assign(image=["a.png", "broken.png", *[""] * (checkpoint.dataset.n_items - 2)])
    Image.new("RGB", (300, 200), "red").save(tmp_path / "a.png")
    (tmp_path / "broken.png").write_bytes(b"nonsense")
    dataset = replace(checkpoint.dataset, items=items, folder=tmp_path)
    trained_model = replace(recommender.trained, checkpoint=replace(checkpoint, dataset=dataset))
    return Catalogue(replace(recommender, trained=trained_model))


@pytest.mark.parametrize("side", [128, 64])
def test_a_picture_is_served_small_and_for_good(catalogue, side):
    address = catalogue.picture(catalogue.ids[0], side)
    assert re.fullmatch(rf"/picture/[0-9a-f]{{16}}/0-{side}-[0-9a-f]+\.webp", address), "no path, no name"
    status, headers, body = ask(address)
    assert (status, headers["content-type"]) == (200, "image/webp")
    assert "immutable" in headers["cache-control"]
    seen = Image.open(io.BytesIO(body)).convert("RGB")
    assert seen.size == (side, side)
    assert seen.getpixel((5, 5))[0] > 200 > 60 > seen.getpixel((5, 5))[1]


def test_a_changed_picture_has_another_address(catalogue, tmp_path):
    before = catalogue.picture(catalogue.ids[0])
    os.utime(tmp_path / "a.png", ns=(1, 1))
    modified.cache_clear()  # or a minute later
    assert catalogue.picture(catalogue.ids[0]) != before


def test_an_item_without_a_picture_has_a_tile(catalogue):
    assert catalogue.picture(catalogue.ids[2]) == catalogue.tile(2)
    status, headers, body = ask(catalogue.tile(2))
    assert (status, headers["content-type"]) == (200, "image/svg+xml")
    assert body.startswith(b"<svg ")


def test_an_unreadable_picture_leads_to_the_tile(catalogue):
    status, headers, _ = ask(catalogue.picture(catalogue.ids[1]))
    assert (status, headers["location"]) == (307, catalogue.tile(1))


@pytest.mark.parametrize(
    "place",
    [
        "99999-128-0.webp",
        "0-4000-0.webp",
        "2-128-0.webp",
        "../0-128-0.webp",
        "-1-128-0.webp",
        "a.png",
        "0-128-0.webp/x",
    ],
)
def test_what_is_no_picture_is_not_found(catalogue, place):
    shelf = catalogue.shelf
    assert ask(f"/picture/{shelf}/{place}")[0] == 404
    assert ask(f"/picture/{'0' * 16}/0-128-0.webp")[0] == 404


def test_a_link_that_leads_out_of_the_dataset_is_never_reached(catalogue):
    """A checkpoint with such a path isn't loaded at all; an address names a row and nothing else."""
    for place in ("%2e%2e%2fetc%2fpasswd", "0-128-0.webp%00", quote("/etc/passwd", safe="")):
        assert ask(f"/picture/{catalogue.shelf}/{place}")[0] == 404


@pytest.mark.parametrize("name", ["<b>&", "ΐ ŉ", "a/../b", "京 都", '"x" y', ""])
def test_a_tile_of_any_name_is_sound(name):
    address = placeholder(name, name)
    assert re.fullmatch(r"/tile/\d+/[\w%?]+\.svg", address.replace("%3F", "?"))
    status, _, body = ask(unquote(address))
    assert status == 200
    assert ElementTree.fromstring(body.decode()).tag.endswith("svg")


@pytest.mark.parametrize("address", ["/tile/61/AB.svg", "/tile/-1/AB.svg", "/tile/3/ABC.svg", "/tile/x/A.svg"])
def test_a_tile_that_no_item_has_is_not_found(address):
    assert ask(address)[0] == 404


def test_every_answer_has_the_security_headers(monkeypatch):
    for address in (tile("AB", "Ab"), "/nothing"):
        headers = ask(address)[1]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["frame-ancestors"] == policy["default-src"] == "'self'"
        assert policy["object-src"] == "'none'"
    monkeypatch.setenv(FRAMES, "https://example.org")
    assert "frame-ancestors https://example.org" in ask("/nothing")[1]["content-security-policy"]


def test_a_failed_callback_is_one_line_with_an_id(failures):
    def script():
        from app.server import failed

        failed(RuntimeError("hunter2 in /srv/private"))

    app = AppTest.from_function(script, default_timeout=60).run()
    id = re.search("`([0-9a-f]{8})`", app.error[0].value).group(1)
    assert "hunter2" not in app.error[0].value
    assert id in failures[-1].getMessage()
    assert "hunter2" in str(failures[-1].exc_info[1])
    failures.clear()


def test_the_server_hands_failures_to_the_app():
    source = (Path(__file__).parents[2] / "app" / "main.py").read_text()
    for name in ("on_script_error=failed", "middleware=middleware()", "routes=routes()", "lifespan=prepared"):
        assert name in source


def test_no_temporary_folder_is_said_at_the_start(monkeypatch, caplog):
    warn_without_temporary_folder()
    assert not caplog.records

    def none() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    warn_without_temporary_folder()
    assert "mount a tmpfs on /tmp" in caplog.text
