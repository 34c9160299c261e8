"""Pictures fetched by their addresses, from a server that behaves and from one that doesn't."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import urllib3
from PIL import Image

from lattice.cli import main
from lattice.data import fetch_pictures as module
from lattice.data.dataset import Dataset
from lattice.data.fetch_pictures import FetchOptions, fetch_pictures
from lattice.data.picture import open_picture
from lattice.data.readers import read
from lattice.features import load_encoder
from tests.data.mcauley import PAN, SALT, SPOON, write_image_features, write_raw
from tests.data.picture_server import PictureServer, body, picture, status, stream
from tests.data.test_picture import bomb

# As long as a test may take where the answer is what counts; short only where silence itself is tested.
PATIENT = FetchOptions(retries=2, backoff=0.01, timeout=300, deadline=300)
PAIRS = [(user, item) for user in "uvw" for item in (SALT, SPOON, PAN)]
NO_WORDS = ["--text-encoder", "none"]


@pytest.fixture
def server():
    with PictureServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def fetch(tmp_path, server):
    """A function that fetches pictures at paths of the server or addresses, and gives each one's path, and counts."""

    def run(*addresses: str, options: FetchOptions = PATIENT):
        full = [server.url + address if address.startswith("/") else address for address in addresses]
        items = pd.DataFrame({"item": [str(n) for n in range(len(full))], "title": "", "image_url": full})
        dataset, fetched = fetch_pictures(Dataset("shop", items, pd.DataFrame()), tmp_path / "cache", options)
        return [dataset.image_path(row) for row in range(len(full))], fetched

    return run


def counts(fetched):
    return fetched.fetched, fetched.cached, len(fetched.failed)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_pictures_are_kept_as_they_came(server, fetch, tmp_path):
    forms = {"/a.jpg": "JPEG", "/b": "PNG", "/c.gif": "WEBP"}
    for path, form in forms.items():
        server.answers[path] = [body(picture(form=form))]
    paths, fetched = fetch("/a.jpg", "/b", "/c.gif", "", "/a.jpg")
    assert counts(fetched) == (3, 0, 0)
    assert str(fetched) == "pictures: 3 fetched, 0 there before, 0 failed"
    assert [path.suffix for path in paths if path] == [".jpg", ".png", ".webp", ".jpg"]
    assert [path.read_bytes() for path in paths[:3]] == [picture(form=form) for form in forms.values()]
    assert paths[3] is None
    assert paths[4] == paths[0]
    assert set(server.asked.values()) == {1}
    assert len(names(tmp_path / "cache")) == 3


def test_the_next_run_asks_only_for_what_is_missing(server, fetch):
    server.answers["/a"] = [body(picture())]
    first, fetched = fetch("/a", "/later")
    assert counts(fetched) == (1, 0, 1)
    assert fetched.failed == {f"{server.url}/later": "HTTP 404"}
    assert f"1 failed (HTTP 404: 1, as {server.url}/later)" in str(fetched)
    server.answers["/later"] = [status(404), body(picture(1))]
    again, fetched = fetch("/a", "/later")
    assert counts(fetched) == (1, 1, 0)
    assert again[0] == first[0]
    assert server.asked == {"/a": 1, "/later": 2}


@pytest.mark.parametrize(
    ("answers", "asked", "reason"),
    [
        ([status(500), status(503), body(picture())], 3, None),
        ([status(500)], 3, "HTTP 500"),
        ([status(404)], 1, "HTTP 404"),
        ([status(302, Location="/moved")], 1, None),
        ([status(302, Location="file://127.0.0.1/etc/passwd")], 1, "no whole answer (URLSchemeUnknown)"),
        ([status(302, Location="http://[")], 1, "no whole answer (ValueError)"),
        ([status(302, Location="/a")], 3, "no whole answer (ResponseError)"),
        ([body(picture(), length=len(picture()) + 1)], 1, "no whole answer (ProtocolError)"),
        ([body(picture()[:-200])], 1, "no picture that opens"),
        ([body(b"<html>a robot?</html>")], 1, "no picture that opens"),
        ([body(b"")], 1, "no picture that opens"),
        ([body(picture(form="GIF"))], 1, "no picture that opens"),
        ([body(bomb(8_100))], 1, "no picture that opens"),
        ([stream(bytes(2**16))], 1, "larger than 25 MB"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bad_answer_is_counted_and_stops_nothing(server, fetch, tmp_path, answers, asked, reason):
    server.answers |= {"/a": answers, "/moved": [body(picture())], "/good": [body(picture())]}
    paths, fetched = fetch("/a", "/good")
    assert fetched.failed.get(f"{server.url}/a") == reason
    assert server.asked["/a"] == asked
    assert paths[1].is_file()
    assert (paths[0] is None) == (reason is not None)
    assert names(tmp_path / "cache") == sorted(path.name for path in paths if path)


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/a", "file:///etc/passwd", "127.0.0.1/a", "http://", "http://[::1"]
)
def test_an_address_that_is_none_is_counted(fetch, address):
    paths, fetched = fetch(address)
    assert paths == [None]
    assert list(fetched.failed) == [address]
    assert ("no http address" in str(fetched)) == (not address.startswith("http"))


@pytest.mark.parametrize(
    ("options", "asked", "reason"),
    [
        ({"timeout": 0.2}, 3, "no whole answer (ReadTimeoutError)"),
        ({"deadline": 0.2}, 1, "slower than 0.2 s"),
    ],
)
def test_a_slow_answer_is_given_up(server, fetch, tmp_path, options, asked, reason):
    given_up = threading.Event()
    server.answers["/a"] = [stream(b"\xff", pause=0.05) if "deadline" in options else lambda _: given_up.wait()]
    paths, fetched = fetch("/a", options=replace(PATIENT, **options))
    given_up.set()
    assert fetched.failed == {f"{server.url}/a": reason}
    assert server.asked["/a"] == asked
    assert paths == [None]
    assert names(tmp_path / "cache") == []


def test_a_dead_network_is_tried_twice_and_without_a_pause(fetch, monkeypatch):
    tried = Counter()

    def connect(connection):
        tried[connection.host] += 1
        raise urllib3.exceptions.NewConnectionError(connection, "no network")

    monkeypatch.setattr(urllib3.connection.HTTPConnection, "connect", connect)
    hosts = [f"server{n}" for n in range(100)]
    _, fetched = fetch(*(f"http://{host}/a" for host in hosts), options=FetchOptions(backoff=3600))
    assert set(fetched.failed.values()) == {"no whole answer (NewConnectionError)"}
    assert counts(fetched) == (0, 0, 100)
    assert tried == dict.fromkeys(hosts, 2)


def test_some_at_a_time_and_never_more(server, fetch):
    together = threading.Barrier(3)  # nobody is answered before three have asked

    def held(handler):
        together.wait()
        body(picture())(handler)

    server.answers |= {f"/{n}": [held] for n in range(12)}
    _, fetched = fetch(*server.answers, options=replace(PATIENT, workers=3))
    assert counts(fetched) == (12, 0, 0)
    assert server.most_at_once == 3


def test_a_disk_that_is_full_leaves_no_half_picture(server, fetch, tmp_path, monkeypatch):
    whole = Path.write_bytes

    def half(path, data):
        whole(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    server.answers["/a"] = [body(picture())]
    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space"):
        fetch("/a")
    assert names(tmp_path / "cache") == []


def test_pictures_are_kept_and_items_without_address_left(server, tmp_path):
    items = pd.DataFrame({"item": ["a", "b"], "title": "", "image": ["own.png", ""], "image_url": [server.url, ""]})
    dataset, fetched = fetch_pictures(Dataset("shop", items, pd.DataFrame()), tmp_path / "cache", PATIENT)
    assert dataset.items["image"].tolist() == ["own.png", ""]
    assert counts(fetched) == (0, 0, 0)


def test_the_authors_list_of_addresses_serves_too(server, tmp_path):
    source = tmp_path / "baby"
    source.mkdir()
    for split, items in (("train", [0]), ("val", [1]), ("test", [2])):
        (source / f"{split}.json").write_text(json.dumps({"u": items}))
    (source / "item2id.json").write_text(json.dumps({PAN: 0, SALT: 1, SPOON: 2}))
    rows = [f"1,{SALT},{server.url}/salt", f"0,{PAN},", f"9,B000OTHER0,{server.url}/other"]
    (source / "item_image_urls.csv").write_text("\n".join(["itemID,asin,imUrl", *rows]) + "\n")
    server.answers["/salt"] = [body(picture())]
    dataset, fetched = fetch_pictures(read(source, "lattice-json"), tmp_path / "cache", PATIENT)
    assert counts(fetched) == (1, 0, 0)
    assert [dataset.image_path(row) is not None for row in range(3)] == [False, True, False]


def say(capsys, *arguments) -> tuple[dict, str]:
    capsys.readouterr()
    assert main([*map(str, arguments), "--json"]) == 0
    captured = capsys.readouterr()
    return json.loads(captured.out), captured.err


def test_prepare_encodes_what_it_fetched_like_an_upload(server, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(module, "FetchOptions", lambda: PATIENT)
    source = write_raw(tmp_path / "raw", PAIRS, server.url)
    server.answers |= {"/salt.jpg": [body(picture(1))], "/spoon.jpg": [body(picture(2))]}
    command = ["prepare", source, "--format", "amazon", "--out", tmp_path / "out", "--images", *NO_WORDS]
    said, err = say(capsys, *command)
    assert said["pictures"] == {"fetched": 2, "cached": 0, "failed": 1}
    assert said["without_picture"] == 1
    assert "without a picture: 1 of 3\n" in err
    assert f"{server.url}/pan.jpg: HTTP 404" in err
    visual = np.load(tmp_path / "out" / "features" / "visual.npy")
    uploads = load_encoder("image", "default", "cpu").encode([open_picture(picture(1)), open_picture(picture(2))])
    assert not visual[0].any()
    np.testing.assert_allclose(visual[1:], uploads, atol=1e-5)
    assert names(tmp_path / "out" / "images") == ["000001.jpg", "000002.jpg"]
    said, _ = say(capsys, *command, "--image-cache", source / "pictures")
    assert said["pictures"] == {"fetched": 0, "cached": 2, "failed": 1}
    assert server.asked == {"/salt.jpg": 1, "/spoon.jpg": 1, "/pan.jpg": 2}


def test_prepare_says_how_many_are_filled(tmp_path, capsys):
    source = write_raw(tmp_path / "raw", PAIRS)
    write_image_features(source / "image_features_Kitchen.b", [(SALT, np.ones(4096))])
    command = ["prepare", source, "--format", "amazon", "--out", tmp_path / "out", *NO_WORDS]
    said, err = say(capsys, *command, "--image-features", "image_features_Kitchen.b")
    assert said["without_picture"] == 2
    assert "without a picture: 2 of 3; the mean of the others' vectors is used instead\n" in err
    assert np.load(tmp_path / "out" / "features" / "visual.npy").tolist() == [[1.0] * 4096] * 3
    assert pd.read_parquet(tmp_path / "out" / "items.parquet")["visual_is_mean"].tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--format", "amazon", "--images", "--image-features", "f.b"], "would both be the visual modality"),
        (["--format", "table", "--images"], "no addresses of pictures are known"),
        (["--format", "table", "--image-features", "f.b"], "--image-features is for Amazon's files"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path, capsys, options, says):
    (tmp_path / "interactions.csv").write_text("user,item\n" + "".join(f"{u},{i}\n" for u in "abc" for i in range(5)))
    assert main(["prepare", str(tmp_path), "--out", str(tmp_path / "out"), *options]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert names(tmp_path) == ["interactions.csv"]


def test_a_cancelled_fetch_begins_and_writes_nothing_more(server, fetch, tmp_path, monkeypatch):
    go_on = threading.Event()

    def cancelled(run):
        wait_for(lambda: server.at_once == 2)
        raise KeyboardInterrupt

    def held(handler):
        go_on.wait()
        body(picture())(handler)

    monkeypatch.setattr(module._Run, "next_result", cancelled)
    server.answers |= {f"/{n}": [held] for n in range(20)}
    with pytest.raises(KeyboardInterrupt):
        fetch(*server.answers, options=replace(PATIENT, workers=2))
    go_on.set()
    wait_for(lambda: not server.at_once)
    assert sum(server.asked.values()) == 2
    assert names(tmp_path / "cache") == []


@pytest.mark.slow
@pytest.mark.parametrize("slow", ["a silent server", "a trickle"])
def test_ctrl_c_waits_for_no_server(server, tmp_path, slow):
    pictures = {f"/{name}.jpg": picture(seed, side=300) for seed, name in enumerate(("salt", "spoon"))}
    server.answers |= {path: [body(data)] for path, data in pictures.items()}
    given_up = threading.Event()

    def held(handler):  # sends no picture for as long as the other side listens
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**6))
        handler.end_headers()
        while not given_up.wait(0.05):
            if slow == "a trickle":
                handler.wfile.write(b"\xff")

    server.answers["/pan.jpg"] = [held]
    source = write_raw(tmp_path / "raw", PAIRS, server.url)
    # The server would be silent for an hour. A shell's background job inherits an ignored SIGINT; Python leaves it so.
    program = """
import signal, sys
from functools import partial
from lattice.cli import main
from lattice.data import fetch_pictures as module
signal.signal(signal.SIGINT, signal.default_int_handler)
module.FetchOptions = partial(module.FetchOptions, timeout=3600, deadline=3600)
sys.exit(main(sys.argv[1:]))
"""
    command = ["prepare", source, "--format", "amazon", "--out", tmp_path / "out", "--images"]
    run = subprocess.Popen([sys.executable, "-c", program, *map(str, command)], stderr=subprocess.PIPE, text=True)
    wait_for(lambda: server.asked["/pan.jpg"] and len(list((source / "pictures").glob("*.jpg"))) == 2)
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=600)
    given_up.set()
    assert run.returncode == 130
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()
    kept = list((source / "pictures").iterdir())
    assert len(kept) == 2
    for path in kept:
        assert path.read_bytes() in pictures.values()
        with Image.open(path) as opened:
            opened.load()


def wait_for(condition, seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
