"""The public peer's epoch and validation pass beside ours, on Amazon Baby's interactions, measured in one run.

    git clone https://github.com/enoche/MMRec PEER
    python -m benchmarks.peer_speed PEER DATA [--threads 2] [--repeats 5] [--passes 2]

DATA is as for `benchmarks.speed`. The peer (GPL-3) isn't part of this project, and its clone isn't changed. It asks for
a GPU, torchvision, lmdb and an old NumPy; while it runs, `Tensor.cuda` returns the tensor itself, `numpy.float` is
`float`, and empty modules stand in for the other two, which LATTICE doesn't use. Both programs get the same
interactions, random features of 4,096 and 384 numbers, batches of 2,048, k = 10 and λ = 0.9. Each trains
`--repeats` whole epochs. Ours validates after each; the peer `--passes` times, as a pass takes it longer than an epoch.
Ratios are of medians. Writes benchmarks/results/peer_speed.json.
"""

import importlib
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import numpy as np
import pandas as pd
import torch
import typer

from benchmarks.speed import CASES, THREADS, Threads, peak_memory, run_apart
from benchmarks.speed_floor import clocked
from benchmarks.whole_training import OPTIONS, TRAINING, with_random_features
from lattice.data.readers import read
from lattice.device import hardware
from lattice.files import replaced_file
from lattice.memory import keep_freed_memory
from lattice.models import build
from lattice.training import train

RESULTS = Path(__file__).parent / "results" / "peer_speed.json"
CPU = torch.device("cpu")
TIMES = ("epoch", "evaluation")


def main(
    peer: Annotated[Path, typer.Argument(metavar="PEER", help="A clone of MMRec.")],
    data: Annotated[Path, typer.Argument(metavar="DATA")],
    threads: Threads = THREADS,
    repeats: Annotated[int, typer.Option(min=1, help="Epochs that each program trains.")] = 5,
    passes: Annotated[int, typer.Option(min=1, help="Validation passes of the peer.")] = 2,
    out: Path = RESULTS,
) -> None:
    """Measure both, and print how many times as long the peer takes."""
    source = data / CASES["baby"].folder
    with tempfile.TemporaryDirectory() as folder:
        write_for_peer(source, Path(folder) / "baby")
        theirs = run_apart(measure_peer, peer.resolve() / "src", Path(folder), threads, repeats, passes)
    ours = run_apart(measure_ours, source, threads, repeats)
    result = {
        "ratios": ratios(theirs, ours),
        "peer": theirs,
        "ours": ours,
        "threads": threads,
        "hardware": hardware(CPU),
    }
    with replaced_file(out) as part:
        part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(result, indent=2))


def ratios(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, float]:
    """Return how many times as long the peer takes, by medians, and how many times the memory."""
    found = {name: statistics.median(theirs[name]) / statistics.median(ours[name]) for name in TIMES}
    found["peak_memory_gb"] = theirs["peak_memory_gb"] / ours["peak_memory_gb"]
    return {name: round(value, 1) for name, value in found.items()}


def measure_ours(source: Path, threads: int, repeats: int) -> dict[str, Any]:
    """Return our seconds of each epoch and of each validation pass, as training's history has them."""
    keep_freed_memory()  # as `lattice train` does
    torch.set_num_threads(threads)
    dataset = with_random_features(read(source, "lattice-json"), CASES["baby"].feature_dims)
    pairs, features = dataset.pairs("train"), {m: torch.as_tensor(x) for m, x in dataset.features.items()}
    model = build(OPTIONS, dataset.n_users, dataset.n_items, torch.as_tensor(pairs), features)
    options = replace(TRAINING, epochs=repeats, device="cpu")
    history = train(model, pairs, dataset.pairs("valid"), options, progress=False).history
    return {
        "epoch": [round(row["train_seconds"], 3) for row in history],
        "evaluation": [round(row["valid_seconds"], 3) for row in history],
        "peak_memory_gb": round(peak_memory(CPU) / 2**30, 2),
    }


def write_for_peer(source: Path, folder: Path) -> None:
    """Write the interactions and random features as the peer reads them."""
    dataset = read(source, "lattice-json")
    folder.mkdir()
    splits = [pd.DataFrame(dataset.pairs(split), columns=["userID", "itemID"]) for split in ("train", "valid", "test")]
    table = pd.concat([part.assign(x_label=label) for label, part in enumerate(splits)])
    table.to_csv(folder / "baby.inter", sep="\t", index=False)
    generator = np.random.default_rng(0)
    for name, d in (("image_feat", 4096), ("text_feat", 384)):
        np.save(folder / f"{name}.npy", generator.standard_normal((dataset.n_items, d), dtype=np.float32))


def measure_peer(source: Path, folder: Path, threads: int, repeats: int, passes: int) -> dict[str, Any]:
    """Return the peer's seconds of each epoch and of each validation pass."""
    torch.set_num_threads(threads)
    _stand_in()
    sys.path.insert(0, str(source))
    os.chdir(source)  # it reads its configuration from there
    settings = {"data_path": f"{folder}/", "use_gpu": False, "reg_weight": 1e-4, "learning_rate": 1e-3, "seed": 999}
    config = importlib.import_module("utils.configurator").Config("LATTICE", "baby", settings, False)
    train, valid, _ = importlib.import_module("utils.dataset").RecDataset(config).split()
    loaders = importlib.import_module("utils.dataloader")
    for part in (train, valid):
        str(part)  # counts what the loaders ask for
    batches = loaders.TrainDataLoader(config, train, batch_size=config["train_batch_size"], shuffle=True)
    held_out = loaders.EvalDataLoader(config, valid, additional_dataset=train, batch_size=config["eval_batch_size"])
    tools = importlib.import_module("utils.utils")
    tools.init_seed(999)
    batches.pretrain_setup()
    model = tools.get_model("LATTICE")(config, batches)
    trainer = tools.get_trainer()(config, model, False)

    def epoch() -> None:
        model.pre_epoch_processing()
        trainer._train_epoch(batches, 0)

    epochs = [clocked(epoch, CPU)[0] for _ in range(repeats)]
    evaluations = [clocked(lambda: trainer.evaluate(held_out), CPU)[0] for _ in range(passes)]
    return {
        "epoch": [round(seconds, 2) for seconds in epochs],
        "evaluation": [round(seconds, 2) for seconds in evaluations],
        "peak_memory_gb": round(peak_memory(CPU) / 2**30, 2),
    }


def _stand_in() -> None:
    """Let the peer run here: see the top of this file."""
    setattr(torch.Tensor, "cuda", lambda tensor: tensor)  # noqa: B010 - mypy knows another type
    vars(np)["float"] = float
    pictures = ModuleType("utils.data_utils")
    for name in ("ImageResize", "ImagePad", "image_to_tensor", "load_decompress_img_from_lmdb_value"):
        setattr(pictures, name, None)
    sys.modules["lmdb"], sys.modules["utils.data_utils"] = ModuleType("lmdb"), pictures


if __name__ == "__main__":
    typer.run(main)
