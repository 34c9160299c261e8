"""The command that writes trained models as a static site."""

from pathlib import Path
from typing import Annotated

import typer

from lattice.commands.shared import Json, show


def export_app(
    checkpoints: Annotated[
        list[Path], typer.Argument(metavar="CHECKPOINT...", help="Checkpoints, of one or more datasets.")
    ],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    content: Annotated[bool, typer.Option(help="Content scores, where a checkpoint is calibrated.")] = True,
    pictures: Annotated[bool, typer.Option(help="The items' pictures.")] = True,
    newcomers: Annotated[bool, typer.Option(help="The dataset's example newcomers, which need its encoders.")] = True,
    as_json: Json = False,
) -> None:
    """Write checkpoints as a static site: a folder that any web host serves, or a browser opens from disk."""
    from lattice.export_app import ExportOptions, export_app

    export_app(checkpoints, out, ExportOptions(content, pictures, newcomers))
    written = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in written)
    show({"open": str(out / "index.html"), "files": len(written), "bytes": size}, as_json)
