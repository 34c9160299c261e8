"""A dataset's own folder, read again to change its split, size or cold items."""

from pathlib import Path

import numpy as np
import pandas as pd

from lattice.data.dataset import load
from lattice.data.options import Options
from lattice.data.readers.build import Found
from lattice.data.readers.rows import Rows
from lattice.data.report import Report


def find(source: Path, options: Options, report: Report) -> Found:
    """Read a dataset's folder: its ids, split, items, features and the encoders that made them."""
    dataset = load(source)
    frame = pd.DataFrame(
        {
            "user": pd.Categorical(dataset.interactions["user"], categories=pd.Index(dataset.users, dtype="str")),
            "item": pd.Categorical(dataset.interactions["item"], categories=dataset.items["item"]),
            "split": dataset.interactions["split"],
            "file": np.int16(0),
            "line": np.arange(1, len(dataset.interactions) + 1),
        }
    )
    report.rows_read += len(frame)
    report.files.append({"file": source.name, "as": f"a dataset; {len(frame):,} interactions"})
    return Found(
        name=dataset.name,
        folder=source,
        rows=Rows(frame, (("interactions.parquet", "row"),)),
        items=dataset.items,
        catalogue=dataset.items["item"].tolist(),
        where="the dataset",
        features=dataset.features,
        encoders=dataset.encoders,
        about=dataset.about,
    )
