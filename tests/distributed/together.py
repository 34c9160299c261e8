"""Run by torchrun: trains models on a dataset as `lattice train` does, each into a folder named by its case."""

import sys
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist

from lattice import distributed
from lattice.data import Dataset, load
from lattice.errors import InputError
from tests.distributed.cases import CASES, REFUSED, Case


def run(data: Dataset, out: Path, case: Case) -> None:
    if case.stopped:
        shorter = replace(case, training=replace(case.training, epochs=case.training.epochs - 1), stopped=False)
        in_the_way = out.with_name(f".{out.name}.state") / "model.safetensors"
        if dist.get_rank() == 0:
            in_the_way.mkdir(parents=True)
        run(data, out, shorter)
        if dist.get_rank() == 0:
            in_the_way.rmdir()
    try:
        distributed.fit(data, case.options, case.training, out, case.stopped, progress=False, with_map=False)
    except InputError as error:  # in the first process; the others end with its exit code
        out.with_suffix(".txt").write_text(str(error))
    except SystemExit as stop:
        out.with_suffix(f".{dist.get_rank()}").write_text(str(stop.code))


if __name__ == "__main__":
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    dataset, out = sys.argv[1:]
    for name, case in {**CASES, **REFUSED}.items():
        run(load(Path(dataset), mapped=True), Path(out) / name, case)
    dist.destroy_process_group()
