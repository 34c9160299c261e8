"""Training speed and memory of LATTICE on LightGCN, on Amazon Baby's interactions with random features.

    python -m benchmarks.speed FOLDER [--epochs 4] [--threads 2]

FOLDER holds `5-core/{train,val,test}.json` as the LATTICE authors publish them.

4,096-d and 384-d features, batch 2,048, as the public peer was measured (results/peer.json).
Prints, and writes to benchmarks/results/speed.json: seconds per epoch (training alone; the first, which warms up, is
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

from benchmarks.grid import setup
from lattice.data.readers import read
from lattice.device import hardware, resolve_device
from lattice.experiments.methods import Method
from lattice.files import replaced_file
from lattice.models import build
from lattice.training import train

RESULTS = Path(__file__).parent / "results" / "speed.json"


def peak_memory(device: torch.device) -> int:
    """Return the most bytes ever held: on the GPU by tensors, on the CPU by the whole process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(
    data: Annotated[Path, typer.Argument(metavar="FOLDER")],
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
    options, training = setup(Method("lattice"), [f"gradient={gradient}", f"epochs={epochs}", "batch_size=2048"])
    model = build(options, dataset.n_users, dataset.n_items, torch.as_tensor(pairs, device=place), features)
    rows = train(model, pairs, valid, training).history
    result = {
        "users": dataset.n_users,
        "items": dataset.n_items,
        "train_interactions": len(pairs),
        "gradient": gradient,
        "seconds_an_epoch": round(statistics.median(row["train_seconds"] for row in rows[1:]), 3),
        "seconds_of_validation": round(statistics.median(row["valid_seconds"] for row in rows[1:]), 3),
        "peak_memory_gb": round(peak_memory(place) / 2**30, 2),
        "threads": threads,
        "hardware": hardware(place),
        "torch": torch.__version__,
    }
    known = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    with replaced_file(out) as part:
        part.write_text(
            json.dumps({**known, f"{place.type}, gradient {gradient}": result}, indent=2) + "\n", encoding="utf-8"
        )
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    typer.run(main)
