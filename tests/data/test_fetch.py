"""Public data fetched by name, from a server on this machine that behaves like the real ones, and misbehaves."""

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Callable

import pytest

from lattice.cli import main
from lattice.data.download import DownloadOptions, download
from lattice.data.public_data import KNOWN, public_data
from lattice.errors import InputError
from tests.data.picture_server import PictureServer, body, status

QUICK = DownloadOptions(timeout=2.0, retries=2, backoff=0.01)
CONTENT = bytes(range(256)) * 4000


@pytest.fixture
def server():
    with PictureServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ranged(data: bytes, etag: str = '"1"', stop: int | None = None, asked: list | None = None) -> Callable:
    """Answer as a file server does: whole, or from the byte asked for; breaking off after `stop` bytes."""

    def answer(handler):
        wanted, known = handler.headers.get("Range"), handler.headers.get("If-Range")
        if asked is not None:
            asked.append(wanted)
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and known in (None, etag) else 0
        handler.send_response(206 if first else 200)
        if first:
            handler.send_header("Content-Range", f"bytes {first}-{len(data) - 1}/{len(data)}")
        handler.send_header("Content-Length", str(len(data) - first))
        handler.send_header("ETag", etag)
        handler.end_headers()
        handler.wfile.write(data[first : len(data) if stop is None else first + stop])
        handler.close_connection = True

    return answer


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_broken_connection_is_gone_on_from_where_it_stopped(server, tmp_path):
    asked: list = []
    server.answers["/a"] = [ranged(CONTENT, stop=300_000, asked=asked), ranged(CONTENT, asked=asked)]
    download(f"{server.url}/a", tmp_path / "a", QUICK)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert asked[0] is None
    assert 0 < int(asked[1].removeprefix("bytes=").rstrip("-")) <= 300_000
    assert names(tmp_path) == ["a"]


def test_a_later_run_goes_on_too(server, tmp_path):
    server.answers["/a"] = [ranged(CONTENT, stop=300_000), status(404)]
    with pytest.raises(InputError, match="HTTP 404"):
        download(f"{server.url}/a", tmp_path / "a", QUICK)
    assert not (tmp_path / "a").exists()
    asked: list = []
    server.answers["/a"] = [ranged(CONTENT, asked=asked)]
    server.asked.clear()
    download(f"{server.url}/a", tmp_path / "a", QUICK)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert asked[0].startswith("bytes=")


@pytest.mark.parametrize("length", [len(CONTENT), len(CONTENT) // 4])
def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(server, tmp_path, length):
    other = CONTENT[::-1][:length]
    server.answers["/a"] = [ranged(CONTENT, stop=300_000), ranged(other, etag='"2"')]
    download(f"{server.url}/a", tmp_path / "a", QUICK)
    assert (tmp_path / "a").read_bytes() == other


def test_a_server_without_ranges_sends_it_whole_again(server, tmp_path):
    server.answers["/a"] = [body(CONTENT[:1000], length=len(CONTENT)), body(CONTENT)]
    download(f"{server.url}/a", tmp_path / "a", QUICK)
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_redirects_are_followed(server, tmp_path):
    server.answers |= {"/a": [status(302, Location="/b")], "/b": [ranged(CONTENT)]}
    download(f"{server.url}/a", tmp_path / "a", QUICK)
    assert (tmp_path / "a").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (status(403), "HTTP 403"),
        (status(503), "HTTP 503"),
        (status(302, Location="file:///etc/passwd"), "no whole answer"),
        (status(302, Location="/a"), "no whole answer"),
        (body(CONTENT[:9], length=10), "no whole answer"),
    ],
)
def test_what_does_not_come_is_one_line(server, tmp_path, answer, reason):
    server.answers["/a"] = [answer]
    with pytest.raises(InputError) as refused:
        download(f"{server.url}/a", tmp_path / "a", QUICK)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "a").exists()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        rows = "".join(f"{u}::{i}::{1 + (u + i) % 5}::{1_000_000_000 + i}\n" for u in range(1, 9) for i in range(1, 12))
        zipped.writestr("ml-1m/ratings.dat", rows)
        zipped.writestr("ml-1m/movies.dat", "".join(f"{i}::Film, The {i}::Drama|Comedy\n" for i in range(1, 12)))
        zipped.writestr("ml-1m/users.dat", "".join(f"{u}::F::1::10::48067\n" for u in range(1, 9)))
        zipped.writestr("../../outside.txt", "x")
    return file.getvalue()


def test_fetch_leaves_a_folder_that_prepare_reads(server, tmp_path, capsys):
    data = archive()
    check = f"MD5 (ml-1m.zip) = {hashlib.md5(data).hexdigest()}\n".encode()
    server.answers |= {"/ml-1m.zip": [ranged(data)], "/ml-1m.zip.md5": [body(check)]}
    command = ["fetch", "movielens-1m", "--address", server.url, "--out", str(tmp_path / "ml"), "--json"]
    assert main(command) == 0
    shown = capsys.readouterr()
    assert "licence: GroupLens" in shown.err
    assert "cite: Harper" in shown.err
    assert json.loads(shown.out)["next"].startswith(f"lattice prepare {tmp_path / 'ml'} --min-rating 4 --out ")
    assert not list(tmp_path.parent.glob("outside.txt"))
    assert main(command) == 0  # a second time nothing is fetched but the checksum
    assert server.asked["/ml-1m.zip"] == 1
    out = tmp_path / "out"
    assert (
        main(["prepare", str(tmp_path / "ml"), "--out", str(out), "--text-encoder", "none", "--min-rating", "2"]) == 0
    )
    assert json.loads((out / "report.json").read_text())["items_without_text"] == 0


def test_a_wrong_check_sum_removes_the_file(server, tmp_path, capsys):
    server.answers |= {"/ml-1m.zip": [ranged(archive())], "/ml-1m.zip.md5": [body(b"0" * 32 + b"  ml-1m.zip\n")]}
    assert main(["fetch", "movielens-1m", "--address", server.url, "--out", str(tmp_path / "ml")]) == 2
    assert "checksum" in capsys.readouterr().err
    assert not (tmp_path / "ml" / "ml-1m.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["netflix"], "'netflix' is unknown; there are amazon-2014"),
        (["amazon-2014"], "say which category"),
        (["movielens-1m", "x"], "has no parts"),
        (["recbole", "../x"], "'../x' is not a name"),
        (["movielens-1m", "--address", "ftp://127.0.0.1"], "begins with https"),
    ],
)
def test_what_can_not_be_fetched_is_named(tmp_path, capsys, arguments, says):
    assert main(["fetch", *arguments, "--out", str(tmp_path / "x")]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("name", KNOWN)
def test_every_set_says_its_licence_and_how_to_cite_it(name):
    data = public_data(name, "Baby" if KNOWN[name][0] else None)
    assert data.address.startswith("https://")
    assert data.licence
    assert data.citation
    assert data.files
