"""Every view, run headless on models trained for a few seconds."""

import shutil

import pandas as pd
import pytest

from lattice.recommender import Recommender

VIEWS = ("recommend", "item_graph", "fusion", "cold_start", "models")


def html(app) -> str:
    """All HTML on the page, as one text."""
    return "\n".join(element.proto.body for element in app.get("html"))


def said(app) -> str:
    """All Markdown and captions on the page."""
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def widget(elements, text: str):
    """The widget with this label."""
    return next(element for element in elements if element.label == text)


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


def test_recommend_shows_the_lists_of_the_user_in_the_url(open_view, lattice):
    app = open_view(user="shopper 07")
    assert widget(app.selectbox, "User").value == "shopper 07"
    items, _ = lattice.recommend("shopper 07", 10)
    page = html(app)
    for item in items:
        title = lattice.items.set_index("item").loc[item, "title"] or item
        assert f">{title}</div>" in page
    assert [heading.value for heading in app.subheader] == ["LATTICE", "LightGCN"]


def test_an_unknown_user_in_the_url_is_said_and_replaced(open_view):
    app = open_view(user="![x](http://nobody)")
    assert "isn't here" in app.warning[0].value
    assert "![x](" not in app.warning[0].value
    assert widget(app.selectbox, "User").value.startswith("shopper")


def test_an_unknown_item_to_explain_is_said(open_view):
    app = open_view(user="shopper 07", item="<b>nope</b>")
    assert "isn't in this catalogue" in app.warning[0].value
    assert widget(app.selectbox, "User").value == "shopper 07"


def test_choosing_another_user_changes_url_and_lists(open_view):
    app = open_view()
    before = html(app)
    widget(app.selectbox, "User").set_value("shopper 31").run()
    assert app.query_params["user"] == "shopper 31"
    assert html(app) != before


def test_choosing_another_baseline_changes_the_right_list(open_view):
    app = open_view(user="shopper 07")
    widget(app.selectbox, "Compare with").set_value("mf").run()
    assert [heading.value for heading in app.subheader] == ["LATTICE", "MF"]


def test_why_splits_the_score_exactly(open_view, lattice):
    app = open_view(user="shopper 07")
    item = lattice.recommend("shopper 07", 1)[0][0]
    app.button(key="why_lattice_1").click().run()
    assert not app.exception
    assert app.query_params["item"] == item
    total, collaborative, graph = (float(metric.value) for metric in app.metric[:3])
    assert total == pytest.approx(collaborative + graph, abs=2e-4)
    assert total == pytest.approx(lattice.explain("shopper 07", item).score, abs=1e-4)
    table = app.dataframe[0].value
    assert table["total"].sum() == pytest.approx(graph, abs=1e-3)
    assert "trained separately" in said(app)


def test_dropping_a_modality_changes_lists(open_view):
    app = open_view("fusion")
    assert "trained mix" in app.info[0].value
    widget(app.slider, "α visual").set_value(0.0).run()
    assert not app.exception
    assert float(widget(app.metric, "Items replaced in the top 20").value) > 0
    widget(app.slider, "α textual").set_value(0.0).run()
    assert "above 0" in app.warning[0].value
    widget(app.button, "Back to the trained mix").click().run()
    assert "trained mix" in app.info[0].value


def test_moving_lambda_leaves_the_trained_alpha(open_view, monkeypatch):
    asked = []
    what_if = Recommender.what_if
    monkeypatch.setattr(Recommender, "what_if", lambda self, **k: asked.append(k) or what_if(self, **k))
    app = open_view("fusion")
    widget(app.slider, "λ").set_value(0.2).run()
    assert asked == [{"lambda_": 0.2, "alpha": None}]


def test_a_folders_name_is_no_markup(open_view, trained, tmp_path):
    shutil.copytree(trained / "shapes" / "lattice", tmp_path / "shapes" / "lattice")
    shutil.copytree(trained / "shapes" / "mf", tmp_path / "shapes" / "*x*<i>:red[y]")
    app = open_view(root=tmp_path)
    assert ":red[" not in "".join(heading.value for heading in app.subheader) + said(app)
    assert "<i>" not in html(app)


def test_models_show_their_scores(open_view, lattice):
    app = open_view("models")
    widget(app.get("button_group"), "Split").set_value("test").run()
    table = app.table[0].value
    assert table.loc["LATTICE", "recall@20"] == pytest.approx(lattice.checkpoint.metrics["test"]["recall@20"])
    assert list(table.index) == ["LATTICE", "LightGCN", "MF"]
