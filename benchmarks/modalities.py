"""Whether every modality counts: LATTICE with each modality alone, settings chosen on validation, several seeds.

    python -m benchmarks.modalities DATASET [--out benchmarks/results/NAME-modalities.json]

LATTICE with all of them is in the dataset's own result file (`benchmarks.reproduce grid`); give both the same grid.
Test scores are written down, but nothing is chosen by them.
"""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from tqdm import tqdm

from benchmarks.grid import RESULTS, Seeds, Threads, best, run
from lattice.commands.shared import DatasetPath, Device
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.experiments.methods import Method
from lattice.files import replaced_file

LATTICE = Method("lattice")
SCORES = ("valid_recall@20", "test_recall@20", "test_ndcg@20")


def only(dataset: Dataset, modality: str) -> Dataset:
    """Return the dataset with one of its modalities."""
    features, encoders = dataset.features[modality], dataset.encoders[modality]
    return replace(dataset, features={modality: features}, encoders={modality: encoders})


def measure(dataset: Dataset, grid: list[list[str]], seeds: int, device: str, threads: int) -> dict[str, object]:
    """Return the winner of a grid, at seed 0, and its scores over seeds."""
    tried = [run(dataset, LATTICE, settings, 0, device, threads)[0] for settings in tqdm(grid)]
    won = best(tried)
    more = [run(dataset, LATTICE, won["settings"].split(), seed, device, threads)[0] for seed in range(1, seeds)]
    table = pd.DataFrame([won, *more])
    return {
        "modality": next(iter(dataset.features)),
        "settings": won["settings"],
        "seeds": seeds,
        **{name: {"mean": table[name].mean(), "std": table[name].std()} for name in SCORES},
    }


def main(
    folder: DatasetPath,
    out: Annotated[Path | None, typer.Option(help="The JSON file; benchmarks/results/NAME-modalities.json.")] = None,
    lr: Annotated[list[str], typer.Option(help="Learning rates to try.")] = ["2e-3", "5e-3"],  # noqa: B006
    l2: Annotated[list[str], typer.Option(help="L2 penalties to try.")] = ["3e-3", "1e-2", "3e-2"],  # noqa: B006
    seeds: Seeds = 5,
    device: Device = "cpu",
    threads: Threads = 1,
) -> None:
    """Measure LATTICE with each modality of a dataset alone."""
    dataset = load(folder)
    grid = [[f"lr={a}", f"l2={b}"] for a, b in product(lr, l2)]
    found = [measure(only(dataset, name), grid, seeds, device, threads) for name in dataset.features]
    file = out or RESULTS / f"{dataset.name}-modalities.json"
    with replaced_file(file) as part:
        part.write_text(json.dumps({"dataset": dataset.fingerprint, "runs": found}, indent=2) + "\n", encoding="utf-8")
    for one in found:
        typer.echo(json.dumps(one))


if __name__ == "__main__":
    typer.run(main)
