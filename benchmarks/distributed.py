"""Memory of each process when 1, 2 or 4 of them train LATTICE on LightGCN, or FREEDOM, together, on this machine.

    python -m benchmarks.distributed measure [--users 300000] [--items 300000] [--pairs 600000]

Interactions, features and item graphs are drawn at random: neighbours are not searched, which takes the square of the
items in time but no more memory. Each process reads its rows of the features from a mapped file. Memory is the peak of
a process above what it held once PyTorch was loaded, over a few steps and the writing of the model's file. Then one
process and four train LATTICE again under a limit (RLIMIT_DATA, so far above the same) between what they took. Writes
benchmarks/results/distributed.json.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import torch.distributed as dist
import typer
from torch import Tensor

from lattice import models
from lattice.checkpoint import model_tensors
from lattice.device import hardware, resolve_device
from lattice.distributed import build as spread
from lattice.distributed.item_graph import ShardedPattern
from lattice.distributed.model_file import write_model
from lattice.distributed.sampler import ShardedSampler
from lattice.distributed.shards import Shards
from lattice.files import replaced_file, write_tensors
from lattice.graph import Graph, ModalityGraph, Pattern
from lattice.training import Sampler

RESULTS = Path(__file__).parent / "results" / "distributed.json"
PROCESSES = (1, 2, 4)
FEATURES, K, BATCH, STEPS = 64, 10, 2048, 3
MB = 2**20
# glibc would keep freed blocks of up to 32 MB for itself, so that tables of a smaller size would seem to take more.
SETTINGS = {"OMP_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": str(MB)}

app = typer.Typer(add_completion=False)


@app.command()
def measure(
    users: Annotated[int, typer.Option(min=1000)] = 300_000,
    items: Annotated[int, typer.Option(min=1000)] = 300_000,
    pairs: Annotated[int, typer.Option(min=1000)] = 600_000,
    out: Path = RESULTS,
) -> None:
    """Train with 1, 2 and 4 processes, then with 1 and 4 under a limit, and print the memory of each."""
    result: dict[str, Any] = {"users": users, "items": items, "pairs": pairs, "dim": 64, "k": K, "batch": BATCH}
    with tempfile.TemporaryDirectory() as folder:
        features = Path(folder) / "features.npy"
        np.save(features, np.random.default_rng(0).standard_normal((items, FEATURES), dtype=np.float32))
        sizes = [str(features), str(users), str(items), str(pairs)]
        found = {n: _run(n, sizes) for n in PROCESSES}
        freedom = {n: _run(n, [*sizes, "--model", "freedom"]) for n in PROCESSES}
        limit = (found[1]["peak_mb"] + found[4]["peak_mb"]) // 2
        held = {n: _run(n, [*sizes, "--limit", str(limit)]) for n in (1, 4)}
    result |= {
        "processes": found,
        "freedom": freedom,
        "limit_mb": limit,
        "under_the_limit": {n: bool(run) for n, run in held.items()},
    }
    result["hardware"] = hardware(resolve_device("cpu"))
    with replaced_file(out) as part:
        part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(result, indent=2))


def _run(n: int, arguments: list[str]) -> dict[str, Any]:
    """Return what the processes report: the largest of their memories; nothing where they ran out of it."""
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(n)]
    command = [*start, "-m", "benchmarks.distributed", "worker", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | SETTINGS)
    reports = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode and "memory" not in done.stderr.lower():
        raise RuntimeError(done.stderr)
    if done.returncode:
        return {}
    return {name: max(report[name] for report in reports) for name in reports[0]}


@app.command()
def worker(features: Path, users: int, items: int, pairs: int, model: str = "lattice", limit: int = 0) -> None:
    """Train a few steps as one of torchrun's processes, write the model's file, and print this process's memory."""
    dist.init_process_group("gloo")
    before = _peak()
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (_data() + limit * MB,) * 2)
    trained, sampler = _prepared(models.default_options(model), features, users, items, pairs)
    if trained.frozen:
        trained.refresh()  # which samples edges; LATTICE's would search neighbours
    optimizer = torch.optim.Adam(trained.parameters(), lr=1e-3, fused=True)
    used = 0.0
    for batch in islice(sampler.epoch(BATCH, torch.Generator().manual_seed(0)), STEPS):
        started = time.process_time()
        optimizer.zero_grad()
        trained.loss(*batch).backward()
        optimizer.step()
        used = time.process_time() - started
    del optimizer  # as a run has ended when its checkpoint is written
    trained.zero_grad()
    file = features.with_name("model.safetensors")
    if dist.get_world_size() == 1:
        write_tensors(model_tensors(trained), file)
    else:
        write_model(trained, Shards.of(items), file)
    report = {"peak_mb": (_peak() - before) // MB, "last_step_cpu_seconds": round(used, 2)}
    for rank in range(dist.get_world_size()):  # one line at a time
        dist.barrier()
        if rank == dist.get_rank():
            sys.stdout.write(json.dumps(report) + "\n")
            sys.stdout.flush()
    dist.destroy_process_group()


def _prepared(
    options: models.Options, features: Path, n_users: int, n_items: int, n_pairs: int
) -> tuple[models.ItemGraphModel, Sampler]:
    """Return a model with random item graphs and its sampler: whole ones where this process is alone."""
    generator = np.random.default_rng(0)
    drawn = np.stack([generator.integers(n_users, size=n_pairs), generator.integers(n_items, size=n_pairs)], axis=1)
    pairs = torch.as_tensor(np.unique(drawn, axis=0))
    users, items = Shards.of(n_users), Shards.of(n_items)
    matrix = np.load(features, mmap_mode="r")[items.held.start : items.held.stop]
    own = {"visual": torch.as_tensor(np.array(matrix))}
    if users.size == 1:
        whole = models.build(options, n_users, n_items, pairs, own)
        assert isinstance(whole, models.ItemGraphModel)
        whole.adopt({"visual": ModalityGraph(*(_random_graph(items, Pattern) for _ in range(2)))})
        return whole, Sampler.of(pairs, n_users)
    model = spread.build(options, users, items, pairs, own)
    assert isinstance(model, models.ItemGraphModel)
    spread.share_gradients(model)
    sharded = partial(ShardedPattern, items=items)
    model.adopt({"visual": ModalityGraph(*(_random_graph(items, sharded) for _ in range(2)))})
    return model, ShardedSampler.spread(pairs, users)


def _random_graph(items: Shards, pattern: Callable[[Tensor], Pattern]) -> Graph:
    indices = torch.randint(items.n, (len(items.held), K)).sort(dim=1).values
    return Graph(pattern(indices), torch.full(indices.shape, 1 / K))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _data() -> int:
    """Return the memory that RLIMIT_DATA counts, in bytes (Linux)."""
    fields = dict(line.split(":") for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(fields["VmData"].split()[0]) * 1024


if __name__ == "__main__":
    app()
