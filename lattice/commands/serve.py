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
) -> None:
    """Answer GET /recommend, /similar and /explain and POST /fold-in as JSON; /docs describes them."""
    try:
        import uvicorn

        from lattice.serving import create_app
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} isn't installed; `pip install lattice-explorer[serve]` installs it") from None
    from lattice.recommender import Recommender

    app = create_app(Recommender.load(checkpoint, device, content_scores=content))
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)
