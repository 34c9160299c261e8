"""Datasets written in other programs' formats."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from lattice import __version__
from lattice.data.dataset import SPLITS, Dataset
from lattice.data.readers.matrices import USUAL_NAMES
from lattice.folders import check_replaceable, replaced_folder

MARKER = "lattice-export.json"  # the file that shows a folder to be an export; MMRec doesn't read it


def to_mmrec(dataset: Dataset, out: Path) -> None:
    """Write MMRec's folder, whole or not at all; `read(out, "mmrec", items="i_id_mapping.csv")` reads it.

    `<name of the folder>.inter` holds userID, itemID, rating (1) and x_label (0, 1, 2 = train, valid, test),
    numbered as in the dataset. Each modality is `<modality>_feat.npy`, but visual is `image_feat.npy` and
    textual `text_feat.npy`. `u_id_mapping.csv` and `i_id_mapping.csv` give the raw ids (and titles) back.
    InputError: `out` is a folder of something else, MMRec's own included.
    """
    out = Path(out).absolute()  # a relative "." has no name
    check_replaceable(out, MARKER)
    pairs = pd.concat(
        pd.DataFrame(dataset.pairs(split), columns=["userID", "itemID"]).assign(rating=1, x_label=label)
        for label, split in enumerate(SPLITS)
    ).sort_values(["userID", "x_label"], kind="stable")
    items = dataset.items[["item", "title"]].set_axis(["raw_id", "title"], axis="columns")
    users = pd.DataFrame({"raw_id": dataset.users})
    with replaced_folder(out, MARKER) as folder:
        pairs.to_csv(folder / f"{out.name}.inter", sep="\t", index=False)
        items.to_csv(folder / "i_id_mapping.csv", index_label="itemID")
        users.to_csv(folder / "u_id_mapping.csv", index_label="userID")
        stems = {modality: stem for stem, modality in USUAL_NAMES.items()}
        for modality, matrix in dataset.features.items():
            np.save(folder / f"{stems.get(modality, modality)}_feat.npy", matrix)
        made = {"version": __version__, "format": "mmrec", "dataset": dataset.name}
        (folder / MARKER).write_text(json.dumps(made) + "\n", encoding="utf-8")
