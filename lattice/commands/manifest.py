"""The command that writes a folder's manifest again."""

from pathlib import Path
from typing import Annotated

import typer

from lattice.commands.shared import Json, show


def manifest(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A checkpoint's or a dataset's folder.")],
    as_json: Json = False,
) -> None:
    """Write the manifest of a checkpoint or a dataset whose files you changed yourself, if they can all be read."""
    from lattice import checkpoint
    from lattice.data import dataset
    from lattice.untrusted import manifest as manifests

    if (folder / dataset.MARKER).exists():
        dataset.load(folder, verify=False)
    else:
        checkpoint.load(folder, verify=False)
    files = manifests.write(folder)
    show({"out": str(folder / manifests.NAME), "files": files}, as_json)
