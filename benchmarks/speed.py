"""Time and memory of LATTICE on LightGCN, beside a dense reference and what the hardware allows.

    python -m benchmarks.speed run DATA [--case baby] [--large] [--threads 2]
    python -m benchmarks.speed growth [--threads 2]

DATA is a folder with `amazon-baby`, `amazon-sports-lattice-split` and `amazon-clothing-lattice-split`, each as the
LATTICE authors publish it (`5-core/{train,val,test}.json`). Their interactions are real; features are random numbers of
the usual lengths, since time doesn't depend on their values.

Every case runs in a process of its own, so that its peak memory is its own. Times are by the clock and "busy"
(`speed_floor.clocked`); ratios are of busy seconds. Writes benchmarks/results/speed.json.
"""

import json
import multiprocessing
import os
import resource
import statistics
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer

from benchmarks import figures
from benchmarks.speed_dense import DenseLattice, evaluate_dense
from benchmarks.speed_floor import Size, clocked, floors, measured_rates
from lattice.data.readers import read
from lattice.device import hardware, resolve_device
from lattice.evaluation import evaluate
from lattice.files import replaced_file
from lattice.graph import Graph, ModalityGraph, Pattern, initial_graph
from lattice.memory import keep_freed_memory
from lattice.models import LatticeOptions, LightGCNOptions, build
from lattice.models.lattice import Lattice
from lattice.training.sampler import Sampler

RESULTS = Path(__file__).parent / "results" / "speed.json"
PICTURE = Path(__file__).parent / "figures" / "speed-growth.svg"
BATCH = 2048
THREADS = os.cpu_count() or 1
DENSE_LIMIT = 10_000  # items; above it an N × N matrix and its copies need more memory than most machines have


@dataclass(frozen=True)
class Case:
    """One size of data.

    Args:
        folder: of the real interactions inside DATA; empty for synthetic ones.
        users, items, pairs: of synthetic interactions, whose degrees are skewed as real ones are.
        feature_dims: lengths of the modalities' features.
        k: neighbours per item.
        dim: length of an embedding.
        search: whether the item graphs are searched; otherwise neighbours are drawn at random.
        steps: how many are timed.
    """

    folder: str = ""
    users: int = 0
    items: int = 0
    pairs: int = 0
    feature_dims: tuple[int, ...] = (4096, 384)
    k: int = 10
    dim: int = 64
    search: bool = True
    steps: int = 30


CASES = {
    "baby": Case("amazon-baby"),
    "sports": Case("amazon-sports-lattice-split"),
    "clothing": Case("amazon-clothing-lattice-split"),
    "electronics": Case("", 192_403, 63_001, 1_689_188, feature_dims=(128, 384), steps=10),
}
LARGE = {"million": Case("", 1_000_000, 1_000_000, 10_000_000, feature_dims=(32,), search=False, steps=3)}
POINT = Case("", 20_000, 10_000, 200_000, (64, 64), steps=5)
GROWTH = {
    "items": {n: replace(POINT, items=n) for n in (5_000, 10_000, 20_000)},
    "pairs": {n: replace(POINT, pairs=n) for n in (100_000, 300_000, 900_000)},
    "k": {k: replace(POINT, k=k) for k in (5, 10, 20)},
    "d": {d: replace(POINT, dim=d) for d in (32, 64, 128)},
}

app = typer.Typer(add_completion=False)
Threads = Annotated[int, typer.Option(min=1, help="Of the CPU.")]
Out = Annotated[Path, typer.Option(help="The result file.")]


@app.command()
def run(
    data: Annotated[Path, typer.Argument(metavar="DATA")],
    case: Annotated[list[str] | None, typer.Option(help="One case; may be given several times.")] = None,
    large: Annotated[bool, typer.Option("--large", help="Also 1 M items and 10 M pairs; needs 8 GB.")] = False,
    threads: Threads = THREADS,
    device: str = "auto",
    out: Out = RESULTS,
) -> None:
    """Time every size of data, the dense reference where it fits, and print ratios."""
    known = {**CASES, **(LARGE if large or case else {})}
    failed = 0
    for name in case or known:
        try:
            found = run_apart(measure, known[name], data, threads, device)
        except Exception as error:  # such as too little memory; the other cases are measured all the same
            failed += 1
            typer.echo(f"{name} failed ({type(error).__name__}: {error})", err=True)
            continue
        store(out, {"cases": {name: found}})
        typer.echo(f"{name}: {json.dumps(found['ratios'])}\n{json.dumps(found, indent=2)}")
    if failed:
        raise typer.Exit(1)


@app.command()
def growth(threads: Threads = THREADS, device: str = "auto", out: Out = RESULTS, picture: Path = PICTURE) -> None:
    """Time a step and the searches of an epoch as items, pairs, k and d grow, and draw it."""
    for axis, cases in GROWTH.items():
        points = {str(value): measure(case, Path(), threads, device, dense=False) for value, case in cases.items()}
        kept = {value: {name: point[name] for name in ("step_busy", "refresh_busy")} for value, point in points.items()}
        store(out, {"growth": {axis: kept}})
        typer.echo(f"{axis}: {json.dumps(kept)}")
    with replaced_file(picture) as part:
        part.write_text(figures.growth(json.loads(out.read_text(encoding="utf-8"))["growth"]), encoding="utf-8")


def run_apart(work: Callable[..., dict[str, Any]], *arguments: object) -> dict[str, Any]:
    """Run a function in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def store(out: Path, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Add results to the file; others in it stay."""
    known = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    for part, results in found.items():
        known[part] = {**known.get(part, {}), **results}
    with replaced_file(out) as part_file:
        part_file.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def measure(case: Case, data: Path, threads: int, device: str, dense: bool = True) -> dict[str, Any]:
    """Return seconds, memory, the least time and the dense reference's of one case."""
    keep_freed_memory()  # as `lattice train` does
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    place = resolve_device(device)
    n_users, n_items, pairs, valid = interactions(case, data)
    on_device = torch.as_tensor(pairs, device=place)
    features = {f"m{i}": torch.randn(n_items, d, device=place) for i, d in enumerate(case.feature_dims)}
    size = Size(n_users, n_items, len(pairs), case.feature_dims, case.dim, case.k)
    rates = measured_rates(place)
    options = LatticeOptions(backbone=LightGCNOptions(dim=case.dim), k=case.k, transform_dim=case.dim)
    model = build(options, n_users, n_items, on_device, features)
    assert isinstance(model, Lattice)
    found = {"graph": (0.0, 0.0), "refresh": (0.0, 0.0)}
    graphs = {m: _random_graph(n_items, case.k) for m in ([] if case.search else features)}
    if case.search:
        found["graph"] = clocked(
            lambda: graphs.update({m: initial_graph(x, case.k) for m, x in features.items()}), place
        )
    model.adopt({m: ModalityGraph(graph, graph) for m, graph in graphs.items()})
    if case.search:
        found["refresh"] = clocked(model.refresh, place)  # of the learned graphs alone
    steps = _steps(model, Sampler.of(on_device, n_users), case.steps, place)
    found |= {"step": (_median(steps, 0), _median(steps, 1)), "evaluation": (0.0, 0.0)}
    if len(valid):
        with torch.no_grad():
            found["evaluation"] = clocked(lambda: evaluate(model.embed(), pairs, valid, ks=(20,)), place)
    least, n_steps = floors(size, rates), -(-len(pairs) // BATCH)
    result = {
        **asdict(size),
        "steps_an_epoch": n_steps,
        **{name: round(wall, 5) for name, (wall, _) in found.items()},
        **{f"{name}_busy": round(cpu, 5) for name, (_, cpu) in found.items()},
        "epoch": round(n_steps * found["step"][0] + found["refresh"][0], 3),
        "epoch_busy": round(n_steps * found["step"][1] + found["refresh"][1], 3),
        "peak_memory_gb": round(peak_memory(place) / 2**30, 2),
        "floor": {name: round(value, 5) for name, value in least.items()},
        "rates": {name: round(value / 1e9, 2) for name, value in asdict(rates).items()},
        "threads": threads,
        "hardware": hardware(place),
        "torch": torch.__version__,
    }
    ratios = {f"{name} over its floor": found[name][1] / least[name] for name in least if found[name][1]}
    if dense and case.search and n_items <= DENSE_LIMIT:
        result["dense"] = dense_times(n_users, n_items, on_device, features, case.k, place)
        ratios |= {f"dense {name} over ours": result["dense"][name] / found[name][1] for name in result["dense"]}
    return {"ratios": {name: round(value, 2) for name, value in ratios.items()}, **result}


def dense_times(
    n_users: int, n_items: int, pairs: torch.Tensor, features: dict[str, torch.Tensor], k: int, place: torch.device
) -> dict[str, float]:
    """Return the dense reference's busy seconds for the graphs, a step and an evaluation."""
    model = DenseLattice(n_users, n_items, pairs, features)
    graph = clocked(lambda: model.build(k), place)[1]
    step = _median(_steps(model, Sampler.of(pairs, n_users), 5, place), 1)
    with torch.no_grad():
        evaluation = clocked(lambda: evaluate_dense(*model.embed(), pairs), place)[1]
    return {"graph": round(graph, 4), "step": round(step, 4), "evaluation": round(evaluation, 4)}


def interactions(case: Case, data: Path) -> tuple[int, int, np.ndarray, np.ndarray]:
    """Return users, items, training pairs [n, 2] and validation pairs [m, 2], real ones or drawn."""
    if case.folder:
        dataset = read(data / case.folder, "lattice-json")
        return dataset.n_users, dataset.n_items, dataset.pairs("train"), dataset.pairs("valid")
    generator = np.random.default_rng(0)
    users = (case.users * generator.random(case.pairs) ** 1.5).astype(np.int64)
    items = (case.items * generator.random(case.pairs) ** 2).astype(np.int64)
    pairs = np.unique(np.stack([users, items], axis=1), axis=0)
    if not case.search:
        return case.users, case.items, pairs, np.empty((0, 2), dtype=np.int64)
    held_out = generator.random(len(pairs)) < 0.1
    return case.users, case.items, pairs[~held_out], pairs[held_out]


def peak_memory(device: torch.device) -> int:
    """Return the most bytes ever held: on the GPU by tensors, on the CPU by the whole process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _steps(model: Lattice | DenseLattice, sampler: Sampler, n: int, place: torch.device) -> list[tuple[float, float]]:
    """Return (wall, busy) seconds of n training steps after the first two, which build what an epoch keeps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    generator = torch.Generator(place).manual_seed(0)
    batches = chain.from_iterable(sampler.epoch(BATCH, generator) for _ in count())

    def step(users: torch.Tensor, positives: torch.Tensor, negatives: torch.Tensor) -> None:
        optimizer.zero_grad()
        model.loss(users, positives, negatives).backward()
        optimizer.step()

    times = [clocked(partial(step, *batch), place) for batch in islice(batches, n + 2)]
    return times[2:]


def _median(times: list[tuple[float, float]], which: int) -> float:
    return statistics.median(pair[which] for pair in times)


def _random_graph(n: int, k: int) -> Graph:
    """Return a graph of n items with k neighbours each, drawn at random, in equal weights."""
    indices = torch.randint(n, (n, k)).sort(dim=1).values
    return Graph(Pattern(indices), torch.full((n, k), 1 / k))


if __name__ == "__main__":
    app()
