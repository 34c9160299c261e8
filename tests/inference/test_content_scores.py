"""Content scores, new items' offsets and their explanations against dense sums in float64."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.linear_model import Ridge

from lattice.calibration import Calibration, ContentOptions, ExposurePoint
from lattice.errors import InputError
from lattice.inference import content_scores
from lattice.inference.user_lists import UserLists
from lattice.recommender import Recommender
from tests.synthetic import COLD, GRAPHS, NO_CONTENT, NO_PICTURE, index, seen

OPTIONS = ContentOptions(weight=0.3, new_weight=0.4, ridge=2.0)
CURVE = (ExposurePoint(0.0, -1.0, 0.5, 0.1), ExposurePoint(0.1, 1.0, 0.4, 0.3))
NEW = {"visual": np.linspace(-1, 1, 12).astype(np.float32), "textual": np.arange(8, dtype=np.float32) - 3}


@pytest.fixture
def calibrated(trained):
    """A function from a model's name to a recommender whose checkpoint has content scores and an exposure curve."""

    def of(name: str, options: ContentOptions = OPTIONS) -> Recommender:
        return Recommender.of(replace(trained(name), calibration=Calibration(options, CURVE, "unseen")))

    return of


def unit(x: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)


def dense(rec, features) -> tuple[np.ndarray, np.ndarray]:
    """(content [n, D] of items given by features, standardised content scores [U, n]), written from the equations."""
    catalogue = {m: x.double().numpy() for m, x in rec.trained.features.items()}
    n_items, users = len(rec.items), list(rec.users)
    r = np.zeros((len(users), n_items))
    for row, user in enumerate(users):
        r[row, [index(rec, item) for item in seen(rec, user)]] = 1
    warm = r.sum(axis=0) > 0
    blocks, others = [], []
    for modality, raw in catalogue.items():
        there = warm & (raw != 0).any(axis=1)
        centre = unit(raw)[there].mean(axis=0)
        for target, given in ((blocks, raw), (others, features[modality].astype(np.float64))):
            target.append(unit(unit(given) - centre) * (given != 0).any(axis=1)[:, None])
    c, new = np.hstack(blocks), np.hstack(others)
    cw, rw = c[warm], r[:, warm]
    # Ridge(alpha).fit(cw, rw.T) gives each user's coefficients.
    coefficients = Ridge(OPTIONS.ridge, fit_intercept=False).fit(cw, rw.T).coef_
    known, scores = coefficients @ cw.T, coefficients @ new.T
    return new, (scores - known.mean(axis=1)[:, None]) / known.std(axis=1)[:, None]


def model_scores(rec) -> tuple[np.ndarray, np.ndarray]:
    """The model's own scores [U, N] in float64, and their deviation [U] over the warm items."""
    users, items = (x.double().numpy() for x in rec.embeddings)
    scores = users @ items.T
    return scores, scores[:, rec.trained.warm.numpy()].std(axis=1)


@pytest.mark.parametrize("name", ["lattice-mf-1", "lattice-lightgcn-2", "vbpr"])
def test_scores_are_the_model_s_plus_the_standardised_content_s(calibrated, name):
    rec = calibrated(name)
    model, deviation = model_scores(rec)
    features = {m: x.numpy() for m, x in rec.trained.features.items()}
    expected = model + OPTIONS.weight * deviation[:, None] * dense(rec, features)[1]
    for row, user in enumerate(rec.users):
        np.testing.assert_allclose(rec.scores(user), expected[row], atol=2e-4)


def test_weight_0_and_the_switch_are_the_model_of_the_paper(calibrated, recommender):
    plain = recommender("lattice-mf-1")
    off = Recommender.of(calibrated("lattice-mf-1").checkpoint, content_scores=False)
    none = calibrated("lattice-mf-1", ContentOptions())
    for user in plain.users[:5]:
        for other in (off, none):
            np.testing.assert_array_equal(other.scores(user), plain.scores(user))
            assert other.recommend(user)[0].tolist() == plain.recommend(user)[0].tolist()
            assert other.explain(user, "i000").content.empty


@pytest.mark.parametrize("name", [*GRAPHS, "vbpr"])
def test_an_explanation_s_parts_sum_to_the_score_with_content(calibrated, name):
    rec = calibrated(name)
    for user in rec.users[:6]:
        for item in ("i000", COLD, NO_PICTURE, NO_CONTENT):
            found = rec.explain(user, item)
            total = found.collaborative_score + found.item_graph_score + found.content_score
            assert total == pytest.approx(found.score, abs=1e-5)
            assert found.score == pytest.approx(rec.scores(user)[index(rec, item)], abs=1e-5)
            assert set(found.content["item"]) == seen(rec, user)


def test_a_wide_modality_keeps_the_scores_of_what_spans_it(monkeypatch):
    """Five directions span forty columns: ten axes give the scores of all columns, and parts still sum to them."""
    rng = np.random.default_rng(0)
    wide, narrow = rng.normal(size=(60, 5)) @ rng.normal(size=(5, 40)), rng.normal(size=(60, 6))
    features = {"visual": torch.tensor(wide).float(), "textual": torch.tensor(narrow).float()}
    seen, warm = csr_array(rng.random((15, 60)) < 0.2), torch.arange(60) < 55

    def fitted(widest: int) -> content_scores.ContentScores:
        monkeypatch.setattr(content_scores, "WIDEST", widest)
        found = content_scores.ContentScores(OPTIONS, content_scores.DatasetContent(features, seen, warm))
        assert found.profiles.users.shape[1] == found.basis.items.shape[1]  # computed before WIDEST changes
        return found

    whole, reduced = fitted(512), fitted(10)
    assert [x.profiles.users.shape[1] for x in (whole, reduced)] == [46, 16]
    new = {m: x[55:] for m, x in features.items()}
    one, other = (x.profiles.users @ x.basis.relative(x.basis.content(new)).T for x in (whole, reduced))
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)
    owned = torch.as_tensor(seen[[3]].indices[seen[[3]].indices < 55])
    parts = reduced.contributions(reduced.basis.relative(reduced.basis.content(new))[1], owned)
    assert parts["value"].sum() == pytest.approx(float(other[3, 1]), abs=1e-5)
    assert set(parts["modality"]) == {"visual", "textual"}


def test_principal_axes_are_the_first_singular_vectors():
    x = np.random.default_rng(0).normal(size=(200, 30)) * np.linspace(5, 0.1, 30) ** 2
    axes = content_scores.principal_axes(torch.as_tensor(x, dtype=torch.float32), 4).double().numpy()
    right = np.linalg.svd(x)[2][:4].T
    np.testing.assert_allclose(np.abs((axes * right).sum(axis=0)), 1, atol=1e-3)
    again = content_scores.principal_axes(torch.as_tensor(x, dtype=torch.float32), 4).double().numpy()
    np.testing.assert_array_equal(axes, again)


def test_content_is_split_over_owned_items_and_modalities(calibrated):
    rec = calibrated("lattice-mf-1")
    u, i, scores = 3, 17, rec.content
    content = scores.basis.relative(scores.basis.items)[i].double().numpy()
    start = 0
    parts = rec.explain(rec.users[u], rec.items["item"][i]).content.groupby("modality")
    for modality, centre in sorted(scores.basis.centres.items()):
        columns = slice(start, start + len(centre))
        start += len(centre)
        table = parts.get_group(modality)
        for item, value in zip(table["item"], table["value"], strict=True):
            one = scores.basis.items[index(rec, item)].double().numpy() @ scores.profiles.matrix.double().numpy()
            expected = OPTIONS.weight * one[columns] @ content[columns] * float(rec.space.content_scale[u])
            assert value == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("exposure", [None, 0.0, 0.05, 0.1])
def test_a_new_item_s_score_has_model_content_and_offset(calibrated, exposure):
    rec = calibrated("lattice-mf-1")
    new = rec.fold_in_features(NEW, "both", exposure)
    plain = Recommender.of(rec.checkpoint, content_scores=False).fold_in_features(NEW, "both")
    _, deviation = model_scores(rec)
    own = rec.embeddings[0].double().numpy() @ plain.embedding
    content = dense(rec, {m: x[None] for m, x in NEW.items()})[1][:, 0]
    offset = 0.0 if exposure is None else np.interp(exposure, [0, 0.1], [-1, 1])
    expected = own + deviation * (OPTIONS.new_weight * content + offset)
    scores = new.users.set_index("user")["score"].reindex(rec.users)
    np.testing.assert_allclose(scores, expected, atol=2e-4)
    catalogue = np.stack([rec.scores(user) for user in rec.users])
    for row, user in enumerate(rec.users):
        unseen = [index(rec, item) for item in rec.items["item"] if item not in seen(rec, user)]
        rank = 1 + (catalogue[row, unseen] > scores.iloc[row]).sum()
        assert new.users.set_index("user").loc[user, "rank"] == rank


@pytest.mark.parametrize("exposure", [None, 0.05])
@pytest.mark.parametrize("content", [True, False])
@pytest.mark.parametrize("completion", ["none", "both"])
def test_a_new_item_s_parts_sum_to_its_score(calibrated, completion, content, exposure):
    rec = Recommender.of(calibrated("lattice-lightgcn-2").checkpoint, content_scores=content)
    for vectors in (NEW, {"textual": NEW["textual"]}):
        new = rec.fold_in_features(vectors, completion, exposure)
        for line in new.users.head(5).itertuples():
            found = rec.explain_fold_in(line.user, new)
            parts = found.collaborative_score, found.item_graph_score, found.content_score, found.exposure_score
            assert sum(parts) == pytest.approx(found.score, abs=1e-5)
            assert found.score == pytest.approx(line.score, abs=1e-5)
            assert bool(found.exposure_score) == (exposure == 0.05 and new.offset != 0)


def test_ranks_of_a_folded_in_item_are_those_of_its_table(calibrated, recommender):
    for rec in (calibrated("lattice-mf-1"), recommender("lattice-mf-1")):
        new = rec.fold_in_features(NEW)
        table = new.users.set_index("user")["rank"].reindex(rec.users)
        assert rec.ranks_of(new.embedding).tolist() == table.tolist()


def test_short_lists_give_exact_ranks_up_to_their_depth():
    rng = np.random.default_rng(0)
    kept = rng.normal(size=(5, 4))
    kept[0] = 0.5  # among equal scores, too, only the higher ones count
    kept[1, 2:] = -np.inf  # a list that ends
    lists = UserLists(torch.tensor(np.sort(-kept, axis=1)), whole=False)
    scores = torch.tensor([0.5, *rng.normal(size=4)])
    expected = [1 + sum(float(x) > float(s) for x in row) for row, s in zip(kept, scores, strict=True)]
    assert lists.ranks(scores).tolist() == expected
    assert lists.depth == 4


@pytest.mark.parametrize("exposure", [-0.01, 0.2, float("nan")])
def test_an_exposure_outside_the_curve_is_refused(calibrated, exposure):
    with pytest.raises(InputError, match="exposure is"):
        calibrated("lattice-mf-1").fold_in_features(NEW, exposure=exposure)


def test_a_checkpoint_without_a_curve_says_how_to_get_one(recommender):
    with pytest.raises(InputError, match="lattice calibrate"):
        recommender("lattice-mf-1").fold_in_features(NEW, exposure=0.05)
