"""Small damage to bytes and to folders, the same for the same random seed."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file

Harm = Callable[[Path, Random], None]
ODD: tuple[Any, ...] = (
    -1,
    0,
    1,
    2,
    10**9,
    10**30,
    0.5,
    -0.5,
    1e308,
    float("nan"),
    float("inf"),
    True,
    None,
    "",
    "x",
    "../x",
    [],
    {},
)


def bytes_changed(data: bytes, random: Random) -> bytes:
    """Return data with bits turned over, a piece cut out, zeroed, doubled or put elsewhere, or its end cut off."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 4))):
        start = random.randrange(len(changed) + 1)
        stop = min(len(changed), start + random.choice((1, 4, 64, 1024)))
        piece = bytes(changed[start:stop])
        match random.randrange(6):
            case 0 if start < len(changed):
                changed[start] ^= 1 << random.randrange(8)
            case 1:
                del changed[start:stop]
            case 2:
                changed[start:stop] = bytes(stop - start)
            case 3:
                changed[start:start] = piece
            case 4:
                place = random.randrange(len(changed) + 1)
                changed[place : place + len(piece)] = piece
            case _:
                del changed[start:]
    return bytes(changed)


def folder_changed(folder: Path, random: Random) -> str:
    """Do one kind of harm to a checkpoint's or a dataset's folder; return which."""
    name, harm = random.choice(list(HARMS.items()))
    harm(folder, random)
    return name


def _bytes(folder: Path, random: Random) -> None:
    path = _any(folder, random)
    path.write_bytes(bytes_changed(path.read_bytes(), random))


def _missing(folder: Path, random: Random) -> None:
    _any(folder, random).unlink()


def _swapped(folder: Path, random: Random) -> None:
    first, second = _any(folder, random), _any(folder, random)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def _linked_out(folder: Path, random: Random) -> None:
    path = _any(folder, random)
    outside = folder.parent / "outside"
    shutil.copyfile(path, outside)
    path.unlink()
    path.symlink_to(random.choice((outside, Path("/dev/zero"), Path(".."), path)))


def _piped(folder: Path, random: Random) -> None:
    path = _any(folder, random)
    path.unlink()
    os.mkfifo(path)


def _json(folder: Path, random: Random) -> None:
    path = _any(folder, random, "*.json")
    value = json.loads(path.read_text(encoding="utf-8"))
    places = list(_places(value))
    holder, key = random.choice(places)
    holder[key] = random.choice(ODD)
    path.write_text(json.dumps(value), encoding="utf-8")


def _places(value: Any) -> Any:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from _places(inner)


def _table(folder: Path, random: Random) -> None:
    path = _any(folder, random, "*.parquet")
    table = pd.read_parquet(path)
    column = random.choice(list(table))
    match random.randrange(6):
        case 0:
            table = table.sample(frac=1, random_state=random.randrange(2**31))
        case 1:
            table[column] = table[column].sample(frac=1, random_state=random.randrange(2**31)).to_numpy()
        case 2:
            table = table.head(random.randrange(len(table)))
        case 3:
            table = table.drop(columns=column)
        case 4:
            table[column] = [random.choice((b"x", [1], {"a": 1}, 1, 0.5, "../../x", "\0"))] * len(table)
        case _:
            table.loc[random.randrange(len(table)), column] = None
    table.to_parquet(path, index=False)


def _numbers(folder: Path, random: Random) -> None:
    paths = [path for path in _files(folder) if path.suffix in (".safetensors", ".npy")]
    if not paths:
        return
    path = random.choice(paths)
    if path.suffix == ".npy":
        np.save(path, _array_changed(np.load(path), random))
    else:
        tensors = load_file(path)
        name = random.choice(sorted(tensors))
        tensors[name] = _array_changed(tensors[name], random)
        save_file(tensors, path)


def _array_changed(array: np.ndarray, random: Random) -> np.ndarray:
    array = np.ascontiguousarray(array).copy()
    match random.randrange(5):
        case 0:
            array[:] = array[np.random.default_rng(random.randrange(2**31)).permutation(len(array))]
        case 1:
            array = array[: random.randrange(len(array) + 1)]
        case 2 if array.dtype.kind == "f":
            array.flat[random.randrange(array.size)] = random.choice((np.nan, np.inf, -np.inf))
        case 3:
            array = array.astype(random.choice((np.float64, np.int64, np.uint8)))
        case _:
            array = array.reshape(-1)
    return np.ascontiguousarray(array)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")


def _any(folder: Path, random: Random, pattern: str = "*") -> Path:
    return random.choice([path for path in _files(folder) if path.match(pattern)])


HARMS: dict[str, Harm] = {
    "bytes": _bytes,
    "missing": _missing,
    "swapped": _swapped,
    "link": _linked_out,
    "pipe": _piped,
    "json": _json,
    "table": _table,
    "numbers": _numbers,
}
