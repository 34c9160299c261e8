"""Exposure and content scores on the pages, on a checkpoint whose calibration was written by hand."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.components.words import fill
from app.views.cold_start.exposure import recall_at
from app.views.recommend.parts import explanation_csv, parts_by_neighbour, steps_of
from app.views.recommend.why_words import REASONS, main_reasons
from lattice.calibration import Calibration, ContentOptions, ExposurePoint
from lattice.checkpoint import save_calibration
from lattice.recommender import Recommender
from tests.app.reading import html, said

CURVE = tuple(
    ExposurePoint(loss, offset, 0.5 * (1 - loss), recall)
    for loss, offset, recall in ((0.0, 0.0, 0.0), (0.1, 1.0, 0.2), (0.2, 3.0, 0.4))
)
CALIBRATION = Calibration(ContentOptions(weight=0.3, new_weight=0.6, ridge=1.0), CURVE, "simulated")


@pytest.fixture(scope="module")
def calibrated(trained, tmp_path_factory) -> Path:
    """The app's checkpoints, LATTICE's and LightGCN's with a calibration."""
    root = tmp_path_factory.mktemp("calibrated")
    shutil.copytree(trained.parent / "shop", root / "shop")
    shutil.copytree(trained, root / "checkpoints")
    for name in ("lattice", "lightgcn"):
        save_calibration(CALIBRATION, root / "checkpoints" / "shapes" / name)
    return root / "checkpoints"


def test_recall_at_is_linear_between_points():
    assert recall_at(CALIBRATION, 0.05) == pytest.approx(0.1)
    assert recall_at(CALIBRATION, 0.15) == pytest.approx(0.3)


def test_main_reasons_orders_parts_and_names_those_against():
    words = main_reasons(dict(zip(map(fill, REASONS), (1.0, 3.0, -0.5), strict=True)))
    assert words.index("75%") < words.index("25%")
    assert words.endswith("content that matches what the user has speaks against it.")


def test_why_parts_with_content_sum_to_the_score(calibrated):
    recommender = Recommender.load(calibrated / "shapes" / "lattice")
    user = str(recommender.users[0])
    item = str(recommender.recommend(user, 1)[0][0])
    explanation = recommender.explain(user, item)
    assert len(explanation.content)
    titles = dict.fromkeys(map(str, recommender.items["item"]), "t")
    steps = steps_of(explanation, parts_by_neighbour(explanation.contributions), titles, 3)
    assert sum(step.total for step in steps) == pytest.approx(explanation.score, abs=1e-5)
    assert explanation_csv(explanation, titles).count("content,") == len(explanation.content)


def test_cold_start_opens_with_exposure_and_tells_who_gets_it(open_view, calibrated):
    slug = "example"
    app = open_view("cold_start", root=calibrated)
    button = next(one for one in app.button if one.label == "Try it")
    app = button.click().run()
    assert not app.exception, slug
    words = said(app)
    assert "users get it in their first 20" in words
    assert "Exposure and content scores are ours" in words
    table = next(one.value for one in app.table if "first 20" in one.value)
    assert list(table.index[:2]) == ["Paper's form", "As chosen"]
    assert (np.diff(table.iloc[1][["first 10", "first 20", "first 100"]].astype(int)) >= 0).all()


def test_paper_form_has_no_content_and_no_exposure(open_view, calibrated):
    app = open_view("cold_start", root=calibrated, form="none")
    app = next(one for one in app.button if one.label == "Try it").click().run()
    assert not app.exception
    assert "users get it in their first 20" not in said(app)
    paper = Recommender.load(calibrated / "shapes" / "lattice", content_scores=False)
    trial = app.session_state["trials"][2]
    expected = paper.fold_in_features(trial.vectors).users.set_index("user")["score"]
    found = trial.placed.users.set_index("user")["score"]
    np.testing.assert_allclose(found.reindex(expected.index), expected, atol=1e-6)


def test_why_shows_the_content_part(open_view, calibrated):
    recommender = Recommender.load(calibrated / "shapes" / "lattice")
    user = str(recommender.users[0])
    item = str(recommender.recommend(user, 1)[0][0])
    app = open_view(root=calibrated, user=user, item=item)
    assert "Because of what the user has" in said(app)
    assert html(app)


def test_why_says_what_a_compared_model_s_score_is_made_of(open_view, calibrated):
    lattice, other = (Recommender.load(calibrated / "shapes" / name) for name in ("lattice", "lightgcn"))
    user = str(lattice.users[0])
    every = [other.explain(user, item) for item in lattice.recommend(user, 50)[0]]
    found = max(every, key=lambda one: one.content_score)
    app = open_view(root=calibrated, user=user, item=found.item, baseline="lightgcn")
    line = next(text for text in said(app).splitlines() if text.startswith("**LightGCN**"))
    parts = [found.score, found.collaborative_score, found.content_score]
    assert found.content_score > 0
    assert re.findall(r"[+−]?\d+\.\d{3}", line)[:3] == [
        f"{x:{sign}.3f}".replace("-", "−") for x, sign in zip(parts, ("", "+", "+"), strict=True)
    ]
    assert found.by_owned.idxmax() in [str(i) for i in other.items["item"] if other.title(i) in line]
    paper = open_view(root=calibrated, user=user, item=found.item, baseline="lightgcn", scores="paper")
    assert "**LightGCN**, " not in said(paper)


def test_why_takes_the_score_of_a_model_without_item_graph_apart(open_view, calibrated, tmp_path):
    shutil.copytree(calibrated.parent / "shop", tmp_path / "shop")
    shutil.copytree(calibrated / "shapes" / "lightgcn", tmp_path / "checkpoints" / "shapes" / "lightgcn")
    rec = Recommender.load(tmp_path / "checkpoints" / "shapes" / "lightgcn")
    user = str(rec.users[0])
    app = open_view(root=tmp_path / "checkpoints", user=user, item=str(rec.recommend(user, 1)[0][0]))
    assert not app.exception
    assert "Because of what the user has" in said(app)
    assert "one inner product" not in said(app)
    app = open_view(root=tmp_path / "checkpoints", user=user, why_not=str(rec.recommend(user, 50)[0][-1]))
    assert not app.exception
    assert "one inner product" not in said(app)


@pytest.mark.parametrize("scores", ["content", "paper"])
def test_the_choice_of_scores_holds_for_compared_models(open_view, calibrated, scores):
    other = Recommender.load(calibrated / "shapes" / "lightgcn", content_scores=scores == "content")
    user = str(other.users[0])
    app = open_view(root=calibrated, user=user, scores=scores, baseline="lightgcn")
    assert not app.exception
    shown = html(app)
    second = shown[shown.rindex(other.title(other.recommend(user, 1)[0][0])) :]
    titles = [other.title(item) for item in other.recommend(user, 10)[0]]
    assert [second.index(title) for title in titles] == sorted(second.index(title) for title in titles)


def test_recommend_lists_without_content_by_the_paper_s_scores(open_view, calibrated):
    paper = Recommender.load(calibrated / "shapes" / "lattice", content_scores=False)
    user = str(paper.users[0])
    app = open_view(root=calibrated, user=user, scores="paper", baseline="lightgcn")
    assert not app.exception
    ids, _ = paper.recommend(user, 10)
    assert list(ids) != list(Recommender.load(calibrated / "shapes" / "lattice").recommend(user, 10)[0])
    first = html(app)
    titles = [paper.title(item) for item in ids]
    assert [first.index(title) for title in titles] == sorted(first.index(title) for title in titles)
