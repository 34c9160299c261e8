"""Commands on a checkpoint's folder as a whole: pack and slim."""

from pathlib import Path
from typing import Annotated

import typer

from lattice.commands.shared import CheckpointPath, Json, show


def pack(
    checkpoint: CheckpointPath,
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    as_json: Json = False,
) -> None:
    """Write a checkpoint and its dataset into one folder that needs nothing else, to send or to move."""
    from lattice.packing import pack

    pack(checkpoint, out)
    show({"out": str(out), **_sizes(out)}, as_json)


def slim(checkpoint: CheckpointPath, as_json: Json = False) -> None:
    """Leave out of a checkpoint what its dataset's folder holds, so that several models share it."""
    from lattice.packing import slim

    before = _sizes(checkpoint)["bytes"]
    slim(checkpoint)
    show({"out": str(checkpoint), **_sizes(checkpoint), "before": before}, as_json)


def _sizes(folder: Path) -> dict[str, int]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {"files": len(files), "bytes": sum(path.stat().st_size for path in files)}
