"""Thousands of damaged pictures, checkpoints, datasets and tables: each is refused in one line, or read right.

    python -m benchmarks.fuzz checkpoints --cases 5000 --seed 0

prints JSON: how many were refused, read as before, or read though changed under a manifest made for the change; and
every case that broke the rule, with its seed. `--first SEED --cases 1` runs one case again.
"""

import argparse
import contextlib
import io
import json
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import torch
from PIL import Image

from benchmarks.mutations import bytes_changed, folder_changed
from lattice.cli import main as command_line
from lattice.data import PRECOMPUTED, Dataset
from lattice.data import dataset as datasets
from lattice.data.picture import open_picture
from lattice.errors import InputError
from lattice.models import LatticeOptions, NGCFOptions, Options
from lattice.pipeline import fit
from lattice.recommender import Recommender
from lattice.training import TrainingOptions
from lattice.untrusted import manifest

MOST_SECONDS = 60  # of one case; after that it counts as hung
MOST_LINE = 2_000  # characters of a refusal
Case = Callable[[Random], str]  # does one harm; returns what became of it


class Broken(Exception):
    """A case that was neither refused in one line nor read right."""


def run(target: str, cases: int, first: int = 0, seconds: float = float("inf")) -> dict[str, Any]:
    """Run cases with the seeds first, first + 1, ...; return counts, the slowest, and those that broke the rule."""
    outcomes: Counter[str] = Counter()
    broken, slowest, started = [], (0.0, first), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, TARGETS[target](Path(folder)) as case:
        for seed in range(first, first + cases):
            if time.monotonic() - started > seconds:
                break
            begun = time.monotonic()
            try:
                outcomes[_outcome(case, Random(seed))] += 1
            except Broken as problem:
                broken.append({"seed": seed, "problem": str(problem)[:300]})
            slowest = max(slowest, (time.monotonic() - begun, seed))
    return {
        "target": target,
        "cases": outcomes.total() + len(broken),
        "first": first,
        **dict(sorted(outcomes.items())),
        "broken": broken,
        "slowest": {"seconds": round(slowest[0], 2), "seed": slowest[1]},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _outcome(case: Case, random: Random) -> str:
    signal.signal(signal.SIGALRM, _hung)
    signal.alarm(MOST_SECONDS)
    try:
        return case(random)
    except InputError as refusal:
        if "\n" in str(refusal) or len(str(refusal)) > MOST_LINE:
            raise Broken(f"refused, but not in one line: {refusal}") from None
        return "refused"
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"{error.__class__.__name__}: {error}") from error
    finally:
        signal.alarm(0)


def _hung(*_: object) -> None:
    raise Broken(f"not done after {MOST_SECONDS} seconds")


# --- what is damaged --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _pictures(folder: Path) -> Iterator[Case]:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    seeds = []
    for kind in ("PNG", "JPEG", "WEBP"):
        for mode in ("RGB", "L"):
            buffer = io.BytesIO()
            Image.fromarray(pixels).convert(mode).save(buffer, kind)
            seeds.append(buffer.getvalue())

    def case(random: Random) -> str:
        picture = open_picture(bytes_changed(random.choice(seeds), random))
        if picture.mode != "RGB":
            raise Broken(f"a picture came out as {picture.mode}")
        return "read"

    yield case


@contextlib.contextmanager
def _checkpoints(folder: Path) -> Iterator[Case]:
    models: dict[str, Options] = {
        "lattice": LatticeOptions(k=4, transform_dim=5),
        "ngcf": NGCFOptions(dim=8),
    }
    whole = {}
    for name, options in models.items():
        training = TrainingOptions(epochs=1, batch_size=64, device="cpu")
        with contextlib.redirect_stderr(io.StringIO()):
            fit(catalogue(), options, training, folder / name, progress=False)
        whole[name] = _scores(folder / name)

    def case(random: Random) -> str:
        name = random.choice(sorted(models))
        copy, sealed = _copied(folder / name, random)
        scores = _scores(copy)
        if not torch.isfinite(scores).all():
            raise Broken("its scores are not finite")
        if sealed or torch.equal(scores, whole[name]):
            return "read under a new manifest" if sealed else "read as before"
        raise Broken("it answers otherwise than before, without a word")

    yield case


def _scores(folder: Path) -> torch.Tensor:
    users, items = Recommender.load(folder).embeddings
    return users @ items.T


@contextlib.contextmanager
def _datasets(folder: Path) -> Iterator[Case]:
    datasets.save(catalogue(), folder / "whole")
    whole = datasets.load(folder / "whole")

    def case(random: Random) -> str:
        copy, sealed = _copied(folder / "whole", random)
        found = datasets.load(copy)
        if sealed:
            return "read under a new manifest"
        if found.fingerprint == whole.fingerprint and found.items.equals(whole.items):
            return "read as before"
        raise Broken("it is another dataset than before, without a word")

    yield case


def _copied(whole: Path, random: Random) -> tuple[Path, bool]:
    """Return a damaged copy of a folder, and whether its manifest was rewritten to match, as by an attacker."""
    copy = whole.parent / "copy" / whole.name
    shutil.rmtree(copy.parent, ignore_errors=True)
    shutil.copytree(whole, copy)
    folder_changed(copy, random)
    sealed = random.random() < 0.5
    if sealed:
        manifest.write(copy)
    return copy, sealed


@contextlib.contextmanager
def _tables(folder: Path) -> Iterator[Case]:
    whole = catalogue()
    (folder / "whole").mkdir()
    whole.items.to_csv(folder / "whole" / "items.csv", index=False)
    whole.interactions.to_csv(folder / "whole" / "interactions.csv", index=False)

    def case(random: Random) -> str:
        copy = folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder / "whole", copy)
        path = copy / random.choice(("items.csv", "interactions.csv"))
        path.write_bytes(bytes_changed(path.read_bytes(), random))
        said = io.StringIO()
        arguments = ["prepare", str(copy), "--format", "table", "--out", str(folder / "out"), "--text-encoder", "none"]
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            code = command_line(arguments)
        if code not in (0, 2) or (code == 2 and "error: " not in said.getvalue()):
            raise Broken(f"exit code {code}: {said.getvalue()[-200:]}")
        return "refused" if code else "read"

    yield case


def catalogue(n_users: int = 20, n_items: int = 24) -> Dataset:
    """Return a dataset of random interactions, 8 per user, and random features."""
    random = np.random.default_rng(0)
    pairs = [(user, item) for user in range(n_users) for item in random.choice(n_items, 8, replace=False)]
    splits = ["train"] * 6 + ["valid", "test"]
    return Dataset(
        name="fuzz",
        items=pd.DataFrame({"item": [f"i{i}" for i in range(n_items)], "title": [f"Item {i}" for i in range(n_items)]}),
        interactions=pd.DataFrame(
            {
                "user": [f"u{user}" for user, _ in pairs],
                "item": [f"i{item}" for _, item in pairs],
                "split": splits * n_users,
            }
        ),
        features={m: random.normal(size=(n_items, 6)).astype(np.float32) for m in ("textual", "visual")},
        encoders=dict.fromkeys(("textual", "visual"), PRECOMPUTED),
    )


TARGETS: dict[str, Callable[[Path], contextlib.AbstractContextManager[Case]]] = {
    "pictures": _pictures,
    "checkpoints": _checkpoints,
    "datasets": _datasets,
    "tables": _tables,
}


def main() -> int:
    """Run one target; the exit code is 1 where a case broke the rule."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="seed of the first case")
    parser.add_argument("--seconds", type=float, default=600, help="stop after so many")
    options = parser.parse_args()
    found = run(options.target, options.cases, options.first, options.seconds)
    print(json.dumps(found, indent=2))
    return 1 if found["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
