"""A checkpoint's folder: what is read is what was written, whole or not at all, and nothing in it is trusted."""

import json
import os
import pickle
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from lattice import checkpoint as checkpoints
from lattice.data import PRECOMPUTED, Dataset
from lattice.data import load as load_dataset
from lattice.data import save as save_dataset
from lattice.data.checkpoint_tables import read_tables
from lattice.errors import InputError
from lattice.recommender import Recommender
from lattice.untrusted import manifest
from tests.synthetic import clustered, trained_on

SHIPPED = Path(__file__).parents[1] / "checkpoints" / "demo"
NAMES = ["mf", "lightgcn", "lattice-mf-1", "lattice-lightgcn-2"]
FILES = [
    "config.json",
    "model.safetensors",
    "items.parquet",
    "interactions.parquet",
    "history.csv",
    "metrics.json",
    "README.md",
    "manifest.json",
]


def embeddings(checkpoint) -> tuple[torch.Tensor, torch.Tensor]:
    with torch.no_grad():
        return checkpoint.model.embed()


def same(a, b) -> bool:
    return all(torch.equal(x, y) for x, y in zip(embeddings(a), embeddings(b), strict=True))


@pytest.fixture
def folder(trained, tmp_path) -> Path:
    """A LATTICE checkpoint on disk, to be damaged."""
    checkpoints.save(trained("lattice-mf-1"), tmp_path / "model")
    return tmp_path / "model"


def refusal(folder: Path) -> str:
    """The one line that says why a checkpoint isn't loaded whose manifest fits what was done to it."""
    if folder.is_dir():
        manifest.write(folder)
    with pytest.raises(InputError) as refused:
        checkpoints.load(folder)
    assert "\n" not in str(refused.value)
    assert str(folder) in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_is_what_was_written(trained, tmp_path, name):
    written = trained(name)
    checkpoints.save(written, tmp_path / "model")
    read = checkpoints.load(tmp_path / "model")
    assert same(read, written)
    assert read.options == written.options
    assert read.training == written.training
    assert read.encoders == dict(written.encoders)
    assert read.metrics == written.metrics
    assert read.card == written.card
    assert read.dataset_fingerprint == written.dataset_fingerprint
    pd.testing.assert_frame_equal(read.history, written.history)
    pd.testing.assert_frame_equal(read.dataset.items, written.dataset.items)
    pd.testing.assert_frame_equal(read.dataset.interactions.astype("str"), written.dataset.interactions)
    assert not any(p.requires_grad for p in read.model.parameters())


def test_checkpoints_of_one_dataset_share_its_tables(trained, tmp_path):
    for name in ("lattice-mf-1", "mf"):
        checkpoints.save(trained(name), tmp_path / name)
    first = checkpoints.load(tmp_path / "lattice-mf-1")
    second = checkpoints.load(tmp_path / "mf", beside=first)
    assert second.dataset is first.dataset
    assert same(second, checkpoints.load(tmp_path / "mf"))


def test_tables_read_ahead_are_the_checkpoints_own(trained, tmp_path):
    checkpoints.save(trained("mf"), tmp_path / "mf")
    ahead = read_tables(tmp_path / "mf")
    read = checkpoints.load(tmp_path / "mf", beside=ahead)
    assert read.dataset is ahead.dataset
    assert same(read, checkpoints.load(tmp_path / "mf"))


def test_tables_read_ahead_of_what_has_changed_since_are_read_again(trained, tmp_path):
    checkpoints.save(trained("mf"), tmp_path / "mf")
    ahead = read_tables(tmp_path / "mf")
    items = trained("mf").dataset.items.assign(title="another")
    changed = replace(trained("mf"), dataset=replace(trained("mf").dataset, items=items))
    checkpoints.save(changed, tmp_path / "mf")
    read = checkpoints.load(tmp_path / "mf", beside=ahead)
    assert set(read.dataset.items["title"]) == {"another"}


def test_checkpoints_of_other_data_share_no_tables(trained, tmp_path):
    for name in ("lattice-mf-1", "mf"):
        checkpoints.save(trained(name), tmp_path / name)
    first = checkpoints.load(tmp_path / "lattice-mf-1")
    items = pd.read_parquet(tmp_path / "mf" / "items.parquet").assign(title="another")
    items.to_parquet(tmp_path / "mf" / "items.parquet", index=False)
    manifest.write(tmp_path / "mf")
    assert set(checkpoints.load(tmp_path / "mf", beside=first).dataset.items["title"]) == {"another"}
    assert "another" not in set(first.dataset.items["title"])


def test_checkpoints_of_one_dataset_keep_their_own_name(trained, tmp_path):
    for name in ("lattice-mf-1", "mf"):
        checkpoints.save(trained(name), tmp_path / name)
    config = json.loads((tmp_path / "mf" / "config.json").read_text())
    config["dataset"]["name"] = "another"
    (tmp_path / "mf" / "config.json").write_text(json.dumps(config))
    manifest.write(tmp_path / "mf")
    first = checkpoints.load(tmp_path / "lattice-mf-1")
    second = checkpoints.load(tmp_path / "mf", beside=first)
    assert (first.dataset.name, second.dataset.name) == ("clusters", "another")
    assert second.dataset.interactions is first.dataset.interactions


@pytest.mark.parametrize("name", NAMES)
def test_checkpoint_survives_save_and_load_to_the_bit(trained, tmp_path, name):
    checkpoints.save(trained(name), tmp_path / "a")
    checkpoints.save(checkpoints.load(tmp_path / "a"), tmp_path / "b")
    a, b = load_file(tmp_path / "a/model.safetensors"), load_file(tmp_path / "b/model.safetensors")
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_of_format_1_has_other_names_and_loads(trained, tmp_path, name):
    out = tmp_path / "model"
    checkpoints.save(trained(name), out)
    tensors = {key.replace("_embedding", "_ids"): x for key, x in load_file(out / "model.safetensors").items()}
    save_file(tensors, out / "model.safetensors")
    config = json.loads((out / "config.json").read_text())
    (out / "config.json").write_text(json.dumps(config | {"format": 1}))
    manifest.write(out)
    assert same(checkpoints.load(out), trained(name))


@pytest.mark.parametrize("folder", sorted(SHIPPED.glob("*/config.json")), ids=lambda path: path.parent.name)
def test_every_shipped_checkpoint_loads(folder):
    loaded = checkpoints.load(folder.parent)
    assert all(x.isfinite().all() for x in embeddings(loaded))


def test_checkpoint_has_the_documented_files_and_no_pickle(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert {path.name for path in folder.parent.iterdir()} == {"model"}
    with (folder / "model.safetensors").open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        json.loads(file.read(size))


@pytest.mark.parametrize("as_features", [("visual", "audio", "text"), ("text", "visual", "audio")])
def test_checkpoint_keeps_modalities_with_their_weights(tmp_path, as_features):
    dataset = clustered(dims={"visual": 5, "audio": 4, "text": 3}, without={})
    # The same modalities, but features and encoders in orders of their own.
    dataset = replace(dataset, features={m: dataset.features[m] for m in as_features})
    written = trained_on(dataset, "lattice-mf-1", epochs=4)
    with torch.no_grad():
        written.model.alpha_logits.copy_(torch.tensor([2.0, 0.0, -1.0]))
    checkpoints.save(written, tmp_path / "model")
    read = checkpoints.load(tmp_path / "model")
    assert same(read, written)
    assert read.model.monitored() == written.model.monitored()
    assert Recommender.of(read).item_graph.alpha == Recommender.of(written).item_graph.alpha


def test_checkpoint_loads_without_dataset_with_its_graphs(folder, trained):
    tensors = load_file(folder / "model.safetensors")
    tensors["graph/visual/learned/weights"] *= 0.5
    save_file(tensors, folder / "model.safetensors")
    manifest.write(folder)
    read = checkpoints.load(folder)
    with torch.no_grad():
        learned, original = read.model.graphs()["visual"].learned, trained("lattice-mf-1").model.graphs()["visual"]
    torch.testing.assert_close(learned.weights, original.learned.weights * 0.5)


# --- whole or not at all ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "breaks", ["lattice.checkpoint.write_tensors", "pandas.DataFrame.to_parquet", "pandas.DataFrame.to_csv"]
)
def test_a_failure_in_the_middle_leaves_the_old_checkpoint_whole(folder, trained, monkeypatch, breaks):
    def full(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr(breaks, full)
    with pytest.raises(OSError, match="No space"):
        checkpoints.save(trained("mf"), folder)
    monkeypatch.undo()
    assert same(checkpoints.load(folder), trained("lattice-mf-1"))
    checkpoints.save(trained("mf"), folder)
    assert same(checkpoints.load(folder), trained("mf"))
    assert {path.name for path in folder.parent.iterdir()} == {"model"}


def test_a_failure_of_the_last_rename_loses_neither_checkpoint(folder, trained, monkeypatch):
    rename = Path.rename

    def fails_onto_the_target(self, target):
        if Path(target) == folder:
            raise OSError("interrupted")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_onto_the_target)
    with pytest.raises(OSError, match="interrupted"):
        checkpoints.save(trained("mf"), folder)
    monkeypatch.undo()
    whole = [path for path in folder.parent.iterdir() if sorted(p.name for p in path.iterdir()) == sorted(FILES)]
    assert any(same(checkpoints.load(path), trained("lattice-mf-1")) for path in whole)


def test_a_folder_that_is_no_checkpoint_is_never_replaced(trained, tmp_path):
    precious = tmp_path / "thesis.txt"
    precious.write_text("years of work")
    with pytest.raises(InputError, match="already exists"):
        checkpoints.save(trained("mf"), tmp_path)
    assert precious.read_text() == "years of work"


# --- damage -----------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    refusal(tmp_path / "nowhere")


@pytest.mark.parametrize("file", FILES[:-1])
def test_a_missing_file_is_refused(folder, file):
    (folder / file).unlink()
    refusal(folder)


@pytest.mark.parametrize("damage", ["cut", "empty", "garbage", "zeros"])
@pytest.mark.parametrize("file", FILES[:4])
def test_a_damaged_file_is_refused(folder, file, damage):
    path = folder / file
    whole = path.read_bytes()
    path.write_bytes(
        {"cut": whole[: len(whole) // 2], "empty": b"", "garbage": b"\xffgarbage", "zeros": bytes(999)}[damage]
    )
    refusal(folder)


@pytest.mark.parametrize(("file", "content"), [("history.csv", b""), ("metrics.json", b"{"), ("README.md", b"\xff")])
def test_damage_to_what_is_only_shown_is_refused_too(folder, file, content):
    (folder / file).write_bytes(content)
    refusal(folder)


def test_a_weights_file_without_tensors_is_refused(folder):
    save_file({}, folder / "model.safetensors")
    refusal(folder)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["format"], 99),
        (["format"], None),
        (["options"], "lattice"),
        (["options"], None),
        (["options", "model"], "mf"),
        (["options", "model"], "vbpr"),
        (["options", "k"], 5),
        (["options", "k"], "6"),
        (["options", "k"], -1),
        (["options", "lambda_"], None),
        (["options", "item_layers"], 1.5),
        (["options", "depth"], 1),
        (["options", "transform_dim"], 7),
        (["options", "backbone"], {"model": "mf", "dim": 9, "l2": 0.0}),
        (["training"], []),
        (["training", "lr_schedule"], "cosine"),
        (["dataset"], {}),
        (["dataset", "folder"], 5),
        (["encoders"], []),
        (["encoders"], "visual"),
        (["encoders"], {}),
        (["encoders", "visual"], None),
        (["encoders", "visual"], {"kind": "image"}),
    ],
)
def test_a_config_that_does_not_fit_is_refused(folder, keys, value):
    config = json.loads((folder / "config.json").read_text())
    place = config
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    (folder / "config.json").write_text(json.dumps(config))
    refusal(folder)


@pytest.mark.parametrize("content", ["[]", "5", '"config"', "null", "{}"])
def test_a_config_of_another_kind_is_refused(folder, content):
    (folder / "config.json").write_text(content)
    refusal(folder)


GRAPH = "graph/visual/initial"


@pytest.mark.parametrize(
    "damage",
    [
        lambda t: t[f"{GRAPH}/indices"][3, 5].fill_(60),
        lambda t: t[f"{GRAPH}/indices"][3, 0].fill_(-1),
        lambda t: t[f"{GRAPH}/indices"].copy_(t[f"{GRAPH}/indices"].flip(1)),
        lambda t: t.update({f"{GRAPH}/indices": t[f"{GRAPH}/indices"][:, :5].clone()}),
        lambda t: t.update({f"{GRAPH}/{part}": t[f"{GRAPH}/{part}"][:50] % 50 for part in ("indices", "weights")}),
        lambda t: t.update({f"{GRAPH}/{part}": t[f"{GRAPH}/{part}"][0].clone() for part in ("indices", "weights")}),
        lambda t: t.pop(f"{GRAPH}/weights"),
        lambda t: t.pop("graph/textual/learned/indices"),
        lambda t: t.pop("raw_visual"),
        lambda t: t.pop("alpha_logits"),
        lambda t: t.update({"backbone.item_embedding": t["backbone.item_embedding"][:-1].clone()}),
        lambda t: t.update({"raw_visual": t["raw_visual"][:-1].clone()}),
        lambda t: t.update({"more": torch.zeros(1)}),
    ],
)
def test_tensors_that_do_not_fit_are_refused(folder, damage):
    tensors = load_file(folder / "model.safetensors")
    damage(tensors)
    save_file({name: t.contiguous() for name, t in tensors.items()}, folder / "model.safetensors")
    refusal(folder)


def test_load_refuses_tables_that_do_not_fit_the_weights(folder):
    items = pd.read_parquet(folder / "items.parquet")
    items.iloc[:-1].to_parquet(folder / "items.parquet")
    refusal(folder)


def test_a_pickle_in_the_place_of_the_weights_is_not_opened(folder, tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "exploded"),)

    for file in ("model.safetensors", "items.parquet"):
        (folder / file).write_bytes(pickle.dumps(Bomb()))
        refusal(folder)
    assert not (tmp_path / "exploded").exists()


# --- where the pictures lie -------------------------------------------------------------------------------------------


def illustrated(folder: Path, **options) -> Dataset:
    """A dataset whose first item has a picture, in `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "x.png").write_bytes(b"a picture")
    dataset = clustered(**options)
    items = dataset.items.assign(image=["x.png"] + [""] * (dataset.n_items - 1))
    return replace(dataset, items=items, folder=folder)


def test_load_finds_pictures_after_moving_with_the_dataset(tmp_path, monkeypatch):
    save_dataset(illustrated(tmp_path / "source"), tmp_path / "a" / "data")
    monkeypatch.chdir(tmp_path / "a")  # a relative path at training is not a relative path for ever
    trained_on(load_dataset(Path("data")), "lattice-mf-1", epochs=1, out=Path("models") / "one")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    read = checkpoints.load(tmp_path / "b" / "models" / "one")
    assert read.dataset.folder == tmp_path / "b" / "data"
    assert read.dataset.image_path(0).read_bytes() == b"a picture"
    assert read.dataset.image_path(1) is None


def test_load_leaves_out_pictures_of_another_dataset(tmp_path, monkeypatch):
    data, out = tmp_path / "data", tmp_path / "model"
    save_dataset(illustrated(tmp_path / "source"), data)
    trained_on(load_dataset(data), "mf", epochs=1, out=out)
    save_dataset(illustrated(tmp_path / "source", seed=1), data)
    monkeypatch.chdir(data)  # where a path without a folder would start
    with pytest.warns(UserWarning, match="pictures are left out") as warned:
        read = checkpoints.load(out)
    assert len(warned) == 1
    assert "\n" not in str(warned[0].message)
    assert read.dataset.folder is None
    assert read.dataset.image_path(0) is None


@pytest.mark.parametrize("text", [None, "", "[]", "{}"])
def test_where_no_dataset_lies_any_more_there_are_no_pictures(tmp_path, text):
    data, out = tmp_path / "data", tmp_path / "model"
    save_dataset(illustrated(tmp_path / "source"), data)
    trained_on(load_dataset(data), "mf", epochs=1, out=out)
    (data / "dataset.json").unlink() if text is None else (data / "dataset.json").write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checkpoints.load(out).dataset.folder is None


@pytest.mark.parametrize("name", ["lattice", "lightgcn", "mf"])
def test_the_shipped_checkpoints_find_the_shipped_pictures(name):
    root = Path(__file__).parents[1]
    dataset = checkpoints.load(root / "checkpoints" / "demo" / name).dataset
    assert dataset.folder == root / "assets" / "demo"
    assert all(dataset.image_path(row).is_file() for row in range(dataset.n_items))
    pd.testing.assert_frame_equal(load_dataset(dataset.folder).items, dataset.items)


def test_a_dataset_of_no_folder_has_none_after_reading(folder):
    assert checkpoints.load(folder).dataset.folder is None


def test_checkpoint_dataset_has_ids_and_splits_no_features(folder, catalogue):
    dataset = checkpoints.load(folder).dataset
    assert dataset.features == {}
    for split in ("train", "valid", "test"):
        np.testing.assert_array_equal(dataset.pairs(split), catalogue.pairs(split))
    assert PRECOMPUTED in checkpoints.load(folder).encoders.values()
