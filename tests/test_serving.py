"""`lattice serve`: the library's answers over HTTP, and one line with a 4xx status for bad input."""

import asyncio
import io
import json
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from benchmarks.serving import served
from lattice.checkpoint import save
from lattice.cli import main
from lattice.errors import InputError
from lattice.inference.ranker import Ranker
from lattice.recommender import Recommender
from lattice.serving import create_app, measured
from lattice.serving.batches import Batches
from tests.coroutines import finished


@pytest.fixture(scope="module")
def rec(trained) -> Recommender:
    return Recommender.of(trained("lattice-mf-1"))


@pytest.fixture(scope="module")
def client(rec) -> TestClient:
    return TestClient(create_app(rec))


def test_recommend_answers_as_the_library(client, rec):
    users = [str(rec.users[3]), str(rec.users[0])]
    answer = client.get("/recommend", params={"user": users, "k": 7})
    assert answer.status_code == 200
    lists = answer.json()["lists"]
    assert [found["user"] for found in lists] == users
    for found in lists:
        ids, scores = rec.recommend(found["user"], 7)
        assert [row["item"] for row in found["items"]] == list(ids)
        np.testing.assert_allclose([row["score"] for row in found["items"]], scores, rtol=1e-6)
        assert [row["title"] for row in found["items"]] == [rec.title(raw) for raw in ids]


def test_recommend_can_show_seen_items_and_ends_where_items_do(client, rec):
    user, n = str(rec.users[0]), len(rec.items)
    everything = client.get("/recommend", params={"user": user, "k": 1000, "exclude_seen": False}).json()
    unseen = client.get("/recommend", params={"user": user, "k": 1000}).json()
    assert len(everything["lists"][0]["items"]) == n
    assert len(unseen["lists"][0]["items"]) == len(rec.recommend(user, n)[0]) < n


def test_requests_together_are_answered_as_each_alone(rec):
    calls = []

    class Counted(Ranker):
        def recommend(self, *asked):
            calls.append(asked)
            return super().recommend(*asked)

    own = rec.ranker
    batches = Batches(Counted(own.users, own.items, own.vectors, own.seen))
    users = [str(raw) for raw in rec.users[:4]]
    asked = [([users[0]], 5, True), (users[1:3], 5, True), ([users[3]], 3, False)]

    async def ask(asked):
        return await asyncio.gather(*(batches.recommend(*one) for one in asked), return_exceptions=True)

    answers = finished(ask(asked))
    assert len(calls) == 2  # one for each k
    for (names, k, exclude_seen), (ids, scores) in zip(asked, answers, strict=True):
        expected = rec.recommend(names, k, exclude_seen)
        assert ids.tolist() == expected[0].tolist()
        np.testing.assert_allclose(scores, expected[1], rtol=1e-6)
    *answers, refused = finished(ask([*asked, (["nobody"], 5, True)]))
    assert isinstance(refused, InputError)
    assert [ids.tolist() for ids, _ in answers] == [rec.recommend(*one)[0].tolist() for one in asked]


def test_a_mapped_ranker_ranks_as_the_one_it_was_saved_from(rec, tmp_path):
    own = rec.ranker
    own.save(tmp_path / "vectors.safetensors")
    mapped = Ranker.mapped(tmp_path / "vectors.safetensors", own.users, own.items)
    users = [str(raw) for raw in rec.users]
    for given, expected in zip(mapped.recommend(users, 9), own.recommend(users, 9), strict=True):
        np.testing.assert_array_equal(given, expected)
    maps = Path("/proc/self/maps")
    assert not maps.exists() or "vectors.safetensors" in maps.read_text()


@pytest.mark.slow
def test_two_processes_answer_as_the_library(rec, tmp_path):
    save(rec.checkpoint, tmp_path / "shop")
    user = str(rec.users[3])
    with served(tmp_path / "shop", 2) as (port, _, _):
        for _ in range(6):  # each on a connection of its own, which any of the processes may take
            with urlopen(f"http://127.0.0.1:{port}/recommend?user={user}&k=5") as answer:
                found = json.load(answer)["lists"][0]["items"]
            assert [row["item"] for row in found] == list(rec.recommend(user, 5)[0])
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert 'lattice_requests_total{path="/recommend",status="200"} 6.0' in answer.read().decode()


@pytest.mark.parametrize("modality", [None, "visual", "fused", "collaborative"])
def test_similar_answers_as_the_library(client, rec, modality):
    item = str(rec.items["item"].iat[5])
    asked = {"item": item, "k": 4, **({} if modality is None else {"modality": modality})}
    ids, weights = rec.similar(item, 4, modality)
    found = client.get("/similar", params=asked).json()["neighbours"]
    assert [row["item"] for row in found] == list(ids)
    np.testing.assert_allclose([row["score"] for row in found], weights, rtol=1e-6)


def test_explain_answers_as_the_library_and_sums_up(client, rec):
    user = str(rec.users[2])
    item = str(rec.recommend(user, 1)[0][0])
    found, expected = client.get("/explain", params={"user": user, "item": item}).json(), rec.explain(user, item)
    assert found["score"] == pytest.approx(expected.score)
    assert found["collaborative"] + found["item_graph"] + found["content"] == pytest.approx(found["score"], abs=1e-5)
    assert [row["value"] for row in found["contributions"]] == pytest.approx(list(expected.contributions["value"]))


def test_fold_in_answers_as_the_library(client, rec, monkeypatch):
    vector = rec.require_lattice().raw("visual")[7].numpy()
    placed = rec.fold_in_features({"visual": vector})
    given = []
    fold_in = Recommender.fold_in
    monkeypatch.setattr(
        Recommender,
        "fold_in",
        lambda self, image, text, features, *rest: (
            given.append((image, text)) or fold_in(self, None, None, {"visual": vector}, *rest)
        ),
    )
    answer = client.post("/fold-in", files={"image": ("x.png", b"a picture")}, data={"text": "words", "k": "3"})
    assert answer.status_code == 200
    found = answer.json()
    assert given == [(b"a picture", "words")]
    expected = placed.edges.groupby("item", sort=False)["weight"].sum().nlargest(3)
    assert [row["item"] for row in found["neighbours"]] == list(expected.index)
    assert [row["user"] for row in found["users"]] == list(placed.users.head(3)["user"])


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8)).save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(
    ("path", "asked", "status", "said"),
    [
        ("/recommend", {"user": "nobody"}, 400, "nobody"),
        ("/recommend", {}, 422, "user"),
        ("/recommend", {"user": "u0", "k": 0}, 422, "k"),
        ("/recommend", {"user": "u0", "k": 10**9}, 422, "k"),
        ("/recommend", {"user": "u0", "k": "many"}, 422, "k"),
        ("/similar", {"item": "nothing"}, 400, "nothing"),
        ("/explain", {"user": "nobody", "item": "nothing"}, 400, "nobody"),
    ],
)
def test_bad_questions_get_one_clear_line(client, path, asked, status, said):
    answer = client.get(path, params=asked)
    assert answer.status_code == status
    assert said in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


@pytest.mark.parametrize(
    ("data", "files", "status"),
    [
        ({}, None, 400),
        ({"text": "  "}, None, 400),
        ({"text": "x" * 2001}, None, 422),
        ({"text": "x", "completion": "magic"}, None, 422),
        ({"text": "x", "exposure": "0.05"}, None, 400),  # this checkpoint isn't calibrated, nor has it a text encoder
        ({}, {"image": ("x.png", picture())}, 400),  # its features were made elsewhere: no encoder reads a picture
    ],
)
def test_bad_new_items_get_one_clear_line(client, data, files, status):
    answer = client.post("/fold-in", data=data, files=files)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_bodies_too_large_or_of_unknown_length_stay_unread(client, monkeypatch):
    monkeypatch.setattr(measured, "MAX_BYTES", 1000)
    monkeypatch.setattr(measured, "FORM_BYTES", 0)
    assert client.post("/fold-in", files={"image": ("x.png", b"x" * 2000)}).status_code == 413
    assert client.post("/fold-in", content=iter([b"x"])).status_code == 411


def test_health_metrics_and_openapi(client, rec):
    client.get("/no-such-page")
    health = client.get("/health").json()
    assert (health["status"], health["users"], health["items"]) == ("ok", len(rec.users), len(rec.items))
    text = client.get("/metrics").text
    assert 'lattice_requests_total{path="/health",status="200"}' in text
    assert 'lattice_requests_total{path="other",status="404"}' in text
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/recommend", "/similar", "/explain", "/fold-in", "/health"} == set(paths)
    assert json.dumps(paths)


def test_serve_refuses_what_is_no_checkpoint(tmp_path, capsys):
    assert main(["serve", str(tmp_path)]) == 2
    assert "not a checkpoint" in capsys.readouterr().err


def test_serve_listens_on_this_machine_alone_by_default(trained, monkeypatch, tmp_path):
    import uvicorn

    asked = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: asked.update(options))
    monkeypatch.setattr(Recommender, "load", lambda *_, **__: Recommender.of(trained("mf")))
    assert main(["serve", str(tmp_path)]) == 0
    assert asked["host"] == "127.0.0.1"
