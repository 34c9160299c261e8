"""The map of the catalogue: near on it is near in the model, and it is kept with the checkpoint or left out."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from lattice import checkpoint as checkpoints
from lattice import pipeline
from lattice.cli import main
from lattice.data import save as save_dataset
from lattice.inference.catalogue_map import MAX_ITEMS, MIN_ITEMS, catalogue_map, has_map, lay_out, nearest_others
from lattice.untrusted import manifest
from tests.synthetic import clustered, trained_on

NAME = "lattice-mf-1"


@pytest.fixture(scope="module")
def trained_large():
    """300 items in 10 clusters, enough for a neighbourhood to be a small part of the whole."""
    return trained_on(clustered(n_users=120, n_items=300, clusters=10, per_user=12, cold=(), without={}), NAME)


def by_distance(matrix: np.ndarray, k: int) -> list[set[int]]:
    """The k nearest of each row, itself left out."""
    np.fill_diagonal(matrix, np.inf)
    return [set(row) for row in np.argsort(matrix, axis=1, kind="stable")[:, :k].tolist()]


def test_what_is_near_on_the_map_is_near_in_the_model(trained_large):
    model, n = trained_large.model, 300
    places = catalogue_map(model).astype(np.float64)
    on_map = by_distance(np.linalg.norm(places[:, None] - places[None], axis=2), 10)
    alpha, fused = model.alpha.detach().double(), torch.zeros(n, n, dtype=torch.float64)
    for weight, graph in zip(alpha, model.graphs().values(), strict=True):
        for share, part in ((0.7, graph.initial), (0.3, graph.learned)):
            fused.scatter_add_(1, part.indices, weight * share * part.weights.detach().double())
    h = (fused @ model.backbone.item_embedding.detach().double()).numpy()
    unit = h / np.linalg.norm(h, axis=1, keepdims=True)
    spread = by_distance(1 - unit @ unit.T, 30)
    linked = [set(np.flatnonzero(row)) for row in fused.numpy()]
    shares = [len(near & (a | b)) / 10 for near, a, b in zip(on_map, linked, spread, strict=True)]
    chance = np.mean([len((a | b) - {i}) / (n - 1) for i, (a, b) in enumerate(zip(linked, spread, strict=True))])
    assert np.mean(shares) > 0.7 > 4 * chance


def test_the_same_model_gives_the_same_map(trained_large):
    first, again = catalogue_map(trained_large.model), catalogue_map(trained_large.model)
    assert np.array_equal(first, again)
    assert np.abs(first).max() == pytest.approx(1)


def test_items_without_an_edge_lie_along_the_map_s_border(trained):
    model = trained(NAME).model
    places, alone = catalogue_map(model), np.zeros(60, dtype=bool)
    alone[[5]] = True  # without content in every modality, see `tests.synthetic`
    np.testing.assert_array_equal(places[alone], [[-1, -1]])
    assert np.abs(places[~alone]).max(axis=0) == pytest.approx([0.9, 0.9])


def test_only_catalogues_of_some_size_have_one():
    assert [has_map(n) for n in (MIN_ITEMS - 1, MIN_ITEMS, MAX_ITEMS, MAX_ITEMS + 1)] == [False, True, True, False]


def test_a_written_lattice_has_a_map_and_another_model_has_none(tmp_path):
    for name, expected in ((NAME, True), ("mf", False)):
        trained_on(clustered(), name, epochs=1, out=tmp_path / name)
        places = checkpoints.load(tmp_path / name).map_coordinates
        assert (places is not None) == expected
    assert checkpoints.load(tmp_path / NAME).map_coordinates.shape == (60, 2)


@pytest.fixture
def folder(trained, tmp_path):
    """A checkpoint from before there were maps."""
    checkpoints.save(trained(NAME), tmp_path / "model")
    return tmp_path / "model"


def test_the_command_makes_the_map_of_an_older_checkpoint(folder, capsys):
    assert checkpoints.load(folder).map_coordinates is None
    assert main(["map", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"] == 60
    read = checkpoints.load(folder)
    np.testing.assert_array_equal(read.map_coordinates, catalogue_map(read.model))
    assert not list(folder.glob(".*"))
    checkpoints.save(read, folder.with_name("copy"))
    np.testing.assert_array_equal(checkpoints.load(folder.with_name("copy")).map_coordinates, read.map_coordinates)


def test_a_model_without_item_graph_has_no_map_in_one_line(trained, tmp_path, capsys):
    checkpoints.save(trained("mf"), tmp_path / "mf")
    assert main(["map", str(tmp_path / "mf")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("damage", ["garbage", "other items", "fewer items", "no column", "not finite"])
def test_a_map_that_does_not_fit_is_left_out_with_a_warning(folder, damage):
    table = pd.DataFrame({"item": [f"i{i:03d}" for i in range(60)], "x": np.zeros(60), "y": np.zeros(60)})
    changed = {
        "other items": table.assign(item=table["item"][::-1].to_numpy()),
        "fewer items": table.head(59),
        "no column": table.drop(columns="y"),
        "not finite": table.assign(x=np.nan),
    }
    path = folder / checkpoints.MAP
    if damage == "garbage":
        path.write_bytes(b"\xff no parquet")
    else:
        changed[damage].to_parquet(path, index=False)
    manifest.write(folder)
    with pytest.warns(UserWarning, match="makes it again"):
        assert checkpoints.load(folder).map_coordinates is None
    table.to_parquet(path, index=False)
    manifest.write(folder)
    assert checkpoints.load(folder).map_coordinates is not None


def test_a_map_of_a_real_catalogue_is_small(trained, tmp_path):
    many = pd.DataFrame({"item": [f"CL-{i:04d}" for i in range(2_100)]})
    dataset = replace(trained(NAME).dataset, items=many)
    places = np.random.default_rng(0).uniform(-1, 1, (2_100, 2)).astype(np.float32)
    checkpoints.save_map(replace(trained(NAME), dataset=dataset, map_coordinates=places), tmp_path)
    assert (tmp_path / checkpoints.MAP).stat().st_size < 60_000


def test_the_map_does_not_depend_on_the_number_of_threads(trained_large):
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = catalogue_map(trained_large.model)
        torch.set_num_threads(2)
        two = catalogue_map(trained_large.model)
    finally:
        torch.set_num_threads(threads)
    assert np.array_equal(one, two)


@pytest.mark.parametrize("dim", [1, 2])
def test_vectors_of_any_length_and_equal_ones_have_a_place(dim):
    x = torch.randn(50, dim, generator=torch.Generator().manual_seed(0)).repeat(2, 1)
    places = lay_out(x)
    assert places.shape == (100, 2)
    assert np.isfinite(places).all()


def test_nearest_others_are_those_of_a_full_sort():
    x = torch.nn.functional.normalize(torch.randn(70, 5, generator=torch.Generator().manual_seed(1)), dim=1)
    indices, distances = nearest_others(x, 7, block=16)
    full = torch.cdist(x.double(), x.double()).fill_diagonal_(np.inf).sort(dim=1)
    assert np.array_equal(np.sort(indices), full.indices[:, :7].sort(dim=1).values.numpy())
    np.testing.assert_allclose(distances, full.values[:, :7].numpy(), atol=1e-6)


def test_training_saves_the_model_before_a_map_that_fails(tmp_path, monkeypatch):
    saved = []

    def failing(model):
        saved.append(checkpoints.load(tmp_path / "out").map_coordinates)
        raise MemoryError("no room")

    monkeypatch.setattr(pipeline, "catalogue_map", failing)
    with pytest.warns(UserWarning, match=r"saved, but without a map \(MemoryError: no room\)"):
        result = trained_on(clustered(), NAME, epochs=1, out=tmp_path / "out")
    assert saved == [None]
    assert result.map_coordinates is None
    assert checkpoints.load(tmp_path / "out").map_coordinates is None


def test_no_map_and_one_dimension_train(tmp_path):
    dataset_folder = tmp_path / "data"
    save_dataset(clustered(), dataset_folder)
    common = ["train", str(dataset_folder), "--set", "epochs=1", "--set", "dim=1"]
    assert main([*common, "--out", str(tmp_path / "without"), "--no-map"]) == 0
    assert checkpoints.load(tmp_path / "without").map_coordinates is None
    assert main([*common, "--out", str(tmp_path / "with")]) == 0
    assert checkpoints.load(tmp_path / "with").map_coordinates.shape == (60, 2)
