"""Models of one dataset share its content: the same scores as alone, computed once, and only when asked for."""

import gc
from dataclasses import replace

import pytest

from lattice import checkpoint as checkpoints
from lattice.calibration import Calibration, ContentOptions, ExposurePoint
from lattice.data import dataset as datasets
from lattice.inference import content_scores
from lattice.recommender import Recommender
from tests.synthetic import index

CURVE = (ExposurePoint(0.0, -1.0, 0.5, 0.1), ExposurePoint(0.1, 1.0, 0.4, 0.3))
RIDGES = {"lattice-mf-1": 2.0, "vbpr": 2.0, "mf": 2.0, "lightgcn": 5.0}


@pytest.fixture(scope="module")
def folders(trained, catalogue, tmp_path_factory):
    """Calibrated checkpoints of one dataset, which leave its tables and features in its folder."""
    root = tmp_path_factory.mktemp("shared")
    datasets.save(catalogue, root / "dataset")
    for name, ridge in RIDGES.items():
        one = trained(name)
        own = replace(one.dataset, folder=root / "dataset")
        options = ContentOptions(0.3, 0.4, ridge)
        told = replace(one, dataset=own, calibration=Calibration(options, CURVE, "unseen"))
        checkpoints.save(told, root / name, slim=True)
    return root


def test_a_model_beside_another_scores_as_it_does_alone(folders):
    first = Recommender.load(folders / "lattice-mf-1")
    for name in ("vbpr", "mf", "lightgcn"):
        alone, beside = Recommender.load(folders / name), Recommender.load(folders / name, beside=first)
        assert beside.content.basis is first.content.basis
        assert alone.content.basis is not first.content.basis
        for user in alone.users[:8]:
            assert alone.scores(user).tolist() == beside.scores(user).tolist()
            assert [x.tolist() for x in alone.recommend(user)] == [x.tolist() for x in beside.recommend(user)]


def test_models_of_one_ridge_share_profiles_while_any_is_used(folders):
    first = Recommender.load(folders / "vbpr")
    second, third = (Recommender.load(folders / name, beside=first) for name in ("mf", "lightgcn"))
    assert second.content.profiles is first.content.profiles
    assert third.content.profiles is not first.content.profiles
    kept = first.content.dataset._kept
    assert sorted(kept) == [2.0, 5.0]
    del third
    gc.collect()
    assert sorted(kept) == [2.0]


def test_nothing_is_computed_before_content_is_looked_at(folders, monkeypatch):
    made = []
    of = content_scores.ContentBasis.of.__func__
    monkeypatch.setattr(content_scores.ContentBasis, "of", classmethod(lambda cls, *a: made.append(1) or of(cls, *a)))
    first = Recommender.load(folders / "lattice-mf-1")
    second = Recommender.load(folders / "mf", beside=first)
    replace(second, content=None).recommend(str(second.users[0]))
    assert made == []
    first.recommend(str(first.users[0]))
    second.recommend(str(second.users[0]))
    assert made == [1]


def test_content_is_not_shared_with_other_features_or_interactions(folders):
    first = Recommender.load(folders / "lattice-mf-1")
    vbpr = checkpoints.load(folders / "vbpr", beside=first.checkpoint)
    assert first.trained.has_content_of(vbpr)
    apart = checkpoints.load(folders / "vbpr")
    assert not first.trained.has_content_of(apart)
    assert not first.trained.has_content_of(replace(vbpr, dataset_fingerprint="another"))
    vbpr.model.raw_visual = vbpr.model.raw_visual + 1
    assert not first.trained.has_content_of(vbpr)
    assert Recommender.of(vbpr, beside=first).content.basis is not first.content.basis


def test_a_model_with_features_doesn_t_wait_for_those_of_a_folder(folders):
    """The first has none of its own: the second neither reads the folder nor depends on the first's."""
    first = Recommender.load(folders / "mf")
    second = Recommender.load(folders / "vbpr", beside=first)
    assert second.content.dataset is not first.content.dataset
    third = Recommender.load(folders / "lightgcn", beside=second)
    fourth = Recommender.load(folders / "lattice-mf-1", beside=third)
    assert fourth.content.basis is third.content.basis is second.content.basis


@pytest.mark.parametrize("name", ["vbpr", "mf", "lightgcn"])
def test_parts_of_a_model_without_item_graph_sum_to_its_score(folders, name):
    rec = Recommender.load(folders / name, beside=Recommender.load(folders / "lattice-mf-1"))
    for user in rec.users[:5]:
        for item in rec.items["item"][:5]:
            found = rec.explain(user, item)
            assert found.collaborative_score + found.content_score == pytest.approx(found.score, abs=1e-5)
            assert found.score == pytest.approx(float(rec.scores(user)[index(rec, item)]), abs=1e-5)
            assert set(found.content["modality"]) == {"visual", "textual"}
