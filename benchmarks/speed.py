"""Training speed and memory of LATTICE on LightGCN, on Amazon Baby's interactions with random features.

    python -m benchmarks.speed [--data ../shared/data/amazon-baby] [--epochs 3] [--threads 2]

4,096-d and 384-d features, batch 2,048, as the public peer was measured (25.6 s an epoch, 3.4 GB, 2 CPU cores).
Prints, and writes to benchmarks/results/speed.json: seconds an epoch (training alone; the first, which warms up, is
left out), peak memory of the process, hardware.
"""

import json
import os
import resource
import statistics
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer

from lattice.data.readers import read
from lattice.device import resolve_device
from lattice.models import LatticeOptions, build
from lattice.report import hardware
from lattice.training import TrainingOptions, train

RESULTS = Path(__file__).parent / "results" / "speed.json"


def main(
    data: Path = Path("../shared/data/amazon-baby"),
    epochs: Annotated[int, typer.Option(min=2)] = 4,
    threads: int = os.cpu_count() or 1,
    device: str = "auto",
    gradient: str = "first",
    out: Path = RESULTS,
) -> None:
    """Train a few epochs and say how long they took."""
    torch.set_num_threads(threads)
    place = resolve_device(device)
    dataset = read(data, "lattice-json")
    generator = np.random.default_rng(0)
    features = {
        name: torch.as_tensor(generator.standard_normal((dataset.n_items, d), dtype=np.float32), device=place)
        for name, d in (("visual", 4096), ("textual", 384))
    }
    pairs, valid = dataset.pairs("train"), dataset.pairs("valid")
    torch.manual_seed(0)
    options = LatticeOptions(gradient=gradient)
    model = build(options, dataset.n_users, dataset.n_items, torch.as_tensor(pairs, device=place), features).to(place)
    rows = train(model, pairs, valid, TrainingOptions(batch_size=2048, epochs=epochs)).history
    result = {
        "users": dataset.n_users,
        "items": dataset.n_items,
        "train_interactions": len(pairs),
        "gradient": gradient,
        "seconds_an_epoch": round(statistics.median(row["train_seconds"] for row in rows[1:]), 3),
        "seconds_of_validation": round(statistics.median(row["valid_seconds"] for row in rows[1:]), 3),
        "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "threads": threads,
        "hardware": hardware(place),
        "torch": torch.__version__,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(out.read_text()) if out.exists() else {}
    out.write_text(json.dumps({**known, f"{place.type}, gradient {gradient}": result}, indent=2) + "\n")
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    typer.run(main)
