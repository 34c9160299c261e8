"""A dataset: ids, split interactions, items to display and a feature matrix per modality; and its folder on disk."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.errors import InputError

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class EncoderRecord:
    """Which encoder made a feature matrix. `kind` is "text", "image" or "precomputed" (made elsewhere)."""

    kind: str
    name: str
    fingerprint: str


PRECOMPUTED = EncoderRecord("precomputed", "precomputed", "")


@dataclass(frozen=True)
class Dataset:
    """Users, items and their interactions, with whatever content is known of the items.

    items: one row an item; columns `item` (raw id, str, unique) and `title`, and where known `brand`,
        `category`, `description` and `image` (a path relative to `folder`, or absolute; "" where there is none).
    interactions: columns `user`, `item` (raw ids, str) and `split` ("train", "valid" or "test").
    features: modality name -> float32 [n_items, d]; row i is row i of `items`; a zero row means "not there".
    encoders: modality name -> what made the matrix. Same keys as `features`.
    folder: where relative image paths start, or None.
    """

    name: str
    items: pd.DataFrame
    interactions: pd.DataFrame
    features: Mapping[str, np.ndarray] = field(default_factory=dict)
    encoders: Mapping[str, EncoderRecord] = field(default_factory=dict)
    folder: Path | None = None

    @cached_property
    def users(self) -> np.ndarray:
        """Raw user ids in order of first appearance: user index -> id."""
        return self.interactions["user"].unique().to_numpy(dtype=object)

    @property
    def n_users(self) -> int:
        """Number of users with at least one interaction in any split."""
        return len(self.users)

    @property
    def n_items(self) -> int:
        """Number of items, cold ones included."""
        return len(self.items)

    @cached_property
    def _codes(self) -> tuple[np.ndarray, np.ndarray]:
        users = pd.Index(self.users).get_indexer(self.interactions["user"])
        items = pd.Index(self.items["item"]).get_indexer(self.interactions["item"])
        return users, items

    def pairs(self, split: str) -> np.ndarray:
        """Int64 [n, 2]: (user index, item index) of one split, in the order of the interactions table."""
        chosen = (self.interactions["split"] == split).to_numpy()
        users, items = self._codes
        return np.stack([users[chosen], items[chosen]], axis=1).astype(np.int64)

    def image_path(self, row: int) -> Path | None:
        """Where item `row`'s picture lies, or None when it has none."""
        name = self.items["image"].iat[row] if "image" in self.items else ""
        return (self.folder or Path()) / name if name else None

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits that change with any id, interaction, split or feature."""
        digest = hashlib.sha256()
        for frame in (self.items[["item"]], self.interactions[["user", "item", "split"]]):
            digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
        for modality in sorted(self.features):
            digest.update(modality.encode() + np.ascontiguousarray(self.features[modality]).tobytes())
        return digest.hexdigest()[:16]

    def with_features(self, modality: str, matrix: np.ndarray, encoder: EncoderRecord) -> "Dataset":
        """A copy with one more (or one replaced) modality, checked as every dataset is."""
        return check(
            replace(
                self,
                features={**self.features, modality: np.ascontiguousarray(matrix, dtype=np.float32)},
                encoders={**self.encoders, modality: encoder},
            )
        )


def check(dataset: Dataset) -> Dataset:
    """The dataset itself, or an InputError that names the first thing wrong with it and its row."""
    items, interactions = dataset.items, dataset.interactions
    duplicated = items["item"].duplicated()
    if duplicated.any():
        row = int(duplicated.to_numpy().argmax())
        raise InputError(
            f"{dataset.name}: item id {items['item'].iat[row]!r} occurs twice (row {row}); ids must be unique"
        )
    unknown = ~interactions["item"].isin(items["item"]).to_numpy()
    if unknown.any():
        row = int(unknown.argmax())
        raise InputError(
            f"{dataset.name}: interaction row {row} names item {interactions['item'].iat[row]!r}, which is not among the items"
        )
    strange = ~interactions["split"].isin(SPLITS).to_numpy()
    if strange.any():
        row = int(strange.argmax())
        raise InputError(
            f"{dataset.name}: interaction row {row} has split {interactions['split'].iat[row]!r}; use one of {', '.join(SPLITS)}"
        )
    for split in SPLITS:
        if not (interactions["split"] == split).any():
            raise InputError(
                f"{dataset.name}: the {split} split is empty; every split needs at least one interaction"
            )
    repeated = interactions.duplicated(["user", "item"]).to_numpy()
    if repeated.any():
        row = int(repeated.argmax())
        user, item = interactions["user"].iat[row], interactions["item"].iat[row]
        raise InputError(
            f"{dataset.name}: interaction row {row} repeats user {user!r} and item {item!r}; keep each pair once"
        )
    for modality, matrix in dataset.features.items():
        check_features(dataset.name, modality, matrix, len(items))
    return dataset


def check_features(name: str, modality: str, matrix: np.ndarray, n_items: int) -> None:
    """Raise an InputError unless `matrix` is a finite [n_items, d] matrix."""
    if matrix.ndim != 2 or len(matrix) != n_items:
        raise InputError(
            f"{name}: {modality} features have shape {matrix.shape}, but there are {n_items} items; one row an item is needed"
        )
    finite = np.isfinite(matrix).all(axis=1)
    if not finite.all():
        raise InputError(f"{name}: {modality} features hold NaN or infinity in row {int((~finite).argmax())}")


def save(dataset: Dataset, out: Path) -> None:
    """Write the dataset's folder, whole or not at all: a temporary folder beside `out`, then renamed.

    Pictures come along into `images/` unless they already lie there; a folder that stood there before is replaced.
    """
    out = Path(out)
    part = out.with_name(f".{out.name}.part")
    if part.exists():
        shutil.rmtree(part)
    (part / "features").mkdir(parents=True)
    items = dataset.items.copy()
    if "image" in items and (items["image"] != "").any():
        (part / "images").mkdir()
        items["image"] = [_copy_image(dataset, row, part) for row in range(len(items))]
    items.to_parquet(part / "items.parquet", index=False)
    dataset.interactions.to_parquet(part / "interactions.parquet", index=False)
    for modality, matrix in dataset.features.items():
        np.save(part / "features" / f"{modality}.npy", matrix)
    description = {
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "interactions": len(dataset.interactions),
        "modalities": {modality: asdict(record) for modality, record in dataset.encoders.items()},
    }
    (part / "dataset.json").write_text(json.dumps(description, indent=2) + "\n")
    if out.exists():
        shutil.rmtree(out)
    part.rename(out)


def _copy_image(dataset: Dataset, row: int, part: Path) -> str:
    source = dataset.image_path(row)
    if source is None:
        return ""
    target = Path("images") / f"{row:06d}{source.suffix.lower()}"
    shutil.copyfile(source, part / target)
    return target.as_posix()


def load(folder: Path) -> Dataset:
    """Read a dataset's folder; an InputError says what is missing or doesn't fit."""
    folder = Path(folder)
    try:
        description = json.loads((folder / "dataset.json").read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise InputError(
            f"{folder}: no readable dataset.json ({error.__class__.__name__}); make the folder with `python -m lattice prepare`"
        ) from None
    try:
        dataset = Dataset(
            name=description["name"],
            items=pd.read_parquet(folder / "items.parquet"),
            interactions=pd.read_parquet(folder / "interactions.parquet"),
            features={
                modality: np.load(folder / "features" / f"{modality}.npy", allow_pickle=False)
                for modality in description["modalities"]
            },
            encoders={
                modality: EncoderRecord(**record) for modality, record in description["modalities"].items()
            },
            folder=folder,
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder}: not a whole dataset folder ({error}); prepare it anew") from None
    return check(dataset)
