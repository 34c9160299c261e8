"""The server's processes: one, or several that listen on one socket and read their lists from one file in memory."""

import os
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from lattice.device import resolve_device
from lattice.inference.ranker import Ranker
from lattice.recommender import Recommender
from lattice.serving.app import create_app
from lattice.serving.measured import SHARED

VECTORS = "vectors.safetensors"
LONGEST_START = 600  # seconds without an answer after which a worker is replaced: a large checkpoint takes long to load


def serve(checkpoint: Path, host: str, port: int, content: bool, device: str, workers: int) -> None:
    """Serve a checkpoint until the process is told to stop.

    workers: processes. Vectors are computed once and written to a temporary file that all of them map into memory; so
    is the checkpoint's file. Ids and titles are each one's own.
    """
    recommender = Recommender.load(checkpoint, device, content_scores=content)
    options: dict[str, Any] = {"host": host, "port": port, "log_level": "warning", "access_log": False}
    if workers == 1:
        uvicorn.run(create_app(recommender), **options)
        return
    with TemporaryDirectory(prefix="lattice-serve-") as folder:
        recommender.ranker.save(Path(folder) / VECTORS)
        del recommender
        os.environ[SHARED] = folder
        application = partial(_application, checkpoint, content, device, Path(folder))
        config = uvicorn.Config(
            application, factory=True, workers=workers, timeout_worker_healthcheck=LONGEST_START, **options
        )
        Multiprocess(config, sockets=[config.bind_socket()]).run()


def _application(checkpoint: Path, content: bool, device: str, folder: Path) -> FastAPI:
    """Return one worker's application."""
    recommender = Recommender.load(checkpoint, device, content_scores=content)
    trained, place = recommender.trained, str(resolve_device(device))
    return create_app(recommender, Ranker.mapped(folder / VECTORS, trained.users, trained.items, place))
