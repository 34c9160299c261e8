"""Several processes against one, with the same seed and global batch: losses, validation scores, weights and graphs."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from lattice import checkpoint as checkpoints
from lattice.checkpoint import Checkpoint
from lattice.data.dataset import save
from lattice.graph import Graph
from lattice.models import ItemGraphModel
from lattice.models.content import get_features
from lattice.pipeline import fit
from tests.distributed.cases import CASES, REFUSED

ROOT = Path(__file__).parents[2]
PROCESSES = (2, 3)
REFUSALS = [("micro", "trained by one process"), ("dropout", "add --set dropout=0"), ("engine", "search exactly")]


@pytest.fixture(scope="module")
def folder(catalogue, tmp_path_factory) -> Path:
    found = tmp_path_factory.mktemp("data") / "clusters"
    save(catalogue, found)
    return found


def torchrun(n: int, *command: str) -> subprocess.CompletedProcess:
    start = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(n), "--standalone"]
    return subprocess.run(
        [*start, *command], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}
    )


@pytest.fixture(scope="module")
def together(folder, tmp_path_factory):
    """A function from a number of processes to the folder of what they trained."""

    @cache
    def trained(n: int) -> Path:
        out = tmp_path_factory.mktemp(f"by-{n}")
        done = torchrun(n, "-m", "tests.distributed.together", str(folder), str(out))
        assert done.returncode == 0, done.stderr
        return out

    return trained


@pytest.fixture(scope="module")
def alone(catalogue):
    """A function from a case's name to the checkpoint that one process trains."""
    return cache(lambda name: fit(catalogue, CASES[name].options, CASES[name].training, progress=False))


@torch.no_grad()
def graphs_of(checkpoint: Checkpoint) -> list[Graph]:
    if not isinstance(checkpoint.model, ItemGraphModel):
        return []
    return [graph for pair in checkpoint.model.graphs().values() for graph in (pair.initial, pair.learned)]


@pytest.mark.parametrize("n", PROCESSES)
@pytest.mark.parametrize("name", CASES)
def test_several_processes_train_what_one_trains(together, alone, name, n):
    found, expected = checkpoints.load(together(n) / name), alone(name)
    steady = [c for c in expected.history if "seconds" not in c]
    np.testing.assert_allclose(found.history[steady], expected.history[steady], rtol=1e-4)
    for parameter, value in expected.model.named_parameters():
        given = dict(found.model.named_parameters())[parameter]
        np.testing.assert_allclose(given.numpy(), value.detach().numpy(), rtol=1e-3, atol=1e-5, err_msg=parameter)
    for split in ("valid", "test"):
        assert found.metrics[split] == pytest.approx(expected.metrics[split])
    assert found.metrics["parameters"] == expected.metrics["parameters"]
    for modality in found.model.modalities:
        np.testing.assert_array_equal(get_features(found.model, modality), get_features(expected.model, modality))
    for got, wanted in zip(graphs_of(found), graphs_of(expected), strict=True):
        np.testing.assert_allclose(got.matrix.to_dense(), wanted.matrix.to_dense(), rtol=1e-3, atol=1e-5)
    assert not (together(n) / f".{name}.state").exists()
    stopped = together(n) / f"{name}.txt"
    assert ("--resume continues" in stopped.read_text()) if CASES[name].stopped else not stopped.exists()


@pytest.mark.parametrize("n", PROCESSES)
@pytest.mark.parametrize(("name", "said"), REFUSALS)
def test_what_one_process_alone_can_do_is_refused(together, name, said, n):
    assert name in REFUSED
    assert said in (together(n) / f"{name}.txt").read_text()
    assert [(together(n) / f"{name}.{rank}").read_text() for rank in range(1, n)] == ["2"] * (n - 1)
    assert not (together(n) / name).exists()


def test_the_command_trains_and_the_first_process_reports(folder, tmp_path):
    settings = ["--set", "epochs=1", "--set", "dim=8", "--device", "cpu", "--json"]
    out = tmp_path / "model"
    done = torchrun(2, "-m", "lattice", "train", str(folder), "--model", "freedom", "--out", str(out), *settings)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"valid"') == 1
    saved = checkpoints.load(out)
    assert saved.options.dim == 8
    assert saved.map_coordinates is not None
