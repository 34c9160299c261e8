"""The cold-start split: some items are taken out of training, or out of the catalogue altogether."""

from dataclasses import replace

import numpy as np

from lattice.data.dataset import Dataset, check
from lattice.errors import InputError


def hold_out_items(dataset: Dataset, share: float = 0.2, seed: int = 0) -> Dataset:
    """Return a copy in which a random `share` of the items has no training interaction (Section 3.1.3 of the paper).

    Every interaction of half of these items moves to validation, and of the other half to test; interactions of the
    other items keep their split, so that warm recommendations can be measured beside cold ones.
    """
    if not 0 < share < 1:
        raise InputError(f"the share of cold items is {share}; it must be between 0 and 1")
    chosen = np.random.default_rng(seed).permutation(dataset.n_items)[: max(2, round(share * dataset.n_items))]
    interactions = dataset.interactions.copy()
    ids = dataset.items["item"].to_numpy(dtype=object)[chosen]
    for split, cold in (("valid", ids[: len(ids) // 2]), ("test", ids[len(ids) // 2 :])):
        interactions.loc[interactions["item"].isin(cold), "split"] = split
    return check(replace(dataset, name=f"{dataset.name}-cold", interactions=interactions))


def without_cold(dataset: Dataset) -> Dataset:
    """Return the catalogue before its newcomers: without items that have no training interaction, and their content.

    Pictures stay behind in the whole dataset's folder: this one has none.
    """
    interactions = dataset.interactions
    warm = dataset.items["item"].isin(interactions.loc[interactions["split"] == "train", "item"])
    items = dataset.items[warm].reset_index(drop=True)
    return check(
        replace(
            dataset,
            items=items,
            folder=None,
            interactions=interactions[interactions["item"].isin(items["item"])].reset_index(drop=True),
            features={modality: matrix[warm.to_numpy()] for modality, matrix in dataset.features.items()},
        )
    )
