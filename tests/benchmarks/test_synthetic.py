"""Shops made for measuring are checkpoints like any other."""

from benchmarks.interactions import CHANGE_OF_K, Visitor, measured
from benchmarks.speed_tables import by_size
from benchmarks.synthetic import make_shop
from lattice.recommender import Recommender


def test_a_made_up_shop_loads_and_answers(tmp_path):
    folder = make_shop(200, tmp_path)
    recommender = Recommender.load(folder)
    assert recommender.item_graph is not None
    graph = recommender.item_graph.graphs["textual"].initial
    assert graph.indices.shape == (200, 10)
    assert (graph.indices.diff(dim=1) > 0).all()
    assert len(recommender.recommend(recommender.users[0], 20)[0]) == 20
    assert recommender.checkpoint.map_coordinates.shape == (200, 2)
    assert Recommender.load(folder.with_name("lightgcn")).item_graph is None
    for name, action in Visitor(recommender).actions().items():
        assert name
        action()


def test_a_made_up_shop_is_the_same_each_time(tmp_path):
    first, again = (Recommender.load(make_shop(150, tmp_path / name)) for name in ("one", "two"))
    assert first.checkpoint.dataset_fingerprint == again.checkpoint.dataset_fingerprint
    assert first.recommend("u1", 5)[0].tolist() == again.recommend("u1", 5)[0].tolist()


def test_what_would_take_minutes_is_estimated_and_said_to_be(tmp_path):
    folder = make_shop(150, tmp_path, ("lattice",))
    whole, short = (measured(folder, 2, most_pairs=most) for most in (150**2, 150**2 - 1))
    assert whole["interactions"][CHANGE_OF_K].keys() == {"p50_ms", "p95_ms", "first_s"}
    left = short["interactions"][CHANGE_OF_K]
    assert (left["p50_ms"], left["p95_ms"], left["first_s"]) == (None, None, None)
    assert left["estimated_first_s"] >= 0
    assert "150 items" in left["left_out"]
    assert short["interactions"].keys() == whole["interactions"].keys()
    found = {"shops": [whole, short], "hardware": "a CPU", "threads": 1}
    table = by_size(found)
    assert "| what if: k | " in table
    assert " | not measured |" in table
    assert "(estimated) |" in table
