"""Every view, run headless on models trained for a few seconds."""

import shutil

import pytest
import streamlit as st

from lattice.data import Dataset
from lattice.recommender import Recommender
from tests.app.reading import html, said, widget

VIEWS = ("recommend", "item_graph", "fusion", "cold_start", "models")


@pytest.fixture(scope="module")
def lattice(trained) -> Recommender:
    return Recommender.load(trained / "shapes" / "lattice")


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens(open_view, view):
    app = open_view(view)
    assert app.title[0].value
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("view", VIEWS)
def test_no_checkpoints_is_said_clearly(open_view, view, tmp_path):
    app = open_view(view, root=tmp_path / "nothing")
    assert "No trained model" in app.info[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_a_damaged_checkpoint_is_said_clearly(open_view, trained, view, tmp_path):
    shutil.copytree(trained / "shapes", tmp_path / "shapes")
    (tmp_path / "shapes" / "lightgcn" / "model.safetensors").write_bytes(b"nonsense")
    app = open_view(view, root=tmp_path)
    assert "LightGCN can't be shown" in app.warning[0].value
    assert app.title


@pytest.mark.parametrize("view", VIEWS)
def test_only_baselines_are_enough(open_view, trained, view, tmp_path):
    shutil.copytree(trained / "shapes" / "mf", tmp_path / "shapes" / "mf")
    app = open_view(view, root=tmp_path)
    if view in ("item_graph", "fusion", "cold_start"):
        assert "item graph" in app.info[0].value


def test_a_folders_name_is_no_markup(open_view, trained, tmp_path):
    shutil.copytree(trained / "shapes" / "lattice", tmp_path / "shapes" / "lattice")
    shutil.copytree(trained / "shapes" / "mf", tmp_path / "shapes" / "*x*<i>:red[y]")
    app = open_view(root=tmp_path)
    assert ":red[" not in "".join(heading.value for heading in app.subheader) + said(app)
    assert "<i>" not in html(app)


def test_models_show_their_scores(open_view, trained, lattice):
    app = open_view("models")
    widget(app.get("button_group"), "Split").set_value("test").run()
    table = app.table[0].value
    assert table.loc["LATTICE", "Recall@20"] == pytest.approx(lattice.checkpoint.metrics["test"]["recall@20"])
    assert list(table.index) == ["LATTICE", "LightGCN", "MF"]
    assert list(table.columns) == ["Recall@20", "Precision@20", "NDCG@20"]
    widget(app.get("button_group"), "List length").set_value("10").run()
    shown = app.table[0].value.loc["MF", "NDCG@10"]
    assert shown == pytest.approx(Recommender.load(trained / "shapes" / "mf").checkpoint.metrics["test"]["ndcg@10"])


def test_any_two_of_seven_models_stand_beside_the_first(open_view, trained, tmp_path):
    shutil.copytree(trained / "shapes", tmp_path / "shapes")
    for name in ("ngcf", "vbpr", "mmgcn", "grcn"):
        shutil.copytree(trained / "shapes" / "mf", tmp_path / "shapes" / name)
    app = open_view(root=tmp_path, baseline=["grcn", "ngcf"])
    against = widget(app.multiselect, "Compare with")
    assert against.options == ["LightGCN", "MF", "NGCF", "VBPR", "MMGCN", "GRCN"]
    assert against.proto.select_all == 0
    assert [heading.value for heading in app.subheader] == ["LATTICE", "GRCN", "NGCF"]
    app = open_view("models", root=tmp_path, model="mmgcn")
    assert list(app.table[0].value.index) == ["LATTICE", *against.options]


def test_a_hint_is_shown_until_it_was_read(open_view):
    app = open_view("fusion")
    assert any("learned weight" in text.value for text in app.markdown)
    next(button for button in app.button if button.label == "Got it").click().run()
    assert not any("learned weight" in text.value for text in app.markdown)
    app.run()
    assert not any(button.label == "Got it" for button in app.button)


@pytest.mark.parametrize(("view", "query"), [("recommend", {"lambda": "0.3"}), ("fusion", {"mix_lambda": "0.3"})])
def test_a_what_if_never_uses_the_test_split(open_view, monkeypatch, view, query):
    asked = set()
    pairs = Dataset.pairs
    monkeypatch.setattr(Dataset, "pairs", lambda self, split: asked.add(split) or pairs(self, split))
    st.cache_data.clear()
    app = open_view(view, **query)
    assert asked == {"train", "valid"}
    assert "the test split isn't used here" in said(app).lower()
