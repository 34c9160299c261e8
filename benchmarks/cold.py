"""Cold start (the paper's Figure 3): every model on items without training interactions, and models that fold them in.

    python -m lattice prepare ... --cold 0.2 --out COLD
    python -m benchmarks.reproduce cold COLD --out benchmarks/results/NAME-cold.csv

There is one row per run and way of scoring, in a file whose name ends in -cold. Models with the cold items in their
catalogue stop when they are best at validation's cold items; LATTICE without them stops when it is best at validation's
other items, and then folds the cold ones in. Settings are chosen for each way of scoring, by Recall@20 among
validation's cold items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Annotated, Any, get_args

import numpy as np
import pandas as pd
import torch
import typer
from tqdm import tqdm

from benchmarks import store
from benchmarks.grid import (
    BY_OPTION,
    THREADS,
    Out,
    Seeds,
    Settings,
    Threads,
    check_writable,
    in_words,
    key,
    result_file,
    setup,
)
from benchmarks.store import Row
from lattice.commands.shared import DatasetPath, Device, refuse_set
from lattice.data import load
from lattice.data.cold import without_cold
from lattice.data.dataset import Dataset
from lattice.experiments.cold_start import Candidates, best_profile, folded_in, transductive
from lattice.experiments.methods import Method
from lattice.experiments.paper import COLD_SELECTED_BY, METRICS, TABLE_2
from lattice.experiments.results import KEYS
from lattice.inference.completion import Completion
from lattice.pipeline import fit
from lattice.recommender import Recommender

PROFILE, FOLD_IN = Method("content profile"), Method("lattice", completion="none")
SHORT_NAMES = {"profile": PROFILE, "fold-in": FOLD_IN}  # on the command line, of what isn't a model
WAYS = tuple(replace(FOLD_IN, completion=completion) for completion in get_args(Completion))
LR, L2 = ("1e-3", "5e-3"), ("1e-3", "3e-3", "1e-2")
METHODS = (PROFILE, *TABLE_2, FOLD_IN)


def columns(candidates: Candidates) -> dict[str, float]:
    """Return `valid_cold_recall@20`, ...: among cold items, among all, and of warm items with newcomers in the list.

    `test_cold_candidates`, ...: how many items were ranked.
    """
    return {
        f"{split}_{kind.removeprefix('among_')}_{name}": scores[name]
        for split in ("valid", "test")
        for kind, scores in candidates.scores(split, (20,)).items()
        if kind != "overall"
        for name in (*METRICS, "candidates")
    }


def row(
    dataset: Dataset, method: Method, settings: Settings, seed: int, scores: Mapping[str, float], **more: Any
) -> Row:
    """Return a row of the result file; the checksum of options is the run's, the same for every way of scoring."""
    keys = (dataset.fingerprint, str(method), checksum(method, settings), seed)
    return {
        **dict(zip(KEYS, keys, strict=True)),
        "settings": " ".join(settings),
        **scores,
        "name": dataset.name,
        **more,
    }


def checksum(method: Method, settings: Settings) -> str:
    """Return a checksum of the options that this cold-start run trains with, which differ from a warm run's."""
    if method == PROFILE:
        return "none"
    if method.folds_in:
        return key("", replace(method, completion=None), settings, 0)[2]
    return key("", method, [*settings, "protocol=cold"], 0)[2]


def profile(dataset: Dataset, settings: Settings, seed: int) -> list[Row]:
    """Return the content profile that is best on validation; it has no settings and is not random."""
    name, candidates = best_profile(dataset)
    return [row(dataset, PROFILE, settings, seed, columns(candidates), modality=name)]


def known(dataset: Dataset, method: Method, settings: Settings, seed: int, device: str) -> list[Row]:
    """Run a model that had the cold items in its catalogue."""
    options, training = setup(method, [*settings, "protocol=cold"], seed, device)
    checkpoint = fit(dataset, options, training, progress=False)
    scores = columns(transductive(Recommender.of(checkpoint)))
    return [row(dataset, method, settings, seed, scores, **_about(checkpoint.metrics))]


def new(dataset: Dataset, settings: Settings, seed: int, device: str) -> list[Row]:
    """Run LATTICE on the catalogue without the cold items, which are then folded in by every way there is."""
    options, training = setup(Method("lattice"), settings, seed, device)
    recommender = Recommender.of(fit(without_cold(dataset), options, training, progress=False))
    rows = []
    for way in WAYS:
        assert way.completion is not None
        scores = columns(folded_in(recommender, dataset, way.completion))
        about = _about(recommender.checkpoint.metrics)
        rows.append(row(dataset, way, settings, seed, scores, **about))
    return rows


def _about(metrics: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: metrics[name] for name in ("best_epoch", "epochs", "seconds", "hardware", "finished")}
    return metrics["learned"] | known | metrics["versions"]


def run(dataset: Dataset, method: Method, settings: Settings, seed: int, device: str) -> list[Row]:
    """Return every row that one run leaves."""
    if method == PROFILE:
        return profile(dataset, settings, seed)
    return new(dataset, settings, seed, device) if method.folds_in else known(dataset, method, settings, seed, device)


def main(
    folder: DatasetPath,
    out: Out = None,
    model: Annotated[
        list[str] | None, typer.Option(help="E.g. lattice, mf; profile: of content; fold-in: LATTICE, in every way.")
    ] = None,
    lr: Annotated[list[str] | None, typer.Option(help="Learning rates to try.")] = None,
    l2: Annotated[list[str] | None, typer.Option(help="L2 penalties to try.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE for every run.")] = None,
    seeds: Seeds = 3,
    device: Device = "auto",
    threads: Threads = THREADS,
) -> None:
    """Run what is missing of the grid, then of its winners' seeds; print test scores among the cold items."""
    refuse_set(set_ or (), ("lr", "l2", "protocol", *BY_OPTION))
    torch.set_num_threads(threads)
    dataset, file = load(folder), result_file(folder, out, "cold")
    check_writable(file)
    grid = [[f"lr={a}", f"l2={b}", *(set_ or ())] for a in lr or LR for b in l2 or L2]
    methods = [SHORT_NAMES.get(name) or Method.parse(name) for name in model] if model else list(METHODS)
    for method, settings in product(methods, grid):
        checksum(method, settings)  # a bad value is refused before the first run
    for method in methods:
        # A profile has no settings, and no randomness.
        settings, repeats = ([[]], 1) if method == PROFILE else (grid, seeds)
        tried = [(one, run_or_load(file, dataset, method, one, 0, device)) for one in tqdm(settings, desc=str(method))]
        for way in range(len(tried[0][1])):
            won, first = tried[int(np.argmax([rows[way][COLD_SELECTED_BY] for _, rows in tried]))]
            runs = [run_or_load(file, dataset, method, won, seed, device)[way] for seed in range(repeats)]
            typer.echo(f"{first[way]['model']} ({' '.join(won)}): {_said(runs)}")


def run_or_load(file: Path, dataset: Dataset, method: Method, settings: Settings, seed: int, device: str) -> list[Row]:
    """Return every row of a run: from the file if they are there, else by running it."""
    methods = WAYS if method.folds_in else (method,)
    blank = row(dataset, method, settings, seed, {})
    known = [store.find(file, (blank["dataset"], str(one), blank["options"], seed)) for one in methods]
    found = [one for one in known if one is not None]
    if len(found) < len(methods):
        found = run(dataset, method, settings, seed, device)
        for one in found:
            store.add(file, one)
    return found


def _said(runs: Sequence[Row]) -> str:
    table = pd.DataFrame(runs)
    return ", ".join(f"{kind} {in_words(table, f'test_{kind}_recall@20')}" for kind in ("cold", "all", "warm"))
