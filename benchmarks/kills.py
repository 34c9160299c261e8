"""Kill a training at random moments, again and again: what it leaves behind, and whether it ends as if never killed.

    python -m benchmarks.kills --kills 50 --seed 0

prints JSON. After every kill (SIGKILL) the checkpoint's folder is absent or whole, and `--resume` goes on where a state
is left; a training that comes to its end has the weights and losses, to the bit, of one that nobody killed.
"""

import argparse
import contextlib
import io
import json
import multiprocessing.process
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors.numpy import load_file

from benchmarks.fuzz import catalogue
from lattice.cli import main as command_line
from lattice.data import dataset as datasets
from lattice.recommender import Recommender

EPOCHS = 24
SETTINGS = {"epochs": EPOCHS, "patience": EPOCHS, "batch_size": 64, "k": 4, "transform_dim": 8, "dim": 16}


def run(kills: int, seed: int = 0) -> dict[str, Any]:
    """Kill trainings until there were so many kills and the last has ended; return the counts and what was wrong."""
    random, wrong = Random(seed), []
    counts = {"kills": 0, "while loading": 0, "in training": 0, "at the end": 0, "whole trainings": 0}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _child(_prepare, folder)
        began = time.monotonic()
        _child(_train, folder, "whole")
        seconds = time.monotonic() - began
        expected = _weights(folder / "whole")
        while True:
            killed = _train_for(folder, random.uniform(0, seconds) if counts["kills"] < kills else None)
            if killed:
                counts["kills"] += 1
                counts[_stage(folder)] += 1
            wrong += _faults(folder, expected, ended=not killed)
            if not killed:
                counts["whole trainings"] += 1
                if counts["kills"] == kills:
                    break
            if not killed or _stage(folder) == "at the end":  # it is there: begin another
                shutil.rmtree(folder / "killed", ignore_errors=True)
                shutil.rmtree(_state(folder), ignore_errors=True)
    return {"seed": seed, **counts, "seconds of one training": round(seconds, 2), "wrong": wrong}


def _prepare(folder: Path) -> None:
    datasets.save(catalogue(n_users=80, n_items=300), folder / "data")


def _train(folder: Path, name: str) -> None:
    """Train into `folder`/`name`, going on with a state if there is one; the exit code is the command line's."""
    settings = [text for key, value in SETTINGS.items() for text in ("--set", f"{key}={value}")]
    resume = ["--resume"] if _state(folder, name).exists() else []
    arguments = ["train", folder / "data", "--out", folder / name, "--device", "cpu", "--no-map", *settings, *resume]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        sys.exit(command_line([str(argument) for argument in arguments]))


def _started(work: Any, *arguments: Any) -> multiprocessing.process.BaseProcess:
    """Start a function in a process of its own, which shares what is imported."""
    process = multiprocessing.get_context("fork").Process(target=_on_one_thread, args=(work, *arguments))
    process.start()
    return process


def _on_one_thread(work: Any, *arguments: Any) -> None:
    """Run a function after a fork: the threads of this process's parent aren't there, and must not be waited for."""
    torch.set_num_threads(1)
    work(*arguments)


def _child(work: Any, *arguments: Any) -> None:
    """Run a function in a process of its own, and raise if it fails."""
    process = _started(work, *arguments)
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}")


def _train_for(folder: Path, seconds: float | None) -> bool:
    """Train for so long, None: to the end; return whether it was killed. RuntimeError where it failed by itself."""
    process = _started(_train, folder, "killed")
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"a training ended with {process.exitcode}")
    return process.exitcode != 0


def _state(folder: Path, name: str = "killed") -> Path:
    return folder / f".{name}.state"


def _stage(folder: Path) -> str:
    """Return how far a killed training has come, by what it left."""
    if (folder / "killed").exists():
        return "at the end"
    return "in training" if (_state(folder) / "state.safetensors").exists() else "while loading"


def _weights(folder: Path) -> dict[str, np.ndarray]:
    """Return what a training ends with: the best weights, and the loss of every epoch."""
    losses = pd.read_csv(folder / "history.csv")["loss"].to_numpy()
    return load_file(folder / "model.safetensors") | {"loss": losses}


def _faults(folder: Path, expected: dict[str, np.ndarray], ended: bool) -> list[str]:
    """Return what is wrong with the checkpoint: missing after the end, or not that of a training that nobody killed."""
    out = folder / "killed"
    if not out.exists():
        return ["a training that ended left no checkpoint"] if ended else []
    _child(Recommender.load, out)
    found = _weights(out)
    same = found.keys() == expected.keys() and all(np.array_equal(found[name], expected[name]) for name in expected)
    return [] if same else ["the weights are not those of a training that nobody killed"]


def main() -> int:
    """Run and print; the exit code is 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = run(options.kills, options.seed)
    print(json.dumps(found, indent=1))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
