"""Metrics of a training run (scores, hardware, time), and the model card made from them."""

import platform
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import torch

from lattice import __version__
from lattice.data.dataset import Dataset
from lattice.device import hardware
from lattice.models import Model, Options, model_name, options_to_dict
from lattice.training import Result, TrainingOptions
from lattice.training.one_process import OneProcess

KS = (10, 20)


def measure(
    model: Model,
    dataset: Dataset,
    training: TrainingOptions,
    result: Result,
    device: torch.device,
    processes: OneProcess,
) -> dict[str, Any]:
    """Return the content of metrics.json: full-ranking scores, learned values, time and hardware."""
    with torch.no_grad():
        embeddings = model.embed()
    train = dataset.pairs("train")
    return {
        **{split: processes.scores(embeddings, train, dataset.pairs(split), ks=KS) for split in ("valid", "test")},
        "learned": model.monitored(),
        "parameters": processes.parameters(model),
        "best_epoch": result.best_epoch,
        "epochs": len(result.history),
        "seconds": round(result.seconds, 2),
        "seed": training.seed,
        "hardware": hardware(device),
        "versions": {"lattice": __version__, "torch": torch.__version__, "python": platform.python_version()},
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def card(options: Options, training: TrainingOptions, dataset: Dataset, metrics: dict[str, Any]) -> str:
    """Return the model card as Markdown, from the same figures as metrics.json."""
    settings = _flat(options_to_dict(options)) | asdict(training)
    learned = ", ".join(f"{name} {value:.3f}" for name, value in metrics["learned"].items())
    return f"""# {model_name(options)} on {dataset.name}

- Data: {dataset.n_users:,} users, {dataset.n_items:,} items, {len(dataset.interactions):,} interactions
  (fingerprint {dataset.fingerprint})
- Trained on {metrics["hardware"]} in {metrics["seconds"]:.0f} s: {metrics["epochs"]} epochs; the weights are those of
  epoch {metrics["best_epoch"]}, chosen by validation Recall@20
- Seed {training.seed}, {metrics["parameters"]:,} parameters{f"; learned: {learned}" if learned else ""}
- Settings: {", ".join(f"{name} {value}" for name, value in settings.items())}

## Features

{_features(dataset)}

## Scores

Every item is ranked for every user; only training items are masked.

{_scores(metrics)}
"""


def _flat(options: dict[str, Any]) -> dict[str, Any]:
    """Return options with a backbone's merged in; its name becomes the value of `backbone`."""
    backbone = options.pop("backbone", None)
    return options | ({**backbone, "backbone": backbone["model"], "model": options["model"]} if backbone else {})


def _features(dataset: Dataset) -> str:
    lines = [
        f"- {modality}: {record.name}" + (f" (fingerprint {record.fingerprint})" if record.fingerprint else "")
        for modality, record in dataset.encoders.items()
    ]
    return "\n".join(lines) or "None."


def _scores(metrics: dict[str, Any]) -> str:
    spread = metrics.get("spread")
    if spread and len(spread["seeds"]) < 2:
        spread = None  # a single run has no deviation
    columns = ["validation", "test"] + ([f"test, {len(spread['seeds'])} seeds"] if spread else [])
    lines = ["| |" + "".join(f" {column} |" for column in columns), "|---|" + "---|" * len(columns)]
    for name, value in metrics["test"].items():
        cells = [f"{metrics['valid'][name]:.4f}", f"{value:.4f}"]
        if spread:  # of older runs, which may lack a metric
            mean, std = (spread[of].get(name) for of in ("mean", "std"))
            cells.append("–" if mean is None else f"{mean:.4f} ± {std:.4f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
