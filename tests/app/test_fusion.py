"""Fusion: how graphs differ, what each modality carries, and what another mix changes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from app.components.groups import groupings, short_labels
from app.components.held_out import Effect
from app.views.fusion.facts import alpha_path, edge_codes, learned_changes, same_group, sample_users, shared
from app.views.fusion.modality_shares import (
    NO_GRAPH,
    TRAINED,
    ablation_scores,
    by_group,
    item_shares,
    most_by,
    share_histogram,
    variants,
)
from lattice.data import load
from lattice.graph import Graph, ModalityGraph, Pattern
from lattice.models import default_options
from lattice.pipeline import fit
from lattice.recommender import Recommender
from lattice.training import TrainingOptions
from tests.app.reading import html, said, widget

SHARES = pd.DataFrame({"v": [0.25, 1.0, np.nan, -0.1], "t": [0.75, 0.0, np.nan, 1.1]})


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


def recall_by_hand(recommender: Recommender, user: str, split: str = "valid", k: int = 20) -> float | None:
    """The share of a user's held-out items among the first k that the user hasn't in training."""
    table = recommender.interactions(user)
    seen, wanted = (set(table.loc[table["split"] == s, "item"]) for s in ("train", split))
    if not wanted:
        return None
    scores = dict(zip(recommender.items["item"], recommender.scores(user), strict=True))
    best = sorted((i for i in scores if i not in seen), key=lambda i: -scores[i])[:k]
    return len(wanted & set(best)) / len(wanted)


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_shared_edges():
    assert shared(np.array([1, 2, 3]), np.array([2, 3, 4])) == pytest.approx(0.5)
    assert shared(np.array([]), np.array([])) == 0.0


def test_learned_changes_add_up(lattice):
    graph = lattice.item_graph
    for row in learned_changes(graph).itertuples():
        initial = edge_codes(graph.graphs[row.modality].initial)
        learned = edge_codes(graph.graphs[row.modality].learned)
        assert (row.kept + row.lost, row.kept + row.gained) == (len(initial), len(learned))


def test_alpha_ends_at_the_best_epoch_or_where_the_history_ends():
    history = pd.DataFrame({"epoch": [1, 2, 3], "alpha_v": [0.5, 0.6, 0.7]})
    ends = {best: alpha_path(history, best)[1:] for best in (2, 9, None)}
    assert {best: (row["alpha_v"], name) for best, (row, name) in ends.items()} == {
        2: (0.6, "best"),
        9: (0.7, "last"),
        None: (0.7, "last"),
    }


def test_groups_worth_comparing(lattice):
    assert groupings(lattice.items) == ["category"]
    table = same_group(lattice.item_graph, lattice.items["category"]).set_index("graph")["share"]
    assert table["textual"] > table["chance"]
    assert table.between(0, 1).all()


def test_the_share_inside_a_group_by_hand(lattice):
    """Two of x, one of y, one unnamed; the self-loop, and edges to or from the unnamed, don't count."""
    near = torch.tensor([[0, 1, 2], [0, 1, 3], [0, 1, 2], [0, 2, 3]])
    weights = torch.tensor([[9.0, 2.0, 1.0], [3.0, 9.0, 5.0], [4.0, 1.0, 9.0], [7.0, 7.0, 9.0]])
    one = Graph(Pattern(near), weights)
    graph = replace(lattice.item_graph, graphs={"v": ModalityGraph(one, one)}, alpha={"v": 1.0})
    table = same_group(graph, pd.Series(["x", "x", "y", ""])).set_index("graph")["share"]
    assert table["v"] == pytest.approx((2 + 3) / (2 + 1 + 3 + 4 + 1))
    assert table["chance"] == pytest.approx(2 / 6)  # of the ordered pairs of three items, those of both x


def test_shares_sum_to_1_and_an_item_without_content_has_none(lattice):
    shares = item_shares(lattice)
    empty = (lattice.items["item"] == "nameless").to_numpy()
    assert shares[empty].isna().all(axis=None)
    np.testing.assert_allclose(shares[~empty].sum(axis=1), 1, atol=1e-5)


def test_every_item_with_a_share_is_counted_once():
    table = share_histogram(SHARES, bins=4)
    assert table["v"].tolist() == [1, 1, 0, 1]  # -0.1 is with the first, 0.25 opens the second, 1 is in the last
    assert table["t"].tolist() == [1, 0, 0, 2]
    assert table["from"].tolist() == [0, 0.25, 0.5, 0.75]


def test_most_by_sorts_and_leaves_out_empty_items():
    items = pd.DataFrame({"item": ["a", "b", "c", "d"]})
    assert most_by(items, SHARES, "v")["item"].tolist() == ["b", "a", "d"]


def test_groups_have_the_mean_share_of_their_items():
    table = by_group(SHARES, pd.Series(["x", "x", "x", ""])).set_index("group")
    assert table.to_dict("index") == {"x": {"items": 2, "v": 0.625, "t": 0.375}}


def test_the_ablation_is_recall_by_hand(lattice):
    table = ablation_scores(lattice).set_index("variant")
    assert list(table.index) == [TRAINED, *list(variants(lattice))[1:], NO_GRAPH]
    per_user = {}
    for name, variant in {TRAINED: lattice, "without visual": lattice.what_if(alpha={"textual": 1.0})}.items():
        found = [recall_by_hand(variant, str(user)) for user in lattice.users]
        per_user[name] = np.array([value for value in found if value is not None])
        assert table.loc[name, "recall@20"] == pytest.approx(per_user[name].mean())
    difference = per_user["without visual"] - per_user[TRAINED]
    assert table.loc["without visual", "Δ recall@20"] == pytest.approx(difference.mean())
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    assert table.loc["without visual", "± recall@20"] == pytest.approx(error)
    assert (table.loc[TRAINED, ["Δ recall@20", "± ndcg@20"]] == 0).all()


def test_ablation_scores_use_a_fixed_sample_of_users(lattice):
    first, again = ablation_scores(lattice, most_users=20), ablation_scores(lattice, most_users=20)
    assert (first["users"] == 20).all()
    pd.testing.assert_frame_equal(first, again)


def test_a_sample_of_users_is_always_the_same(lattice):
    assert sample_users(lattice, 7) == sample_users(lattice, 7)
    assert len(set(sample_users(lattice, 7))) == 7


# --- the page --------------------------------------------------------------------------------------------------------


def test_dropping_a_modality_changes_lists(open_view):
    app = open_view("fusion")
    assert "trained mix" in app.info[0].value
    widget(app.slider, "α visual").set_value(0.0).run()
    assert not app.exception
    assert float(app.query_params["mix_visual"]) == 0
    assert float(widget(app.metric, "Items replaced in the top 20").value) > 0
    widget(app.slider, "α textual").set_value(0.0).run()
    assert "above 0" in app.warning[0].value
    widget(app.button, "Back to the trained mix").click().run()
    assert "trained mix" in app.info[0].value
    assert "mix_visual" not in app.query_params


def test_a_mix_in_the_url_is_shown_and_a_bad_one_is_said(open_view):
    app = open_view("fusion", mix_lambda="0.2", mix_visual="lots")
    assert widget(app.slider, "λ").value == 0.2
    assert "lots" in app.warning[0].value
    assert widget(app.metric, "Items replaced in the top 20")


def test_moving_lambda_leaves_the_trained_alpha(open_view, monkeypatch):
    asked = []
    what_if = Recommender.what_if
    monkeypatch.setattr(
        Recommender, "what_if", lambda self, *a, **k: (asked.append(k) if k else None) or what_if(self, *a, **k)
    )
    app = open_view("fusion")
    asked.clear()  # the table of scores without a modality asks, too
    widget(app.slider, "λ").set_value(0.15).run()
    assert asked == [{"lambda_": 0.15, "alpha": None, "without_edges": ()}]


def test_the_recall_of_a_mix_is_of_everyone_with_its_error(open_view, lattice):
    app = open_view("fusion", mix_lambda="0.25")
    recalls = []
    for model in (lattice, lattice.what_if(lambda_=0.25)):
        found = [recall_by_hand(model, str(user)) for user in lattice.users]
        recalls.append(np.array([value for value in found if value is not None]))
    before, after = recalls
    error = (after - before).std(ddof=1) / np.sqrt(len(before))
    metric = widget(app.metric, "Validation Recall@20")
    assert metric.value == f"{after.mean():.4f}"
    assert metric.delta == f"{after.mean() - before.mean():+.4f} ± {error:.4f}"
    assert f"{len(before)} users on the validation split" in said(app)


def test_an_effect_is_clear_beyond_twice_its_error():
    before = np.array([0.0, 1.0, 0.0, 1.0])
    noise = Effect.of(before, np.array([1.1, 0.0, 0.0, 1.0]))
    gain = Effect.of(before, before + np.array([0.1, 0.12, 0.1, 0.12]))
    assert (noise.clear, gain.clear) == (False, True)
    assert gain.words == "+0.1100 ± 0.0058"  # deviation 0.02 / sqrt(3), over sqrt(4)
    assert Effect.of(before, before).words is None
    narrow = [Effect.of(before, before + 0.01 * times + np.array([-0.01, 0.01] * 2)) for times in (1.1, 1.2)]
    assert [effect.clear for effect in narrow] == [False, True]  # 1.9 and 2.08 of its errors
    one = Effect.of(before[:1], before[:1] + 0.5)
    assert (one.words, one.clear) == ("+0.5000", False)  # a single user says nothing of the others


def test_scores_without_a_modality_are_on_the_page(open_view, lattice):
    app = open_view("fusion", loss_metric="ndcg@20")
    expected = ablation_scores(lattice).set_index("variant")
    assert f"{expected.loc[TRAINED, 'ndcg@20']:.4f}" in said(app)
    shown = next(table.value for table in app.dataframe if "variant" in table.value)
    np.testing.assert_allclose(shown.set_index("variant")["recall@20"], expected["recall@20"])


@pytest.fixture(scope="module")
def words_only(trained, tmp_path_factory) -> Path:
    """The app's LATTICE, trained on the words alone."""
    root = tmp_path_factory.mktemp("words_only")
    shop = load(trained.parent / "shop")
    features = {"textual": shop.features["textual"]}
    training = TrainingOptions(epochs=1, batch_size=128, device="cpu")
    fit(replace(shop, features=features), default_options("lattice"), training, root / "w" / "lattice", progress=False)
    return root


def test_a_single_modality_is_said_not_drawn(open_view, words_only):
    app = open_view("fusion", root=words_only)
    assert ["one modality, textual" in info.value for info in app.info] == [True, False][: len(app.info)]
    headings = [heading.value for heading in app.subheader]
    assert "What the item graph adds" in headings
    assert not {"α over training", "What they share"} & set(headings)


def test_short_labels_keep_what_tells_paths_apart():
    assert short_labels(["A > Knives", "B > Tents", "C > D > Knives", "C"]) == [
        "A > Knives",
        "Tents",
        "D > Knives",
        "C",
    ]
    assert short_labels(["X > C", "C", ""]) == ["X > C", "C", ""]


def test_extremes_can_be_narrowed_to_a_group(open_view, lattice):
    app = open_view("fusion", leaning="visual", within="ring")
    assert not app.exception
    shares = item_shares(lattice)
    table = most_by(lattice.items, shares, "visual")
    rings = table[table["item"].str.startswith("ring-")]
    cards = html(app)
    title = lattice.items.set_index("item").loc[rings["item"].iloc[0], "title"]
    assert f">{title}</div>" in cards
    assert " circle</div>" not in cards


def test_no_groups_are_said_in_a_line(open_view, monkeypatch):
    monkeypatch.setattr("app.views.fusion.panels.groupings", lambda items: [])
    app = open_view("fusion")
    assert not app.exception
    assert "carry no type, department, category or brand" in said(app)
