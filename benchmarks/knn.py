"""Neighbour search by each engine beside the bare matrix product that an exact search can't do without.

    python -m benchmarks.knn [--rows 20000] [--dim 384] [--threads 1]

Points lie around 200 centres, as encoders place items of a kind near each other. Times are CPU seconds per thread
(`speed_floor.clocked`). Prints JSON and writes benchmarks/results/knn.json.
"""

import json
from pathlib import Path
from typing import Annotated

import torch
import torch.nn.functional as F
import typer

from benchmarks.speed_floor import clocked
from lattice.device import hardware
from lattice.files import replaced_file
from lattice.graph.engines import ENGINES, Found, search
from lattice.graph.top_k import product_blocks

RESULTS = Path(__file__).parent / "results" / "knn.json"
CPU = torch.device("cpu")
CENTRES = 200


def main(
    rows: Annotated[int, typer.Option(min=100)] = 20_000,
    dim: Annotated[int, typer.Option(min=1)] = 384,
    k: Annotated[int, typer.Option(min=1)] = 10,
    threads: Annotated[int, typer.Option(min=1, help="Of the CPU; usearch takes one.")] = 1,
    out: Path = RESULTS,
) -> None:
    """Time every engine that is installed."""
    torch.set_num_threads(threads)
    x = points(rows, dim)
    unit = F.normalize(x, dim=1)
    product = clocked(lambda: [None for _ in product_blocks(unit, unit, 1024)], CPU)[1]
    engines = {name: measured(x, k, name, product) for name in ENGINES}
    sizes = {"rows": rows, "dim": dim, "k": k, "threads": threads, "hardware": hardware(CPU)}
    result = {**sizes, "product_seconds": round(product, 2), "engines": engines}
    with replaced_file(out) as part:
        part.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    typer.echo(json.dumps(result, indent=2))


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
