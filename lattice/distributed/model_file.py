"""The file of a model whose tables are spread over processes, written by the first one block by block."""

import json
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.distributed as dist

from lattice.checkpoint import model_tensors
from lattice.distributed.build import spread_parameters
from lattice.distributed.shards import Shards
from lattice.models import Model

TYPES = {torch.float32: "F32", torch.int32: "I32"}  # as safetensors calls them


def write_model(model: Model, items: Shards, path: Path) -> None:
    """Write the safetensors file that one process writes of the whole model; all processes take part.

    The first process never holds more than its own rows and one block: the rows of one other process. The library
    writes from whole tensors only.

    Raises:
        OSError: in the first process alone, where the file can't be written.
    """
    chunks = _chunks(model, items)
    try:
        if dist.get_rank() == 0:
            with path.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
    finally:
        deque(chunks, maxlen=0)  # the other processes send what is left in any case


def _chunks(model: Model, items: Shards) -> Iterator[bytes | memoryview]:
    """Yield the file's content in turn: the header's length, the header, every tensor's rows (safetensors' format)."""
    tensors = model_tensors(model)
    of_items = [name for name in tensors if name.startswith(("raw_", "graph/"))]
    spread = spread_parameters(model) | dict.fromkeys(of_items, items)
    header, end = {}, 0
    for name, tensor in tensors.items():
        shape = [spread[name].n, *tensor.shape[1:]] if name in spread else list(tensor.shape)
        start, end = end, end + torch.Size(shape).numel() * tensor.element_size()
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers are aligned
    yield len(text).to_bytes(8, "little") + text
    for name, tensor in tensors.items():
        for block in spread[name].blocks(tensor) if name in spread else [tensor]:
            yield block.detach().cpu().contiguous().numpy().data
