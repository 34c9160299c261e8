"""A dataset: ids, split interactions, items to display, features by modality; and its folder on disk."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lattice.data.about import About, Words
from lattice.data.encoder_files import copy_encoders
from lattice.data.id_map import IdMap
from lattice.data.interaction_matrix import interaction_matrix
from lattice.errors import InputError
from lattice.folders import replaced_folder
from lattice.untrusted import manifest
from lattice.untrusted.files import MOST_NAME, check_folder, check_relative, read_json, reason
from lattice.untrusted.tables import map_matrix, read_matrix, read_table

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MARKER = "dataset.json"  # the file that shows a folder to be a dataset's
READ = ("*.parquet", "features/*", "images/*", "encoders/*")  # besides the marker
SPLITS = ("train", "valid", "test")
RESERVED = ("fused", "collaborative")  # what else there is to ask for similar items by (`Recommender.similar`)
ITEM_COLUMNS = ("title", "brand", "category", "description", "image")  # what may be known of an item


@dataclass(frozen=True)
class EncoderRecord:
    """Which encoder made a feature matrix. `kind` is "text", "image" or "precomputed" (made elsewhere)."""

    kind: str
    name: str
    fingerprint: str

    def __post_init__(self) -> None:
        """Raise an InputError unless each is a text on one line, of bounded length."""
        for name, value in asdict(self).items():
            if not isinstance(value, str) or len(value) > MOST_NAME or not (value == "" or value.isprintable()):
                raise InputError(f"the {name} of an encoder is {ascii(value)[:60]}; it is a text on one line")


PRECOMPUTED = EncoderRecord("precomputed", "precomputed", "")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Users, items and their interactions, with the known content of the items.

    items: one row per item; columns `item` (raw id, str, unique) and `title`, and where known `brand`,
        `category`, `description` and `image` (a path relative to `folder`, or absolute). "" where unknown.
    interactions: columns `user`, `item` (raw ids, str) and `split` ("train", "valid" or "test"), as text or categories.
    features: modality name -> float32 [n_items, d]; row i is row i of `items`; a zero row means "not there".
    encoders: modality name -> what made the matrix. Same keys as `features`.
    folder: where relative image paths start, or None.
    about: what the dataset says of itself; no part of its fingerprint.
    """

    name: str
    items: pd.DataFrame
    interactions: pd.DataFrame
    features: Mapping[str, np.ndarray] = field(default_factory=dict)
    encoders: Mapping[str, EncoderRecord] = field(default_factory=dict)
    folder: Path | None = None
    about: About = field(default_factory=About)

    @property
    def words(self) -> Words:
        """Return what the dataset calls its users, items and interactions."""
        return self.about.words

    @cached_property
    def _users(self) -> tuple[np.ndarray, np.ndarray]:
        codes, ids = pd.factorize(self.interactions["user"])
        return codes.astype(np.int32), np.asarray(ids, dtype=object)

    @property
    def users(self) -> np.ndarray:
        """Return the raw user ids in order of first appearance: user index -> id."""
        return self._users[1]

    @property
    def n_users(self) -> int:
        """Return the number of users with at least one interaction in any split."""
        return len(self.users)

    @property
    def n_items(self) -> int:
        """Return the number of items, cold ones included."""
        return len(self.items)

    @cached_property
    def codes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the user index and the item index of every interaction, int32, in the order of the table.

        An item that isn't among the items is -1.
        """
        numbers, ids = pd.factorize(self.interactions["item"])
        rows = pd.Index(self.items["item"]).get_indexer(ids.astype(self.items["item"].dtype))
        return self._users[0], rows.astype(np.int32)[numbers]

    @cached_property
    def _by_user(self) -> tuple[np.ndarray, np.ndarray]:
        users = self.codes[0]
        order = np.argsort(users, kind="stable").astype(np.int32)
        return order, np.cumsum(np.bincount(users, minlength=self.n_users))

    def interactions_of(self, user: int) -> pd.DataFrame:
        """Return one user's items and the split of each, in the order of the table: columns item, split."""
        order, ends = self._by_user
        rows = order[ends[user - 1] if user else 0 : ends[user]]
        return pd.DataFrame({name: self.interactions[name].array.take(rows) for name in ("item", "split")}).astype(
            "str"
        )

    @cached_property
    def _splits(self) -> np.ndarray:
        """Return int8 [n]: the place in SPLITS of each interaction's split, -1 for any other."""
        numbers, names = pd.factorize(self.interactions["split"])
        return pd.Index(SPLITS, dtype="str").get_indexer(names.astype("str")).astype(np.int8)[numbers]

    def pairs(self, split: str) -> np.ndarray:
        """Return int64 [n, 2]: (user index, item index) of one split, in the order of the interactions table."""
        chosen = self._splits == SPLITS.index(split)
        users, items = self.codes
        return np.stack([users[chosen], items[chosen]], axis=1).astype(np.int64)

    @cached_property
    def user_ids(self) -> IdMap:
        """Return the raw user ids, to look up indices."""
        return IdMap("user", pd.Index(self.users, dtype=object))

    @cached_property
    def item_ids(self) -> IdMap:
        """Return the raw item ids, to look up indices."""
        return IdMap("item", pd.Index(self.items["item"]))

    @cached_property
    def seen(self) -> "csr_array":
        """Return bool [n_users, n_items], True where the user has the item in training."""
        return interaction_matrix(self.pairs("train"), self.n_users, self.n_items)

    def image_path(self, row: int) -> Path | None:
        """Return the path of item `row`'s picture; None if it has none or its folder is unknown."""
        name = self.items["image"].iat[row] if "image" in self.items else ""
        if not name or (self.folder is None and not Path(name).is_absolute()):
            return None
        return (self.folder or Path()) / name

    @cached_property
    def fingerprint(self) -> str:
        """Return 16 hex digits that change with any id, interaction, split or feature."""
        digest = hashlib.sha256()
        for frame in (self.items[["item"]], self.interactions[["user", "item", "split"]]):
            digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
        for modality in sorted(self.features):
            digest.update(modality.encode())
            for rows in _row_blocks(self.features[modality]):
                digest.update(np.ascontiguousarray(rows, dtype=np.float32).data)
        return digest.hexdigest()[:16]

    def with_features(self, modality: str, matrix: np.ndarray, encoder: EncoderRecord) -> "Dataset":
        """Return a copy with one more (or one replaced) modality, checked as every dataset is."""
        return check(
            replace(
                self,
                features={**self.features, modality: np.ascontiguousarray(matrix, dtype=np.float32)},
                encoders={**self.encoders, modality: encoder},
            )
        )


def check(dataset: Dataset) -> Dataset:
    """Return the dataset itself, or raise an InputError that names the first thing wrong with it and its row."""
    name, items, interactions = dataset.name, dataset.items, dataset.interactions
    _check_columns(name, "items", items, ("item", "title"))
    _check_columns(name, "interactions", interactions, ("user", "item", "split"))
    _refuse(
        name,
        items,
        items["item"].duplicated(),
        "item id {item!r} occurs twice (row {row}); ids must be unique",
    )
    users, rows = dataset.codes
    _refuse(
        name,
        interactions,
        pd.Series(rows < 0),
        "interaction row {row} names item {item!r}, which is not among the items",
    )
    _refuse(
        name,
        interactions,
        pd.Series(dataset._splits < 0),
        "interaction row {row} has split {split!r}; use one of " + ", ".join(SPLITS),
    )
    _refuse(
        name,
        interactions,
        pd.Series(users.astype(np.int64) * len(items) + rows).duplicated(),
        "interaction row {row} repeats user {user!r} and item {item!r}; keep each pair once",
    )
    for place, split in enumerate(SPLITS):
        if not (dataset._splits == place).any():
            raise InputError(f"{name}: the {split} split is empty; it needs at least one interaction")
    if set(dataset.features) != set(dataset.encoders):
        raise InputError(
            f"{name}: features are of {sorted(dataset.features)} but encoders of {sorted(dataset.encoders)}; "
            "name the encoder of every modality"
        )
    for modality, matrix in dataset.features.items():
        check_features(name, modality, matrix, len(items))
    return dataset


def _row_blocks(matrix: np.ndarray, size: int = 2**14) -> Iterator[np.ndarray]:
    """Yield the rows of a matrix in blocks, so that one that is mapped into memory is never copied whole."""
    return (matrix[start : start + size] for start in range(0, len(matrix), size))


def check_features(name: str, modality: str, matrix: np.ndarray, n_items: int) -> None:
    """Raise an InputError unless `matrix` is finite, [n_items, d], and the modality can be a name that is free."""
    if not re.fullmatch(r"\w[\w-]*", modality):
        raise InputError(f"{name}: modality {modality!r} can't be a name; use letters, digits, `-` and `_`")
    if modality in RESERVED:
        raise InputError(f"{name}: no modality can be called {modality!r}, as similar items are asked for by that word")
    if matrix.ndim != 2 or len(matrix) != n_items:
        raise InputError(
            f"{name}: {modality} features have shape {matrix.shape}, but there are {n_items} items; "
            "one row per item is needed"
        )
    finite = np.concatenate([np.empty(0, bool), *(np.isfinite(rows).all(axis=1) for rows in _row_blocks(matrix))])
    if not finite.all():
        raise InputError(f"{name}: {modality} features hold NaN or infinity in row {int((~finite).argmax())}")


def _check_columns(name: str, what: str, table: pd.DataFrame, needed: tuple[str, ...]) -> None:
    for column in needed:
        if column not in table:
            raise InputError(f"{name}: the {what} have no column {column!r}; they need {', '.join(needed)}")
    for column in table.columns.intersection([*needed, *ITEM_COLUMNS]):
        problem = f"row {{row}} of the {what} has no {column}; fill it in"
        _refuse(name, table, table[column].isna(), problem)


def _refuse(name: str, table: pd.DataFrame, wrong: pd.Series, problem: str) -> None:
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise InputError(f"{name}: " + problem.format(**{**table.iloc[row], "row": row}))


def save(dataset: Dataset, out: Path, extra: Callable[[Path], object] | None = None) -> None:
    """Write the dataset's folder atomically: to a temporary folder beside `out`, which is then renamed.

    Pictures come along into `images/`. A dataset's folder or an empty one at `out` is replaced;
    any other folder, or a file in it that isn't the dataset's, raises an InputError (see `lattice.folders`).
    extra: writes further files into the new folder before it takes its place.
    """
    with replaced_folder(out, MARKER) as part:
        _write(dataset, part)
        if extra is not None:
            extra(part)


def _write(dataset: Dataset, folder: Path) -> None:
    (folder / "features").mkdir()
    items = dataset.items.copy()
    if "image" in items and (items["image"] != "").any():
        (folder / "images").mkdir()
        items["image"] = [_copy_image(dataset, row, folder) for row in range(len(items))]
    items.to_parquet(folder / "items.parquet", index=False)
    written(dataset.interactions).to_parquet(folder / "interactions.parquet", index=False)
    for modality, matrix in dataset.features.items():
        np.save(folder / "features" / f"{modality}.npy", compact(matrix))
    if dataset.folder is not None:
        copy_encoders(dataset.folder, [record.name for record in dataset.encoders.values()], folder)
    description = {
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "interactions": len(dataset.interactions),
        "modalities": {modality: asdict(record) for modality, record in dataset.encoders.items()},
        **dataset.about.to_json(),
    }
    text = json.dumps(description, indent=2, ensure_ascii=False) + "\n"
    (folder / MARKER).write_text(text, encoding="utf-8")


def written(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as its file holds it: categories as text."""
    coded = [name for name in table if isinstance(table[name].dtype, pd.CategoricalDtype)]
    return table.astype(dict.fromkeys(coded, "str"))


def compact(matrix: np.ndarray) -> np.ndarray:
    """Return `matrix` as float16 where that loses nothing, and as it is otherwise."""
    with np.errstate(over="ignore"):
        half = matrix.astype(np.float16)
    return half if np.array_equal(half.astype(matrix.dtype), matrix) else matrix


def _copy_image(dataset: Dataset, row: int, folder: Path) -> str:
    source = dataset.image_path(row)
    if source is None:
        return ""
    target = Path("images") / f"{row:06d}{source.suffix.lower()}"
    try:
        shutil.copyfile(source, folder / target)
    except OSError as error:
        raise InputError(
            f"{dataset.name}: picture of item {dataset.items['item'].iat[row]!r}, {source}, can't be read "
            f"({error.strerror}); bring it back or leave its `image` empty"
        ) from None
    return target.as_posix()


def load(folder: Path, verify: bool = True, mapped: bool = False) -> Dataset:
    """Read a dataset's folder; an InputError says what is missing or doesn't fit.

    Nothing in it is trusted: every file is compared with the manifest and checked by itself.
    verify: False leaves the manifest aside. mapped: leave features in their files, mapped into memory, in their type.
    """
    folder = Path(folder)
    check_folder(folder)
    try:
        description = read_json(folder, MARKER)
    except InputError as error:
        raise InputError(f"{folder}: {error}; make the folder with `python -m lattice prepare`") from None
    try:
        if verify:
            manifest.check(folder, READ)
        encoders = {name: EncoderRecord(**record) for name, record in description["modalities"].items()}
        dataset = Dataset(
            name=description["name"],
            items=read_items(folder),
            interactions=read_interactions(folder),
            features={
                name: (map_matrix if mapped else read_matrix)(folder, f"features/{name}.npy") for name in encoders
            },
            encoders=encoders,
            folder=folder,
            about=About.from_json(description),
        )
        recorded = description["fingerprint"]
    except InputError as error:
        raise InputError(f"{folder}: {error}; prepare it again") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder}: not a whole dataset folder ({reason(error)}); prepare it again") from None
    if check(dataset).fingerprint != recorded:
        raise InputError(
            f"{folder}: its ids, interactions or features are not those that {MARKER} was written for "
            f"(fingerprint {dataset.fingerprint}, not {recorded}); prepare it again"
        )
    return dataset


def read_items(folder: Path) -> pd.DataFrame:
    """Return `items.parquet` of a folder; an InputError where it holds no plain text, or a path that leads out."""
    items = read_table(folder, "items.parquet", ("item", *ITEM_COLUMNS))
    for name in items["image"].dropna() if "image" in items else ():
        if name:
            check_relative(name)
    return items


def read_interactions(folder: Path) -> pd.DataFrame:
    """Return `interactions.parquet` of a folder, as categories; an InputError where ids or splits aren't plain text."""
    columns = ("user", "item", "split")
    return read_table(folder, "interactions.parquet", columns, codes=columns)
