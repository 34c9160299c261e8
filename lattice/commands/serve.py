"""The command that serves a checkpoint over HTTP."""

from typing import Annotated

import typer

from lattice.commands.shared import CheckpointPath, Device
from lattice.errors import InputError


def serve(
    checkpoint: CheckpointPath,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    content: Annotated[
        bool, typer.Option("--content", help="Add content scores, where the checkpoint is calibrated.")
    ] = False,
    device: Device = "auto",
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes, which share one copy of the vectors in memory.")
    ] = 1,
) -> None:
    """Answer GET /recommend, /similar and /explain and POST /fold-in as JSON; /docs describes them."""
    try:
        from lattice.serving.workers import serve as run
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} isn't installed; `pip install lattice-explorer[serve]` installs it") from None
    run(checkpoint, host, port, content, device, workers)
