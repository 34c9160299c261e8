"""Read an exported site's data files back, as a browser does."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

DTYPES = {"f32": "<f4", "i16": "<i2", "u8": "u1", "u16": "<u2", "u32": "<u4"}


def data(site: Path, name: str) -> Any:
    """The value that data/NAME.js hands to the page; its arrays as NumPy arrays."""
    text = (site / "data" / f"{name}.js").read_text(encoding="utf-8")
    call = re.fullmatch(r'Store\.receive\("([^"]+)",(.*)\);\n', text, re.DOTALL)
    assert call is not None
    assert call[1] == name
    return json.loads(call[2], object_hook=_array)


def _array(value: dict[str, Any]) -> Any:
    if "dtype" not in value:
        return value
    return np.frombuffer(base64.b64decode(value["data"]), DTYPES[value["dtype"]]).reshape(value["shape"])
