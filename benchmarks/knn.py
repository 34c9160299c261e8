"""Neighbour search by each engine beside the bare matrix product that an exact search can't do without.

    python -m benchmarks.knn [--rows 20000] [--dim 384] [--threads 1] [--engine exact]

Points lie around 200 centres, as encoders place items of a kind near each other. Times are CPU seconds per thread
(`speed_floor.clocked`). With more than 20,000 rows the bare product is timed on 20,000 of them and scaled up.
Prints JSON and adds it to benchmarks/results/knn.json, in which other sizes stay.
"""

import json
from pathlib import Path
from typing import Annotated

import torch
import torch.nn.functional as F
import typer

from benchmarks.speed import store
from benchmarks.speed_floor import clocked
from lattice.device import hardware
from lattice.graph.engines import ENGINES, Found, search
from lattice.graph.top_k import product_blocks

RESULTS = Path(__file__).parent / "results" / "knn.json"
CPU = torch.device("cpu")
CENTRES = 200
PRODUCT_ROWS = 20_000  # of which the bare product is timed


def main(
    rows: Annotated[int, typer.Option(min=100)] = 20_000,
    dim: Annotated[int, typer.Option(min=1)] = 384,
    k: Annotated[int, typer.Option(min=1)] = 10,
    threads: Annotated[int, typer.Option(min=1, help="Of the CPU; usearch takes one.")] = 1,
    engine: Annotated[list[str] | None, typer.Option(help="One engine; may be given several times.")] = None,
    out: Path = RESULTS,
) -> None:
    """Time every engine that is installed, or the given ones."""
    torch.set_num_threads(threads)
    x = points(rows, dim)
    product = bare_product(F.normalize(x, dim=1))
    engines = {name: measured(x, k, name, product) for name in engine or ENGINES}
    sizes = {"dim": dim, "k": k, "threads": threads, "hardware": hardware(CPU)}
    timed = {"product_seconds": round(product, 2), "product_rows": min(rows, PRODUCT_ROWS)}
    result = {str(rows): {**sizes, **timed, "engines": engines}}
    store(out, {"rows": result})
    typer.echo(json.dumps(result, indent=2))


def bare_product(unit: torch.Tensor) -> float:
    """Return the seconds of unit @ unit.T, block by block and not kept; of many rows, from some of them."""
    part = unit[:PRODUCT_ROWS]
    return clocked(lambda: [None for _ in product_blocks(part, unit, 1024)], CPU)[1] * len(unit) / len(part)


def points(rows: int, dim: int) -> torch.Tensor:
    """Return points [rows, dim] around CENTRES centres, each time the same."""
    generator = torch.Generator().manual_seed(0)
    centres = torch.randn(CENTRES, dim, generator=generator)
    chosen = torch.randint(CENTRES, (rows,), generator=generator)
    return centres[chosen] + torch.randn(rows, dim, generator=generator)


def measured(x: torch.Tensor, k: int, engine: str, product: float) -> dict[str, float]:
    """Return an engine's seconds, how many times the bare product that is, and its recall."""
    kept: list[Found] = []
    seconds = clocked(lambda: kept.append(search(x, k, engine)), CPU)[1]
    recall = round(kept[0].recall, 4)
    return {"seconds": round(seconds, 2), "over_the_product": round(seconds / product, 2), "recall": recall}


if __name__ == "__main__":
    typer.run(main)
