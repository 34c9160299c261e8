"""Fusion: what the experiments say of learning and of content, and one user's list on altered content."""

import numpy as np
import pandas as pd
import pytest
import torch

from app.views.fusion import worth
from app.views.fusion.altered_content import list_change, with_altered
from lattice.experiments.knock_out import altered
from lattice.experiments.learning_results import find_changes
from lattice.models import build
from lattice.recommender import Recommender
from tests.app.reading import html, said


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice", content_scores=False)


def row(change, score, part="training", model="lattice", seed=0, dataset="d"):
    keys = {"dataset": dataset, "model": model, "options": f"{part} {change}", "seed": seed, "settings": "lr=1"}
    return keys | {"part": part, "change": change, "test_recall@20": score}


def write(folder, rows, name="shop"):
    (folder / "learning").mkdir(exist_ok=True, parents=True)
    pd.DataFrame(rows).to_csv(folder / "learning" / f"{name}.csv", index=False)


# --- the experiments -------------------------------------------------------------------------------------------------


def test_changes_are_found_by_dataset_and_damaged_files_left_out(tmp_path):
    assert find_changes(tmp_path, "d") is None
    write(tmp_path, [row("as it is", 0.2, dataset="other")], "a")
    write(tmp_path, [row("as it is", 0.2), row("as it is", 0.3, seed=1), row("random graph", 0.15)], "b")
    (tmp_path / "learning" / "0.csv").write_text("nothing\n")
    found = find_changes(tmp_path, "d").set_index("change")
    assert found.loc["as it is", ["mean", "seeds"]].tolist() == [pytest.approx(0.25), 2]
    assert found.loc["random graph", "loss"] == pytest.approx(0.15 / 0.2 - 1)  # both of seed 0


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("as it is", 0.22), row("frozen (λ = 1)", 0.20)], ("+10.0% against", "one seed each")),
        ([row("as it is", 0.21, seed=s) for s in (0, 1)] + [row("frozen (λ = 1)", 0.2)], ("beyond twice", "2 seeds")),
        ([row("as it is", 0.1), row("as it is", 0.3, seed=1), row("frozen (λ = 1)", 0.08)], ("+25.0%", "within twice")),
        ([row("as it is", 0.2), row("frozen (λ = 1)", 0.1, seed=1)], ("was not trained",)),
        ([row("as it is", 0.2)], ("was not trained",)),
    ],
)  # fmt: skip
def test_the_verdict_weighs_the_gain_against_the_spread(tmp_path, rows, expected):
    write(tmp_path, rows)
    pd.testing.assert_frame_equal(find_changes(tmp_path, "d"), worth.experiment.__wrapped__(tmp_path, "d", ""))
    verdict = worth.learning_verdict(find_changes(tmp_path, "d"))
    assert all(words in verdict for words in expected)


def test_fusion_shows_both_experiments(open_view, lattice, tmp_path, monkeypatch):
    monkeypatch.setenv("LATTICE_RESULTS", str(tmp_path))
    data = lattice.checkpoint.dataset_fingerprint
    rows = [row("as it is", 0.2, dataset=data), row("frozen (λ = 1)", 0.1, dataset=data)]
    write(tmp_path, [*rows, row("visual shuffled", 0.15, "inference", dataset=data)])
    app = open_view("fusion")
    tables = [table.value for table in app.table if "against as it is" in table.value]
    assert [table["against as it is"].tolist() for table in tables] == [["", "-50.0%"], ["", "-25.0%"]]
    assert "With the graph learned, Recall@20 is +100.0%" in said(app)


def test_fusion_says_what_was_not_run(open_view, tmp_path, monkeypatch):
    monkeypatch.setenv("LATTICE_RESULTS", str(tmp_path))
    assert "python -m benchmarks.learning DATASET" in said(open_view("fusion"))


# --- one user's list -------------------------------------------------------------------------------------------------


def test_the_altered_model_is_the_trained_on_altered_features(lattice, monkeypatch):
    changed = with_altered(lattice, "visual", "shuffled")
    checkpoint = lattice.checkpoint
    features = {m: checkpoint.model.raw(m) for m in checkpoint.model.modalities}
    features["visual"] = altered(features["visual"], "shuffled", 0)
    pairs = torch.as_tensor(checkpoint.dataset.pairs("train"))
    own = build(checkpoint.options, len(lattice.users), len(lattice.items), pairs, features)
    own.load_state_dict(dict(checkpoint.model.named_parameters()), strict=False)
    own.refresh()
    with torch.no_grad():
        for got, wanted in zip(changed.embeddings, own.eval().embed(), strict=True):
            torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-5)
    monkeypatch.setattr("app.views.fusion.altered_content.altered", lambda features, how, seed: features)
    same = with_altered(lattice, "visual", "shuffled")
    for got, wanted in zip(same.embeddings, lattice.embeddings, strict=True):
        torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-5)


def test_a_list_names_the_place_that_each_item_had(lattice):
    after, user = with_altered(lattice, "textual", "noise"), str(lattice.users[3])
    items, places = list_change(lattice, after, user, 5)
    seen = set(lattice.interactions(user).query("split == 'train'")["item"])
    for one, expected in ((after, items), (lattice, None)):
        order = np.argsort(-one.scores(user), kind="stable")
        ranked = [str(lattice.items["item"].iat[i]) for i in order if lattice.items["item"].iat[i] not in seen]
        if expected is not None:
            assert ranked[:5] == expected
    assert places == [ranked.index(item) + 1 if item in ranked[:5] else None for item in items]


def test_fusion_draws_a_list_on_altered_content(open_view, lattice):
    app = open_view("fusion", user=str(lattice.users[3]), altered="visual", altered_how="shuffled")
    assert "features shuffled between items" in said(app)
    assert "not retrained, by one fixed random draw" in said(app)
    assert "was 1" in html(app) or "new here" in html(app)
