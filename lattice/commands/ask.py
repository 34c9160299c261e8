"""Commands that ask a checkpoint: recommend, similar, fold-in."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.commands.shared import CheckpointPath, Json, show
from lattice.errors import InputError
from lattice.memory import without_collector


def recommend(
    checkpoint: CheckpointPath,
    user: Annotated[list[str], typer.Option(help="Raw user id; may be given several times.")],
    k: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    explain: Annotated[bool, typer.Option("--explain", help="Split every score into its parts.")] = False,
    content: Annotated[
        bool, typer.Option("--content", help="Add content scores, where the checkpoint is calibrated.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the best items for a user, and why."""
    recommender = _recommender(checkpoint, content)
    lists: list[dict[str, Any]] = []
    for one in user:
        ids, scores = recommender.recommend(one, k)
        rows: list[dict[str, Any]] = [
            _item(recommender, raw) | {"score": round(float(s), 6)} for raw, s in zip(ids, scores, strict=True)
        ]
        if explain:
            rows = [row | _explained(recommender, one, row["item"]) for row in rows]
        lists.append({"user": one, "items": rows})
    if as_json:
        show({"checkpoint": str(checkpoint), "lists": lists}, True)
        return
    for found in lists:
        typer.echo(f"user {found['user']}")
        if not found["items"]:
            typer.echo("nothing is left to recommend: this user has every item already")
        for place, row in enumerate(found["items"], start=1):
            typer.echo(f"{place:3d}  {row['score']:8.4f}  {row['item']}  {row['title']}")
            if explain:
                names = {"collaborative": "collaborative", "item_graph": "item graph", "content": "content"}
                parts = ", ".join(f"{said} {row[name]:+.4f}" for name, said in names.items() if name in row)
                typer.echo(f"     {parts}")
                for part in row["contributions"][:3]:
                    typer.echo(f"       {part['value']:+.4f}  {part['item']} ({part['modality']}, {part['layer']})")


def similar(
    checkpoint: CheckpointPath,
    item: Annotated[str, typer.Option(help="Raw item id.")],
    modality: Annotated[str | None, typer.Option(help="A modality, fused, or collaborative.")] = None,
    k: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    as_json: Json = False,
) -> None:
    """Print an item's neighbours in the item graph."""
    recommender = _recommender(checkpoint)
    ids, weights = recommender.similar(item, k, modality)
    rows = [_item(recommender, raw) | {"weight": round(float(w), 6)} for raw, w in zip(ids, weights, strict=True)]
    if as_json:
        show({"item": item, "modality": modality, "neighbours": rows}, True)
        return
    for row in rows:
        typer.echo(f"{row['weight']:8.4f}  {row['item']}  {row['title']}")


def fold_in(
    checkpoint: CheckpointPath,
    image: Annotated[Path | None, typer.Option(help="A picture: PNG, JPEG or WEBP.")] = None,
    text: Annotated[str | None, typer.Option(help="The item in words.")] = None,
    k: Annotated[int, typer.Option(min=1, help="How many neighbours and users to print.")] = 10,
    completion: Annotated[str | None, typer.Option(help="none, neighbours or both; both with --exposure.")] = None,
    exposure: Annotated[
        float | None, typer.Option(help="How much of the others' recall new items may cost, e.g. 0.05.")
    ] = None,
    allow_download: Annotated[
        bool, typer.Option("--allow-download", help="Fetch the encoder that the checkpoint names, if it isn't here.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Place an item that nobody has bought: its neighbours, and who would get it."""
    if text is not None and not text.strip():
        raise InputError("--text is empty; give a few words of the item, or leave it out")
    if image is None and text is None:
        raise InputError("nothing to fold in: give --image FILE, --text STRING, or both")
    from lattice.inference.completion import parse_completion

    recommender = _recommender(checkpoint, content=exposure is not None)
    form = None if completion is None else parse_completion(completion)
    placed = recommender.fold_in(image, text, None, form, exposure, allow_download)
    edges = placed.edges.groupby("item", sort=False)["weight"].sum().nlargest(k)
    neighbours = [_item(recommender, raw) | {"weight": round(float(w), 6)} for raw, w in edges.items()]
    users = placed.users.head(k).astype({"score": float}).round({"score": 6}).to_dict("records")
    if as_json:
        show({"alpha": placed.alpha, "neighbours": neighbours, "users": users}, True)
        return
    typer.echo("neighbours")
    for row in neighbours:
        typer.echo(f"{row['weight']:8.4f}  {row['item']}  {row['title']}")
    typer.echo("users who would get it (rank in their list)")
    for row in users:
        typer.echo(f"{row['rank']:8d}  {row['user']}")


def _recommender(checkpoint: Path, content: bool = False) -> Any:
    with without_collector():
        from lattice.recommender import Recommender

        return Recommender.load(checkpoint, content_scores=content)


def _item(recommender: Any, raw: str) -> dict[str, Any]:
    return {"item": raw, "title": recommender.title(raw)}


def _explained(recommender: Any, user: str, item: str) -> dict[str, Any]:
    explanation = recommender.explain(user, item)
    parts = explanation.contributions.round({"weight": 6, "value": 6}).to_dict("records")
    return {
        "collaborative": round(explanation.collaborative_score, 6),
        "item_graph": round(explanation.item_graph_score, 6),
        **({"content": round(explanation.content_score, 6)} if len(explanation.content) else {}),
        "contributions": parts,
    }
