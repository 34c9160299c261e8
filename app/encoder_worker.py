"""The process that encodes uploads: `python -m app.encoder_worker` answers one request after another on its pipes.

A request is a line of JSON, then as many bytes of content as it says; an answer is a line of JSON. No objects pass,
only text, bytes and numbers. It ends when its input does.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from lattice.data import EncoderRecord
from lattice.errors import InputError
from lattice.features.encode_upload import encode_upload

NICENESS = 5  # behind the process that answers everybody's clicks


def answer(request: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return {"vectors": modality -> list of numbers}, or {"refused": why} for content that can't be taken."""
    records = {modality: EncoderRecord(**record) for modality, record in request["encoders"].items()}
    folder = None if request["folder"] is None else Path(request["folder"])
    given: dict[str, Any] = {"image": None, "text": None}
    given[request["kind"]] = content if request["kind"] == "image" else content.decode("utf-8")
    try:
        vectors = encode_upload(records, given["image"], given["text"], folder)
    except InputError as error:
        return {"refused": str(error)}
    return {"vectors": {modality: vector.tolist() for modality, vector in vectors.items()}}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(request["bytes"])
        answers.write(json.dumps(answer(request, content)).encode() + b"\n")
        answers.flush()


def main() -> None:
    """Serve on standard input and output; anything else printed goes to the log."""
    os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
