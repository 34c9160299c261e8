"""How much of a shop's own also-bought links LATTICE's item graphs recover: initial, and learned where it is trained.

    python -m benchmarks.also_bought DATASET RELATED.csv.gz [--ids ITEMS.csv] [--checkpoint FOLDER] [--out FILE.json]

RELATED has the columns item, relation, related_item; --ids maps its ids to the dataset's where they differ (columns
`item` and `asin`). The initial graphs need features alone; the learned ones a checkpoint of LATTICE on this dataset.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import torch
import typer

from lattice.checkpoint import load as load_checkpoint
from lattice.commands.shared import DatasetPath
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.errors import InputError
from lattice.experiments.related import read_links, recovered
from lattice.files import replaced_file
from lattice.graph import initial_graph
from lattice.models import ItemGraphModel


def rows_of_items(dataset: Dataset, ids: Path | None) -> dict[str, int]:
    """Return the row of each item by its id in the file of links."""
    rows = {str(item): row for row, item in enumerate(dataset.items["item"])}
    if ids is None:
        return rows
    try:
        names = pd.read_csv(ids, dtype=str, usecols=["item", "asin"])
    except (OSError, ValueError) as error:
        raise InputError(f"{ids}: no CSV with columns item and asin ({error}); check the file") from None
    return {item: rows[asin] for item, asin in zip(names["item"], names["asin"], strict=True) if asin in rows}


def measured(dataset: Dataset, links: Any, k: int, checkpoint: Path | None) -> dict[str, dict[str, float]]:
    """Return what each graph recovers of the links: "textual, initial" -> shares."""
    found = {
        f"{modality}, initial": recovered(initial_graph(torch.as_tensor(features), k), links)
        for modality, features in dataset.features.items()
    }
    if checkpoint is None:
        return found
    trained = load_checkpoint(checkpoint)
    if trained.dataset_fingerprint != dataset.fingerprint or not isinstance(trained.model, ItemGraphModel):
        raise InputError(f"{checkpoint} is no model with an item graph on {dataset.name}; train LATTICE on it")
    for modality, graphs in trained.model.graphs_with(k).items():
        found[f"{modality}, learned"] = recovered(graphs.learned, links)
    return found


def main(
    folder: DatasetPath,
    related: Annotated[Path, typer.Argument(help="The CSV of links.")],
    ids: Annotated[Path | None, typer.Option(help="A CSV: `item` in RELATED, and `asin` in DATASET.")] = None,
    relation: Annotated[str, typer.Option(help="Which links.")] = "also_bought",
    k: Annotated[int, typer.Option(min=2, help="Neighbours per item and graph, itself included.")] = 10,
    checkpoint: Annotated[Path | None, typer.Option(help="LATTICE, trained on DATASET.")] = None,
    out: Annotated[Path | None, typer.Option(help="The JSON file to write.")] = None,
) -> None:
    """Print, and write where asked, how much of the links each graph recovers."""
    dataset = load(folder)
    links = read_links(related, rows_of_items(dataset, ids), relation)
    found = {
        "dataset": dataset.name,
        "fingerprint": dataset.fingerprint,
        "relation": relation,
        "links": len(links),
        "items": dataset.n_items,
        "k": k,
        "graphs": measured(dataset, links, k, checkpoint),
    }
    text = json.dumps(found, indent=1)
    typer.echo(text)
    if out is not None:
        with replaced_file(out) as part:
            part.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
