"""Every checkpoint that comes along: content scores count, and a score is the sum of its parts."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from lattice.models import display_order
from lattice.recommender import Recommender

SHIPPED = Path(__file__).parents[2] / "checkpoints"
NAMES = sorted(path.parent.relative_to(SHIPPED).as_posix() for path in SHIPPED.glob("*/*/config.json"))


@cache
def shipped(name: str) -> Recommender:
    """A checkpoint, loaded as in the app: beside the data set's first."""
    dataset = name.split("/")[0]
    first = next(f"{dataset}/{model}" for model in display_order() if f"{dataset}/{model}" in NAMES)
    return Recommender.load(SHIPPED / name, beside=None if name == first else shipped(first))


@pytest.mark.parametrize("name", NAMES)
def test_parts_of_a_shipped_model_s_scores_sum_to_them(name):
    rec = shipped(name)
    rows = np.random.default_rng(0).integers(len(rec.users), size=4)
    for user in rec.users[rows]:
        items, scores = rec.recommend(user, 3)
        for item, score in zip(items, scores, strict=True):
            found = rec.explain(user, item)
            total = found.collaborative_score + found.item_graph_score + found.content_score
            assert total == pytest.approx(found.score, abs=1e-5)
            assert found.score == pytest.approx(float(score), abs=1e-5)
            counts = rec.content is not None and rec.content.options.weight > 0
            assert (abs(found.content["value"]).sum() > 0) == counts


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_model_is_calibrated(name):
    """`lattice calibrate CHECKPOINT` does it."""
    assert shipped(name).checkpoint.calibration is not None


@pytest.mark.parametrize("name", NAMES)
def test_shipped_models_of_a_data_set_hold_its_content_once(name):
    rec = shipped(name)
    first = shipped(
        next(other for other in NAMES if other.startswith(name.split("/")[0]) and other.endswith("/lattice"))
    )
    if rec.content is not None:
        assert rec.content.dataset is first.content.dataset
