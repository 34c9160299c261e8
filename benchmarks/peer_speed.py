"""The public peer's epoch and validation pass beside ours, on Amazon Baby's interactions, measured in one run.

    git clone https://github.com/enoche/MMRec PEER
    python -m benchmarks.peer_speed PEER DATA [--threads 2]

DATA is as for `benchmarks.speed`. The peer (GPL-3) isn't part of this project, and its clone isn't changed. It asks for
a GPU, torchvision, lmdb and an old NumPy; while it runs, `Tensor.cuda` returns the tensor itself, `numpy.float` is
`float`, and empty modules stand in for the other two, which LATTICE doesn't use. Both programs get the same
interactions, random features of 4,096 and 384 numbers, batches of 2,048, k = 10 and λ = 0.9. Writes
benchmarks/results/peer_speed.json.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import numpy as np
import pandas as pd
import torch
import typer

from benchmarks.speed import CASES, THREADS, Threads, measure, peak_memory, run_apart
from benchmarks.speed_floor import clocked
from lattice.data.readers import read
from lattice.files import replaced_file

RESULTS = Path(__file__).parent / "results" / "peer_speed.json"
CPU = torch.device("cpu")


def main(
    peer: Annotated[Path, typer.Argument(metavar="PEER", help="A clone of MMRec.")],
    data: Annotated[Path, typer.Argument(metavar="DATA")],
    threads: Threads = THREADS,
    out: Path = RESULTS,
) -> None:
    """Measure both, and print how many times as long the peer takes."""
    with tempfile.TemporaryDirectory() as folder:
        write_for_peer(data / CASES["baby"].folder, Path(folder) / "baby")
        theirs = run_apart(measure_peer, peer.resolve() / "src", Path(folder), threads)
    ours = run_apart(measure, CASES["baby"], data, threads, "cpu", False)
    names = ("epoch", "epoch_busy", "evaluation", "evaluation_busy", "peak_memory_gb")
    result = {
        "ratios": {name: round(theirs[name] / ours[name], 1) for name in names},
        "peer": theirs,
        "ours": {name: ours[name] for name in names},
        "threads": threads,
        "hardware": ours["hardware"],
    }
    with replaced_file(out) as part:
        part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(result, indent=2))


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


def measure_peer(source: Path, folder: Path, threads: int) -> dict[str, Any]:
    """Return the peer's seconds for an epoch and for a validation pass."""
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
    model.pre_epoch_processing()
    epoch = clocked(lambda: trainer._train_epoch(batches, 0), CPU)
    evaluation = clocked(lambda: trainer.evaluate(held_out), CPU)
    return {
        "epoch": round(epoch[0], 2),
        "epoch_busy": round(epoch[1], 2),
        "evaluation": round(evaluation[0], 2),
        "evaluation_busy": round(evaluation[1], 2),
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
