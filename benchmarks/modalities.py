"""Whether every modality counts: LATTICE with all of them and with each alone, chosen on validation, several seeds.

    python -m benchmarks.modalities DATASET [--out benchmarks/results/NAME-modalities.json]

Each choice of modalities gets the same grid. Test scores are written down, but nothing is chosen by them.
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


def only(dataset: Dataset, modalities: tuple[str, ...]) -> Dataset:
    """Return the dataset with some of its modalities."""
    return replace(
        dataset,
        features={name: dataset.features[name] for name in modalities},
        encoders={name: dataset.encoders[name] for name in modalities},
    )


def measure(dataset: Dataset, grid: list[list[str]], seeds: int, device: str, threads: int) -> dict[str, object]:
    """Return the winner of a grid, at seed 0, and its scores over seeds."""
    tried = [run(dataset, LATTICE, settings, 0, device, threads)[0] for settings in tqdm(grid)]
    won = best(tried)
    more = [run(dataset, LATTICE, won["settings"].split(), seed, device, threads)[0] for seed in range(1, seeds)]
    table = pd.DataFrame([won, *more])
    return {
        "modalities": sorted(dataset.features),
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
    """Measure LATTICE with all modalities of a dataset and with each alone."""
    dataset = load(folder)
    names = tuple(dataset.features)
    grid = [[f"lr={a}", f"l2={b}"] for a, b in product(lr, l2)]
    found = [
        measure(only(dataset, chosen), grid, seeds, device, threads)
        for chosen in (names, *((name,) for name in names if len(names) > 1))
    ]
    file = out or RESULTS / f"{dataset.name}-modalities.json"
    with replaced_file(file) as part:
        part.write_text(json.dumps({"dataset": dataset.fingerprint, "runs": found}, indent=2) + "\n", encoding="utf-8")
    for one in found:
        typer.echo(json.dumps(one))


if __name__ == "__main__":
    typer.run(main)
