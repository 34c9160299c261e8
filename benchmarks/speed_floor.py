"""What the hardware allows: measured rates, and the least time for a step, a graph and an evaluation."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

FLOAT = 4  # bytes


@dataclass(frozen=True)
class Rates:
    """Measured rates of this machine.

    Args:
        bytes_per_second: read and written by a copy far larger than the caches.
        flops_per_second: of a float32 product of square matrices.
    """

    bytes_per_second: float
    flops_per_second: float


@dataclass(frozen=True)
class Size:
    """What the least time depends on: users, items, training pairs, and the lengths of the modalities' features."""

    users: int
    items: int
    pairs: int
    feature_dims: tuple[int, ...]
    dim: int = 64
    k: int = 10
    layers: int = 2


def measured_rates(device: torch.device, repeats: int = 7) -> Rates:
    """Measure copying 256 MB and multiplying 2,048 × 2,048 matrices; the best of some repeats."""
    x = torch.ones(64 * 2**20, device=device)
    y = torch.empty_like(x)
    square = torch.ones(2048, 2048, device=device)
    copy = min(clocked(lambda: y.copy_(x), device)[1] for _ in range(repeats))
    product = min(clocked(lambda: square @ square, device)[1] for _ in range(repeats))
    return Rates(2 * x.numel() * FLOAT / copy, 2 * 2048**3 / product)


def clocked(work: Callable[[], object], device: torch.device) -> tuple[float, float]:
    """Return some work's seconds by the clock, and busy seconds: on the CPU user and system time per thread.

    On an idle machine both are alike; where other programs run, busy seconds come closer to what an idle one takes.
    """
    started, used = time.perf_counter(), time.process_time()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    wall = time.perf_counter() - started
    return wall, wall if device.type == "cuda" else (time.process_time() - used) / torch.get_num_threads()


def floors(size: Size, rates: Rates) -> dict[str, float]:
    """Return the least seconds of a step, of the initial graphs and of an evaluation, each tensor moved once."""
    nodes = (size.users + size.items) * size.dim * FLOAT  # bytes of all embeddings
    adam = 7 * nodes  # reads weight, gradient and both moments; writes weight and moments
    # Forward and backward, each layer reads and writes all embeddings, and both matrices (a number and a value).
    light = 2 * size.layers * (2 * nodes + 2 * size.pairs * 2 * FLOAT)
    edges = len(size.feature_dims) * 2 * size.k * size.items * 2 * FLOAT  # initial and learned
    items = size.items * size.dim * FLOAT
    moved = adam + light + 2 * edges + 4 * items
    graph = 2 * size.items**2 * sum(size.feature_dims)
    ranking = 2 * size.users * size.items * size.dim
    return {
        "step": moved / rates.bytes_per_second,
        "graph": graph / rates.flops_per_second,
        "evaluation": ranking / rates.flops_per_second,
    }
