"""Pictures that can't be opened are found before any is encoded: left out and counted, or the first one refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from lattice.data.dataset import Dataset
from lattice.data.picture import open_picture
from lattice.data.report import EXAMPLES, Report
from lattice.errors import InputError

WORKERS = 2  # at a time, as each picture may take hundreds of MB


def without_bad_pictures(dataset: Dataset, report: Report, stop: bool = False, progress: bool = False) -> Dataset:
    """Return the dataset, items whose picture can't be opened having none; `report` counts and names them.

    stop: raise an InputError about the first one instead.
    """
    paths = [dataset.image_path(row) for row in range(dataset.n_items)]
    rows = [row for row, path in enumerate(paths) if path is not None]
    if not rows:
        return dataset
    with ThreadPoolExecutor(WORKERS) as pool:
        opened = pool.map(_reason, [paths[row] for row in rows])
        reasons = list(tqdm(opened, total=len(rows), desc="pictures checked", disable=not progress, leave=False))
    bad = {row: reason for row, reason in zip(rows, reasons, strict=True) if reason}
    if not bad:
        return dataset
    if stop:
        row, reason = next(iter(bad.items()))
        raise InputError(f"picture of item {dataset.items['item'].iat[row]!r}: {reason}")
    named = [f"{dataset.items['item'].iat[row]}: {reason}" for row, reason in list(bad.items())[:EXAMPLES]]
    report.add("bad-picture", "picture that can't be opened, so the item has none", len(bad), named)
    report.facts["bad_pictures"] = {str(dataset.items["item"].iat[row]): reason for row, reason in bad.items()}
    images = dataset.items["image"].to_numpy(dtype=object).copy()
    images[list(bad)] = ""
    image = dataset.items["image"].copy()
    image[:] = images
    return replace(dataset, items=dataset.items.assign(image=image))


def _reason(path: Path | None) -> str:
    """Return why a picture can't be opened, or ""."""
    try:
        open_picture(path, max_bytes=None) if path is not None else None
    except InputError as error:
        return str(error)
    return ""
