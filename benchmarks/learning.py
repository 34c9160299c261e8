"""Is learning the graph worth it, and does the content matter? Models without either, trained and compared.

    python -m benchmarks.learning DATASET [--results benchmarks/results/NAME.csv] [--related LINKS.csv] [--seeds 1]

LATTICE's winning settings with the learned graph, the initial one alone, the learned one alone, a random one of
equal degrees and, where there are such links, the shop's own also-bought, beside FREEDOM; then each modality replaced
by noise, by a constant, and shuffled between items, at training, and at inference alone for every multimodal model
that was run. Settings are those that won on validation in the result file. Rows go into
benchmarks/results/learning/NAME.csv as soon as they are done, and are not run twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from tqdm import tqdm

from benchmarks import store
from benchmarks.also_bought import rows_of_items
from benchmarks.grid import RESULTS, check_writable, setup
from benchmarks.grid import key as run_key
from benchmarks.store import Row
from lattice.checkpoint import load as load_checkpoint
from lattice.commands.shared import DatasetPath
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.evaluation import evaluate
from lattice.experiments.knock_out import ALTERATIONS, Alteration, altered, randomise_graphs, with_features
from lattice.experiments.learning_results import ALSO_BOUGHT, FROZEN, LEARNED, RANDOM, WHOLE
from lattice.experiments.methods import Method
from lattice.experiments.related import links_graph, read_links
from lattice.experiments.results import FILE_SUFFIX, KEYS, read_current_rows, winners
from lattice.experiments.simple_baselines import BASELINES
from lattice.graph import ModalityGraph
from lattice.models import MODELS, ItemGraphModel, Model, build
from lattice.training import train

LATTICE, FREEDOM = Method("lattice"), Method("freedom")


@dataclass(frozen=True)
class Trial:
    """One training: a method, what was changed, and the models' answer to changes at inference where that is asked.

    Args:
        method: which model.
        settings: as `--set` takes them.
        change: what the row is called.
        random: whether the initial graphs are random.
        links: the shop's own links [n, 2], to take as the graph instead.
        modality: whose features are altered in training; empty for none.
        how: they are altered.
        knocked_out: whether each modality is also altered at inference.
    """

    method: Method
    settings: tuple[str, ...]
    change: str = WHOLE
    random: bool = False
    links: np.ndarray | None = None
    modality: str = ""
    how: Alteration | None = None
    knocked_out: bool = False


def trials(dataset: Dataset, results: Path, more: Sequence[str] = (), links: np.ndarray | None = None) -> list[Trial]:
    """Return all trainings of an experiment; an InputError if LATTICE has no winner in the result file.

    more: settings that come after every winner's own. links: the shop's own links [n, 2], if there are any.
    """
    table = read_current_rows(results)
    table = table[(table["dataset"] == dataset.fingerprint) & ~table["model"].isin(list(BASELINES))]
    won = winners(table)
    settings = {method: (*runs["settings"].iat[0].split(), *more) for method, runs in won.items()}
    if LATTICE not in settings:
        raise InputError(f"{results} has no run of LATTICE on {dataset.name}; run `benchmarks.reproduce grid` first")
    own = settings[LATTICE]
    found = [Trial(LATTICE, own, knocked_out=True)]
    found += [Trial(FREEDOM, settings[FREEDOM], knocked_out=True)] if FREEDOM in settings else []
    found += [
        Trial(LATTICE, (*own, "lambda_=1"), FROZEN),
        Trial(LATTICE, (*own, "lambda_=0"), LEARNED),
        Trial(LATTICE, (*own, "lambda_=1"), RANDOM, random=True),
    ]
    if links is not None:
        found.append(Trial(LATTICE, (*own, "lambda_=1"), ALSO_BOUGHT, links=links))
    multimodal = [m for m in settings if m.model in MODELS and MODELS[m.model].needs_features and "-" not in str(m)]
    found += [Trial(m, settings[m], knocked_out=True) for m in multimodal if m not in (LATTICE, FREEDOM)]
    return found + [
        Trial(method, settings[method], f"{modality} {how}", modality=modality, how=how)
        for method in multimodal
        for modality in dataset.features
        for how in ALTERATIONS
    ]


def rows(dataset: Dataset, trial: Trial, seed: int, out: Path, model: Model | None = None) -> Iterator[Row]:
    """Yield the rows of a trial that aren't in the file: of the training, and of each change at inference.

    model: the trained model, where there is one.
    """
    asked = [("training", trial.change), *_inference(dataset, trial)]
    missing = [one for one in asked if store.find(out, key(dataset, trial, seed, *one)) is None]
    if not missing:
        return
    model = model or trained(dataset, trial, seed)
    for part, change in missing:
        modality, _, how = change.partition(" ")
        tested = model if part == "training" else knocked_out(model, dataset, trial, modality, how, seed)
        yield row(dataset, trial, seed, part, change, scores(tested, dataset))


def row(dataset: Dataset, trial: Trial, seed: int, part: str, change: str, scores: Mapping[str, float]) -> Row:
    """Return a row of the result file."""
    keys = dict(zip(KEYS, key(dataset, trial, seed, part, change), strict=True))
    return {**keys, "settings": " ".join(trial.settings), "part": part, "change": change, **scores}


def _inference(dataset: Dataset, trial: Trial) -> list[tuple[str, str]]:
    if not trial.knocked_out:
        return []
    return [("inference", f"{modality} {how}") for modality in dataset.features for how in ALTERATIONS]


def key(dataset: Dataset, trial: Trial, seed: int, part: str, change: str) -> store.Key:
    """Return a row's KEYS; `options` names the change too."""
    fingerprint, model, options, _ = run_key(dataset.fingerprint, trial.method, trial.settings, seed)
    return fingerprint, model, f"{options}, {part}: {change}", seed


def known(dataset: Dataset, trial: Trial, seed: int, results: Path) -> Row | None:
    """Return a training's row if the grid or the sweep over λ has run it; those don't alter features or graphs."""
    if trial.random or trial.links is not None or trial.how is not None:
        return None
    options = run_key(dataset.fingerprint, trial.method, trial.settings, seed)[2]  # the defaults count, too
    for file in (results, results.with_name(f"{results.stem}{FILE_SUFFIX['lambda_']}.csv")):
        table = read_current_rows(file)
        same = (table["dataset"] == dataset.fingerprint) & (table["model"] == str(trial.method))
        found = table[same & (table["seed"] == seed) & (table["options"] == options)]
        if len(found):
            scores = found.filter(regex=r"^(valid|test)_\w+@20$").iloc[-1].to_dict()
            return row(dataset, trial, seed, "training", trial.change, scores)
    return None


def shipped(dataset: Dataset, trial: Trial, folder: Path) -> Model | None:
    """Return the model of a trial's checkpoint in `folder`; None if there is none, or the trial trains it otherwise."""
    if not trial.knocked_out or not (folder / str(trial.method)).exists():
        return None
    found = load_checkpoint(folder / str(trial.method))
    options, _ = setup(trial.method, trial.settings, 0, "cpu")
    if found.dataset_fingerprint != dataset.fingerprint or found.options != options:
        return None
    return found.model


def trained(dataset: Dataset, trial: Trial, seed: int) -> Model:
    """Train a trial's model, on a CPU."""
    options, training = setup(trial.method, trial.settings, seed, "cpu")
    torch.manual_seed(seed)
    features = tensors(dataset)
    if trial.how is not None:
        features[trial.modality] = altered(features[trial.modality], trial.how, seed)
    pairs = dataset.pairs("train")
    model = build(options, dataset.n_users, dataset.n_items, torch.as_tensor(pairs), features)
    if trial.random:
        assert isinstance(model, ItemGraphModel)
        randomise_graphs(model, seed)
    if trial.links is not None:
        assert isinstance(model, ItemGraphModel)
        graph = links_graph(trial.links, dataset.n_items, model.options.k)
        model.adopt(dict.fromkeys(model.modalities, ModalityGraph(graph, graph)))
    train(model, pairs, dataset.pairs("valid"), training, progress=False)
    return model


def knocked_out(model: Model, dataset: Dataset, trial: Trial, modality: str, how: str, seed: int) -> Model:
    """Return the trained model with one modality's features altered."""
    features = tensors(dataset)
    kind = next(known for known in ALTERATIONS if known == how)
    features[modality] = altered(features[modality], kind, seed)
    options, _ = setup(trial.method, trial.settings, seed, "cpu")
    pairs = torch.as_tensor(dataset.pairs("train"))
    return with_features(model, options, dataset.n_users, dataset.n_items, pairs, features)


def tensors(dataset: Dataset) -> dict[str, torch.Tensor]:
    """Return modality -> features [n_items, d_m]."""
    return {m: torch.as_tensor(x) for m, x in dataset.features.items()}


@torch.no_grad()
def scores(model: Model, dataset: Dataset) -> dict[str, float]:
    """Return `valid_recall@20`, `test_recall@20`, ..."""
    embeddings, seen = model.embed(), dataset.pairs("train")
    return {
        f"{split}_{name}": value
        for split in ("valid", "test")
        for name, value in evaluate(embeddings, seen, dataset.pairs(split), (20,)).means.items()
    }


def asked_for(trial: Trial, only: Sequence[str] | None, models: Sequence[str] | None) -> bool:
    """Return whether a trial is to be trained; without a choice of changes or of models, all are."""
    return (not only or trial.change in only) and (not models or str(trial.method) in models)


def main(
    folder: DatasetPath,
    results: Annotated[Path | None, typer.Option(help="Where the winning settings are.")] = None,
    out: Annotated[Path | None, typer.Option(help="The CSV to write.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE beside every model's winner.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each.")] = 1,
    checkpoints: Annotated[
        Path | None, typer.Option(help="Take trained models from here, of seed 0, and train none.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Trainings to run, as 'random graph'; all by default.")] = None,
    models: Annotated[list[str] | None, typer.Option("--model", help="Models to train; all that were run.")] = None,
    related: Annotated[Path | None, typer.Option(help="A CSV of the shop's own links; see also_bought.")] = None,
    ids: Annotated[Path | None, typer.Option(help="A CSV: `item` in RELATED, and `asin` in the dataset.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="Of the CPU.")] = 1,
) -> None:
    """Run what is missing of the experiment on one data set."""
    torch.set_num_threads(threads)
    dataset, name = load(folder), folder.resolve().name
    results = results or RESULTS / f"{name}.csv"
    out = out or RESULTS / "learning" / f"{name}.csv"
    links = None if related is None else read_links(related, rows_of_items(dataset, ids))
    asked = trials(dataset, results, set_ or (), links)
    check_writable(out)
    for seed in range(seeds):
        for trial in tqdm(asked, desc=f"seed {seed}"):
            found = known(dataset, trial, seed, results)
            if found is not None and store.find(out, key(dataset, trial, seed, "training", trial.change)) is None:
                store.add(out, found)
            model = None if checkpoints is None or seed else shipped(dataset, trial, checkpoints)
            if model is None and (checkpoints is not None or not asked_for(trial, only, models)):
                continue
            for one in rows(dataset, trial, seed, out, model):
                store.add(out, one)


if __name__ == "__main__":
    typer.run(main)
