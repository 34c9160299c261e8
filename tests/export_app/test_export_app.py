"""The exported site: what is in its files, for models and data sets of every kind."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lattice import checkpoint as checkpoints
from lattice.calibration import Calibration, ContentOptions, ExposurePoint
from lattice.cli import main
from lattice.errors import InputError
from lattice.export_app import ExportOptions, export_app
from lattice.export_app.catalogue import SIDE, groups, small_picture, titles, write_pictures
from lattice.export_app.scripts import array, indices, ragged, write_script
from lattice.recommender import Recommender
from tests.app.catalogue import draw
from tests.export_app.reading import data
from tests.synthetic import clustered, trained_on

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "lattice" / "export_app" / "site"
CONTENT = Calibration(ContentOptions(weight=0.4, new_weight=0.5, ridge=3.0), (ExposurePoint(0, -1, 0.1, 0),), "unseen")


@pytest.fixture(scope="module")
def folders(trained, tmp_path_factory):
    """Checkpoints of one dataset: LATTICE with content scores, and two models without an item graph."""
    root = tmp_path_factory.mktemp("models")
    made = {
        "lattice": replace(trained("lattice-lightgcn-2"), calibration=CONTENT),
        "lightgcn": trained("lightgcn"),
        "mine": trained("mf"),
    }
    for name, checkpoint in made.items():
        checkpoints.save(checkpoint, root / name)
    return root


@pytest.fixture(scope="module")
def site(folders, tmp_path_factory):
    """The folder of the only dataset of an exported site."""
    out = tmp_path_factory.mktemp("out") / "site"
    export_app([folders / name for name in ("mine", "lightgcn", "lattice")], out)
    return out / "datasets" / "0"


def test_models_are_named_by_folder_those_with_a_graph_first(site):
    about = data(site, "about")
    assert [model["name"] for model in about["models"]] == ["lattice", "lightgcn", "mine"]
    assert [model["label"] for model in about["models"]] == ["LATTICE", "LightGCN", "mine"]
    assert [model["modalities"] for model in about["models"]] == [["visual", "textual"], [], []]
    assert not (site / "data" / "models" / "1" / "graph.js").exists()


def test_lists_are_those_of_the_library(site, folders):
    about, items, users = (data(site, name) for name in ("about", "items", "users"))
    for place, model in enumerate(about["models"]):
        rec = Recommender.load(folders / model["name"])
        exported = data(site, "users/0")["lists"][place]
        for row, user in enumerate(users):
            ids, _ = rec.recommend(user, 50)
            shown = [items["ids"][item] for item in exported[row] if item < len(items["ids"])]
            assert shown == list(ids)


def test_histories_are_those_of_the_dataset(site, folders):
    dataset = Recommender.load(folders / "mine").checkpoint.dataset
    items, users, block = data(site, "items")["ids"], data(site, "users"), data(site, "users/0")
    for split in ("train", "valid", "test"):
        starts, values = block[split]["starts"], block[split]["values"]
        for row, user in enumerate(users):
            table = dataset.interactions
            expected = set(table[(table["user"] == user) & (table["split"] == split)]["item"])
            assert {items[item] for item in values[starts[row] : starts[row + 1]]} == expected


def test_exported_vectors_give_the_library_s_scores(site, folders):
    rec = Recommender.load(folders / "lattice")
    users = data(site, "models/0/users/0")["vectors"].astype(np.float64)
    content = data(site, "models/0/content")
    b, mean = content["items"] * content["scales"][:, None].astype(np.float64), content["mean"].astype(np.float64)
    warm = data(site, "items")["warm"].astype(bool)
    model = users @ rec.embeddings[1].numpy().T
    for row, user in enumerate(rec.users):
        profile = b[rec.trained.owned(row)].sum(axis=0)
        raw = b @ profile
        scale = content["weight"] * model[row][warm].std() / raw[warm].std()
        np.testing.assert_allclose(model[row] + scale * (raw - mean @ profile), rec.scores(user), atol=1e-4)


def test_the_exported_graph_is_the_model_s(site, folders):
    rec = Recommender.load(folders / "lattice")
    graph = data(site, "models/0/graph")
    assert graph["lambda"] == rec.require_item_graph().lambda_
    for modality in graph["modalities"]:
        pair = rec.require_item_graph().graphs[modality["name"]]
        for layer in ("initial", "learned"):
            np.testing.assert_array_equal(modality[layer]["columns"], getattr(pair, layer).indices)
            np.testing.assert_array_equal(modality[layer]["weights"], getattr(pair, layer).weights)


def test_edges_are_counted_as_kept_gained_and_lost(site, folders):
    rec = Recommender.load(folders / "lattice")
    for modality in data(site, "models/0/fusion")["modalities"]:
        pair = rec.require_item_graph().graphs[modality["name"]]
        edges = [
            {(i, int(j)) for i, row in enumerate(graph.indices) for j in row[graph.weights[i] > 0] if i != j}
            for graph in (pair.initial, pair.learned)
        ]
        counts = [len(edges[0] & edges[1]), len(edges[1] - edges[0]), len(edges[0] - edges[1])]
        assert [modality[name] for name in ("kept", "gained", "lost")] == counts


def test_thresholds_are_the_last_scores_of_the_model_alone(site, folders):
    rec = Recommender.load(folders / "lattice", content_scores=False)
    exported = data(site, "models/0/thresholds")
    for row, user in enumerate(rec.users):
        scores = rec.recommend(user, 60)[1]
        for length, last in zip(exported["lengths"], exported["scores"][row], strict=True):
            assert last == pytest.approx(scores[min(length, len(scores)) - 1], abs=1e-6)


def test_one_model_without_an_item_graph_is_enough(folders, tmp_path):
    export_app([folders / "mine"], tmp_path / "site", ExportOptions(newcomers=False))
    only = tmp_path / "site" / "datasets" / "0"
    assert data(only, "about")["models"][0]["modalities"] == []
    assert not data(only, "items")["pictures"].any()


def test_a_site_is_replaced_and_nothing_else(folders, tmp_path):
    for _ in range(2):
        export_app([folders / "mine"], tmp_path / "site")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("not yours")
    with pytest.raises(InputError, match="already exists"):
        export_app([folders / "mine"], tmp_path / "mine")
    assert (tmp_path / "mine" / "index.html").read_text() == "not yours"


def test_checkpoints_that_can_not_be_exported_are_refused(folders, tmp_path):
    with pytest.raises(InputError, match="at least one"):
        export_app([], tmp_path / "site")
    with pytest.raises(InputError, match="are called 'mine'"):
        export_app([folders / "mine", folders / "mine"], tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_datasets_share_the_page_and_nothing_else(folders, tmp_path):
    other = trained_on(replace(clustered(clusters=2), name="other"), "mf")
    again = trained_on(replace(clustered(n_users=41), name="other"), "mf")
    checkpoints.save(other, tmp_path / "a" / "mine")
    checkpoints.save(again, tmp_path / "b" / "mine")
    export_app(
        [tmp_path / "a" / "mine", folders / "mine", folders / "lightgcn", tmp_path / "b" / "mine"], tmp_path / "site"
    )
    listed = data(tmp_path / "site", "datasets")
    assert [one["name"] for one in listed] == [
        "other",
        Recommender.load(folders / "mine").checkpoint.dataset.name,
        "other (2)",
    ]
    assert len(list((tmp_path / "site").rglob("main.js"))) == 1
    for one, models, path in zip(
        listed,
        [["mine"], ["lightgcn", "mine"], ["mine"]],
        [tmp_path / "a" / "mine", folders / "lightgcn", tmp_path / "b" / "mine"],
        strict=True,
    ):
        folder, rec = tmp_path / "site" / one["folder"], Recommender.load(path)
        assert [model["name"] for model in data(folder, "about")["models"]] == models
        assert data(folder, "users") == list(rec.users)
        shown = data(folder, "users/0")["lists"][0][0]
        items = data(folder, "items")["ids"]
        assert [items[item] for item in shown if item < len(items)] == list(rec.recommend(rec.users[0], 50)[0])


@pytest.mark.parametrize("k", [1, 3, 20])
def test_nearest_items_give_the_graph_of_another_k(site, folders, k):
    """Eqs. 2 and 3 densely, in float64, on the first k columns that the page gets."""
    expected = Recommender.load(folders / "lattice").what_if(k=k).require_item_graph().graphs
    found = data(site, "models/0/nearest")["modalities"]
    for modality, pair in zip(data(site, "models/0/graph")["modalities"], found, strict=True):
        for layer, nearest in pair.items():
            columns, weights = nearest["columns"][:, :k], nearest["weights"][:, :k] / 65535
            dense = np.zeros((len(columns), len(columns)))
            np.put_along_axis(dense, columns.astype(int), weights, axis=1)
            degree = dense.sum(axis=1)
            scale = np.divide(1, np.sqrt(degree), where=degree > 0, out=np.zeros_like(degree))
            graph = getattr(expected[modality["name"]], layer)
            wanted = np.zeros_like(dense)
            np.put_along_axis(wanted, graph.indices.numpy(), graph.weights.numpy(), axis=1)
            np.testing.assert_allclose(scale[:, None] * dense * scale, wanted, atol=2e-5)


def test_the_command_says_what_it_wrote(folders, tmp_path, capsys):
    assert main(["export-app", str(folders / "mine"), "--out", str(tmp_path / "site"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert Path(said["open"]).is_file()
    assert said["bytes"] == sum(path.stat().st_size for path in (tmp_path / "site").rglob("*") if path.is_file())


# --- data files and pictures ------------------------------------------------------------------------------------------

NASTY = ["</script><b>x", "__proto__", 'quote" and \\', "line\u2028break", "a&b=c#d?e", "ключ"]


def test_scripts_hold_any_text(tmp_path):
    write_script(tmp_path, "a/b", {"ids": NASTY})
    assert data(tmp_path, "a/b") == {"ids": NASTY}


@pytest.mark.parametrize(("n", "dtype"), [(65_534, "u16"), (65_536, "u32")])
def test_indices_take_the_smallest_type_with_a_missing_one(tmp_path, n, dtype):
    write_script(tmp_path, "x", {"x": indices(np.array([0, n - 1, -1]), n), "y": array(np.array([-3]), "i16")})
    read = data(tmp_path, "x")
    assert read["x"].dtype == {"u16": "<u2", "u32": "<u4"}[dtype]
    assert read["x"].tolist() == [0, n - 1, np.iinfo(read["x"].dtype).max]
    assert read["y"] == -3


def test_ragged_rows_may_all_be_empty(tmp_path):
    write_script(tmp_path, "x", ragged([np.array([], dtype=int)] * 2, 5))
    assert data(tmp_path, "x")["starts"].tolist() == [0, 0, 0]


def test_titles_fall_back_on_what_is_known(catalogue):
    items = catalogue.items.head(3).assign(title=["A", " ", ""], brand=["", "Maker", ""], category=["", "X > Hats", ""])
    assert titles(items) == ["A", "Maker Hats", "i002"]
    assert groups(items) == [""] * 3  # one category is no grouping
    assert groups(items.assign(category=["X > A", "Y > B", ""])) == ["X", "Y", ""]


def test_small_square_webp_is_copied_and_others_are_made_so(tmp_path):
    draw("star", "#c8452f", 1.0, SIDE).save(tmp_path / "small.webp")
    assert small_picture(tmp_path / "small.webp", SIDE) == (tmp_path / "small.webp").read_bytes()
    Image.new("RGB", (900, 300), "red").save(tmp_path / "wide.png")
    (tmp_path / "made.webp").write_bytes(small_picture(tmp_path / "wide.png", SIDE))
    with Image.open(tmp_path / "made.webp") as made:
        assert (made.format, made.size) == ("WEBP", (SIDE, SIDE))


def test_pictures_that_can_not_be_read_are_left_out(catalogue, trained, tmp_path):
    (tmp_path / "images").mkdir()
    draw("ring", "#3468c8", 1.0).save(tmp_path / "images" / "good.webp")
    (tmp_path / "images" / "bad.webp").write_bytes(b"RIFF and nothing else")
    names = ["images/good.webp", "images/bad.webp", *[""] * (catalogue.n_items - 2)]
    dataset = replace(catalogue, items=catalogue.items.assign(image=names), folder=tmp_path)
    (tmp_path / "out" / "pictures").mkdir(parents=True)
    with pytest.warns(UserWarning, match="1 pictures can't be read"):
        found = write_pictures(dataset, tmp_path / "out")
    assert np.flatnonzero(found).tolist() == [0]
    assert [path.name for path in (tmp_path / "out" / "pictures").iterdir()] == ["0.webp"]


# --- the page ---------------------------------------------------------------------------------------------------------

SCRIPTS = sorted(PAGE.glob("*.js"))


def test_the_page_loads_every_script_of_its_folder():
    loaded = re.findall(r'<script src="([^"]+)"', (PAGE / "index.html").read_text(encoding="utf-8"))
    assert sorted(loaded) == [path.name for path in SCRIPTS]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_html_and_no_code_from_text(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", text)
    assert len(text.splitlines()) <= 200


def test_the_page_names_no_other_server():
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|fetch\(|XMLHttpRequest|WebSocket", text), path.name


def test_themes_agree_with_the_app():
    style = (PAGE / "style.css").read_text(encoding="utf-8")
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    for colour in re.findall(r'(?:backgroundColor|textColor|primaryColor) = "(#\w{6})"', config):
        assert colour in style
