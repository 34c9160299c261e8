"""Slim and packed checkpoints: what they leave out is found by its hash, and nothing else will do."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from lattice import checkpoint as checkpoints
from lattice.cli import main
from lattice.data import load as load_dataset
from lattice.data import save as save_dataset
from lattice.data.about import About, Words
from lattice.errors import InputError
from lattice.packing import pack, slim
from lattice.untrusted import manifest
from tests.synthetic import clustered, trained_on

LEFT = ("items.parquet", "interactions.parquet")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with a dataset of one picture in `data`, and a self-contained checkpoint of it in `models/one`."""
    root = tmp_path_factory.mktemp("made")
    Image.new("RGB", (8, 8), "red").save(root / "x.png")
    dataset = clustered()
    items = dataset.items.assign(image=["x.png"] + [""] * (dataset.n_items - 1))
    save_dataset(replace(dataset, items=items, folder=root, about=About(Words(user="player"))), root / "data")
    trained_on(load_dataset(root / "data"), "lattice-lightgcn-1", epochs=1, out=root / "models" / "one")
    return root


@pytest.fixture
def place(made, tmp_path) -> Path:
    """A copy of `made` to change."""
    return Path(shutil.copytree(made, tmp_path / "place"))


def scores(folder: Path) -> np.ndarray:
    with torch.no_grad():
        users, items = checkpoints.load(folder).model.embed()
    return (users @ items.T).numpy()


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as refused:
        checkpoints.load(folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_slim_checkpoint_gives_the_same_scores(place):
    folder = place / "models" / "one"
    before, was = scores(folder), checkpoints.load(folder)
    slim(folder)
    assert not any((folder / name).exists() for name in LEFT)
    assert not [name for name in load_file(folder / "model.safetensors") if name.startswith("raw_")]
    now = checkpoints.load(folder)
    assert np.array_equal(scores(folder), before)
    assert now.dataset.items.equals(was.dataset.items)
    assert now.dataset.interactions.equals(was.dataset.interactions)
    assert now.dataset.words.user == "player"
    for name, graph in was.model.graphs().items():
        assert torch.equal(now.model.graphs()[name].learned.weights, graph.learned.weights)


def test_a_slim_checkpoint_says_what_its_dataset_says_now(place):
    marker = place / "data" / "dataset.json"
    marker.write_text(json.dumps(json.loads(marker.read_text()) | {"about": "All simulated."}))
    manifest.write(place / "data")
    slim(place / "models" / "one")
    assert checkpoints.load(place / "models" / "one").dataset.about.line == "All simulated."


def test_slimming_twice_changes_nothing(place):
    folder = place / "models" / "one"
    slim(folder)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    slim(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_saving_a_slim_one_again_makes_it_self_contained(place, tmp_path):
    folder = place / "models" / "one"
    before = scores(folder)
    slim(folder)
    checkpoints.save(checkpoints.load(folder), tmp_path / "whole")
    shutil.rmtree(place)
    assert np.array_equal(scores(tmp_path / "whole"), before)


def test_what_differs_in_the_dataset_stays_in_the_checkpoint(place):
    """Titles are no part of a dataset's fingerprint, so they may have changed since."""
    folder, data = place / "models" / "one", place / "data"
    dataset = load_dataset(data)
    titles = dataset.items.assign(title="new")
    titles.to_parquet(data / "items.parquet", index=False)
    manifest.write(data)
    slim(folder)
    assert (folder / "items.parquet").exists()
    assert not (folder / "interactions.parquet").exists()
    assert checkpoints.load(folder).dataset.items["title"].equals(dataset.items["title"])


@pytest.mark.parametrize("name", [*LEFT, "features/visual.npy"])
def test_a_changed_or_missing_file_of_the_dataset_is_refused(place, name):
    folder = place / "models" / "one"
    slim(folder)
    path = place / "data" / name
    path.write_bytes(path.read_bytes() + b"x")
    assert name in refusal(folder)
    path.unlink()
    assert name in refusal(folder)


def test_the_dataset_is_found_by_environment_variable(place, tmp_path, monkeypatch):
    folder = place / "models" / "one"
    before = scores(folder)
    slim(folder)
    (tmp_path / "assets").mkdir()
    (place / "data").rename(tmp_path / "assets" / "renamed")
    assert "LATTICE_ASSETS" in refusal(folder)
    monkeypatch.setenv("LATTICE_ASSETS", str(tmp_path / "assets"))
    assert np.array_equal(scores(folder), before)
    assert checkpoints.load(folder).dataset.image_path(0).is_file()


@pytest.mark.parametrize("start", ["whole", "slim", "packed"])
def test_a_packed_checkpoint_needs_nothing_else(place, tmp_path, start):
    folder = place / "models" / "one"
    before = scores(folder)
    if start == "slim":
        slim(folder)
    if start == "packed":
        pack(folder, place / "packed")
        folder = place / "packed"
    pack(folder, tmp_path / "out")
    shutil.rmtree(place)
    (tmp_path / "out").rename(tmp_path / "elsewhere")
    read = checkpoints.load(tmp_path / "elsewhere")
    assert np.array_equal(scores(tmp_path / "elsewhere"), before)
    assert read.dataset.image_path(0).is_file()
    assert read.dataset.folder == (tmp_path / "elsewhere" / "dataset").resolve()


def test_without_the_dataset_there_is_nothing_to_pack(place, tmp_path):
    shutil.rmtree(place / "data")
    for attempt in (lambda: pack(place / "models" / "one", tmp_path / "out"), lambda: slim(place / "models" / "one")):
        with pytest.raises(InputError, match="dataset's folder isn't found"):
            attempt()
    assert not (tmp_path / "out").exists()


def test_a_name_never_leads_out_of_the_datasets_folder(place):
    folder = place / "models" / "one"
    slim(folder)
    config = json.loads((folder / "config.json").read_text())
    config["encoders"]["../../secret"] = config["encoders"]["visual"]
    config["shared"]["features/../../secret.npy"] = "0"
    (folder / "config.json").write_text(json.dumps(config))
    manifest.write(folder)
    assert "leads out" in refusal(folder)


def test_the_commands_pack_and_slim(place, tmp_path, capsys):
    assert main(["slim", str(place / "models" / "one"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["bytes"] < said["before"]
    assert main(["pack", str(place / "models" / "one"), "--out", str(tmp_path / "out"), "--json"]) == 0
    assert main(["pack", str(place / "nothing"), "--out", str(tmp_path / "other")]) == 2
