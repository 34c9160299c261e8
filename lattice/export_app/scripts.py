"""Data files of the site: JavaScript that hands JSON and typed arrays to the page.

A page that is opened from disk may neither fetch files nor import modules, but it may load scripts. So every data file
is a script of one call, `Store.receive(name, value)`, and an array is its bytes in base64.
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np

DTYPES = {"f32": "<f4", "i16": "<i2", "u8": "|u1", "u16": "<u2", "u32": "<u4"}
MISSING = {"u16": 2**16 - 1, "u32": 2**32 - 1}  # an index that stands for nothing


def array(values: np.ndarray, dtype: str) -> dict[str, Any]:
    """Return an array as JSON: its type (one of DTYPES), its shape, and its little-endian bytes in base64."""
    stored = np.ascontiguousarray(values, dtype=DTYPES[dtype])
    return {"dtype": dtype, "shape": list(stored.shape), "data": base64.b64encode(stored.tobytes()).decode()}


def indices(values: np.ndarray, n: int) -> dict[str, Any]:
    """Return indices below n, -1 for a missing one, in the smallest type that holds them."""
    dtype = "u16" if n < MISSING["u16"] else "u32"
    return array(np.where(np.asarray(values) < 0, MISSING[dtype], values), dtype)


def ragged(rows: list[np.ndarray], n: int) -> dict[str, Any]:
    """Return rows of indices below n, of any length each, as one array and where each row starts in it."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return {"starts": array(starts, "u32"), "values": indices(np.concatenate([*rows, []]).astype(np.int64), n)}


def write_script(folder: Path, name: str, value: Any) -> None:
    """Write `folder`/data/`name`.js, which hands the value to the page.

    Only our own words are keys of objects in it: a key such as __proto__ means something else in a script than in JSON.
    """
    path = folder / "data" / f"{name}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    path.write_text(f"Store.receive({json.dumps(name)},{text});\n", encoding="utf-8")
