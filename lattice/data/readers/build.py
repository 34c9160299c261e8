"""From what a reader found to a Dataset: filters, split, pictures and features, the same for every format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from lattice.data.about import About
from lattice.data.cold import hold_out_items
from lattice.data.dataset import PRECOMPUTED, SPLITS, Dataset, EncoderRecord, check
from lattice.data.filters import in_core, of_busiest
from lattice.data.match import why_ids_differ
from lattice.data.options import INTERACTION_ROLES, Options
from lattice.data.readers.features import matched
from lattice.data.readers.items import with_pictures
from lattice.data.readers.matrices import Matrix
from lattice.data.readers.rows import Rows, with_ratings, with_split_names, with_times
from lattice.data.report import EXAMPLES, Report
from lattice.data.split import split as split_by
from lattice.data.times import YEAR
from lattice.errors import InputError
from lattice.untrusted.files import MB
from lattice.untrusted.tables import MOST_CELL


@dataclass(frozen=True, eq=False)
class Found:
    """What a reader found in a source.

    items: one row per item, as `read_items` gives them, or None. catalogue: all item ids in order, where the format
    says so. listed: the ids row by row of the file `where`, for matrices without ids. by_time: rows count in time
    order for every split. guessed: the user did not name the `items` file. bought_only: the catalogue
    is what occurs in the interactions, in the order of the ids.
    features, encoders, about: those of a dataset that is read again.
    """

    name: str
    folder: Path
    rows: Rows
    items: pd.DataFrame | None = None
    catalogue: Sequence[str] | None = None
    listed: Sequence[str] | None = None
    where: str = ""
    matrices: Mapping[str, Matrix] = field(default_factory=dict)
    by_time: bool = False
    guessed: bool = False
    bought_only: bool = False
    features: Mapping[str, np.ndarray] = field(default_factory=dict)
    encoders: Mapping[str, EncoderRecord] = field(default_factory=dict)
    about: About = field(default_factory=About)


def build(found: Found, options: Options, report: Report, pictures: Path | None = None) -> Dataset:
    """Return the dataset, every row of the source being in it or counted in `report` as left out.

    pictures: a folder for pictures that a table holds itself; without one they are left out. InputError: nothing is
    left, or something that can't be decided.
    """
    found = _without_strangers(found, report)
    _refuse_columns_of_no_items(found, options, report)
    rows = with_ratings(found.rows, options, report)
    rows, how = _in_order(rows, found, options, report)
    rows = _known_items(rows, found, options, report)
    rows = _distinct(rows, how, options, report)
    rows = _filtered(rows, options, report)
    if rows.table.empty:
        raise InputError(f"{found.folder}: no interaction is left{_worst(report)}")
    rows = _split(rows, how, options, report)
    items = _shortened(_items(found, rows, options), report)
    kept = pictures if pictures is not None else Path()
    if pictures is None and "image" in items:
        items = items.assign(image=[value if isinstance(value, str) else "" for value in items["image"]])
    items = with_pictures(items, _folders(found), kept, options, report)
    ids = items["item"].tolist()
    known = {*found.rows.table["item"].cat.categories, *(found.items["item"] if found.items is not None else ())}
    numbered = found.catalogue is not None
    features = matched(found.matrices, ids, found.listed, found.where, report, numbered, known)
    before = pd.Index(found.items["item"]).get_indexer(ids) if found.features and found.items is not None else None
    features |= {modality: matrix[before] for modality, matrix in found.features.items() if before is not None}
    encoders = {modality: found.encoders.get(modality, PRECOMPUTED) for modality in features}
    table = pd.DataFrame({c: rows.table[c].astype("str") for c in ("user", "item", "split")}).reset_index(drop=True)
    report.kept = len(table)
    _note_span(rows, report)
    dataset = Dataset(options.name or found.name, items, table, features, encoders, found.folder, found.about)
    if not report.collect:  # a split without a row is among what was noted
        check(dataset)
    return hold_out_items(dataset, options.cold, options.seed) if options.cold is not None else dataset


def _without_strangers(found: Found, report: Report) -> Found:
    """Drop an items table that was only guessed to belong to these interactions, if none of its ids occurs in them."""
    if not found.guessed or found.items is None:
        return found
    if found.items["item"].isin(found.rows.table["item"].cat.categories).any():
        return found
    why = why_ids_differ(list(found.rows.table["item"].cat.categories), found.items["item"].tolist())
    report.say(
        f"{found.where} is not read, as none of its ids is an item's ({why}); name the right file with `--items`"
    )
    return replace(found, items=None, listed=None, where=found.rows.sources[0][0])


def _refuse_columns_of_no_items(found: Found, options: Options, report: Report) -> None:
    """Refuse a column that was named in a table of items, where there is none."""
    named, own = options.named("items")
    name = next((role for role in named if role in own or role not in INTERACTION_ROLES), None)
    if name is not None and found.items is None:
        option = f"--column {f'items.{name}' if name in own else name}={named[name]}"
        report.refuse(f"{found.folder}: {option}, but there is no file of items; name it with `--items FILE`")


def _in_order(rows: Rows, found: Found, options: Options, report: Report) -> tuple[Rows, str]:
    """Return the rows in the order that matters, and the kind of split."""
    given = "split" in rows.table
    how = options.split or ("given" if given else "random")
    if how == "given" and not given:
        report.refuse(f"{found.folder}: --split given, but it has no column `split`, and no files of train and test")
        how = "random"
    if given and how != "given":
        report.say(f"a split is given there and is not used, as --split {how} makes a new one")
        rows = replace(rows, table=rows.table.drop(columns="split"))
    elif given:
        rows = with_split_names(rows, report)
    timed = "timestamp" in rows.table
    rows = with_times(rows, options, report, needed=how in ("time", "global-time") and not rows.ordered)
    if (how in ("time", "global-time", "leave-one-out") or found.by_time) and timed:
        order = np.argsort(rows.table["timestamp"].to_numpy(), kind="stable")
        rows = replace(rows, table=rows.table.iloc[order])
    elif how == "leave-one-out" and not rows.ordered:
        report.say("there is no time, so the last interaction of each user is the last one in the file")
    return rows, how


def _known_items(rows: Rows, found: Found, options: Options, report: Report) -> Rows:
    """Keep or drop interactions with items that the items' file lacks; say how many, and the likely reason."""
    known = found.catalogue if found.catalogue is not None else None if found.items is None else found.items["item"]
    if known is None or found.bought_only or rows.table.empty:
        return rows
    ids = pd.Index(rows.table["item"].cat.categories)
    used = np.bincount(rows.table["item"].cat.codes, minlength=len(ids)) > 0
    unknown = ~ids.isin(known) & used
    if not unknown.any():
        return rows
    listed = [str(item) for item in ids[unknown]]
    why = why_ids_differ(listed, list(known))
    if unknown.sum() == used.sum() and options.unknown_items is None:
        report.refuse(
            f"{found.where}: none of the {int(used.sum()):,} items of the interactions is there ({why}); use the same "
            "ids in both files, or `--unknown-items keep` to continue without these items' details"
        )
    reason = f" ({why})" if not why.startswith("for example") else ""
    if options.unknown_items == "drop":
        wrong = unknown[rows.table["item"].cat.codes]
        message = f"interaction with one of {len(listed):,} items that {found.where} lacks{reason}, left out"
        return rows.without(wrong, "unknown-item", message, report)
    message = f"item of the interactions that {found.where} lacks{reason}, kept without words or picture"
    report.add("unknown-item", message, len(listed), listed)
    return rows


def _distinct(rows: Rows, how: str, options: Options, report: Report) -> Rows:
    """Keep each pair of user and item once; one that is in several given splits leaks, and stays in the first."""
    table = rows.table
    if how == "given":
        order = np.argsort(table["split"].map(SPLITS.index).to_numpy(), kind="stable")
        again = np.zeros(len(table), dtype=bool)
        again[order] = table.iloc[order].duplicated(["user", "item"])
        leaks = again & ~table.duplicated(["user", "item", "split"]).to_numpy()
        message = "interaction that is in an earlier split too, so that the splits leak, left out of the later one"
        rows = rows.without(leaks, "leak", message, report)
    repeated = rows.table.duplicated(["user", "item"], keep="first" if options.dedupe == "first" else "last")
    message = f"interaction of a user with an item again; the {options.dedupe} one counts"
    return rows.without(repeated.to_numpy(), "repeated-pair", message, report)


def _filtered(rows: Rows, options: Options, report: Report) -> Rows:
    for column, most in (("item", options.max_items), ("user", options.max_users)):
        if most is not None and len(rows.table):
            keep = of_busiest(rows.table[column].cat.codes.to_numpy(), most)
            message = f"interaction of {column}s beyond the {most:,} busiest (--max-{column}s), left out"
            rows = rows.without(~keep, f"max-{column}s", message, report)
    if options.core is not None and len(rows.table):
        users, items = (rows.table[column].cat.codes.to_numpy() for column in ("user", "item"))
        keep = in_core(users, items, options.core)
        message = f"interaction of a user or item with fewer than {options.core} (--core {options.core}), left out"
        rows = rows.without(~keep, "core", message, report)
    return rows


def _split(rows: Rows, how: str, options: Options, report: Report) -> Rows:
    table = rows.table
    if how != "given":
        rows = replace(rows, table=table.assign(split=split_by(table["user"], options.seed, how)))
    elif lacking := tuple(split for split in ("test", "valid") if not (table["split"] == split).any()):
        train = (table["split"] == "train").to_numpy()
        labels = table["split"].to_numpy(dtype=object).copy()
        labels[train] = split_by(table["user"][train], options.seed, "random", parts=lacking)
        report.say(f"the given split has no {' and no '.join(lacking)} part: drawn from train, at random")
        rows = replace(rows, table=table.assign(split=labels))
    for split in SPLITS:
        if not (rows.table["split"] == split).any():
            report.refuse(
                f"{rows.sources[0][0]}: no interaction is left for the {split} split; it needs one, and a user "
                f"needs three to be split{_worst(report)}"
            )
    return rows


def _items(found: Found, rows: Rows, options: Options) -> pd.DataFrame:
    """Return one row per item of the catalogue, in its order, with what is known of each."""
    bought = rows.table["item"].cat.remove_unused_categories()
    by_appearance = [str(item) for item in bought.drop_duplicates()]
    if found.bought_only:
        ids = sorted(by_appearance)
    elif found.catalogue is not None or found.items is not None:
        ids = list(found.catalogue if found.catalogue is not None else found.items["item"])  # type: ignore[index]
        known = set(ids)
        ids += [item for item in by_appearance if item not in known]
    else:
        ids = by_appearance
        if all(item.isdigit() and len(item) < 19 for item in ids):
            ids = sorted(ids, key=int)
    if options.core is not None or options.max_items is not None or options.max_users is not None:
        left = set(by_appearance)
        ids = [item for item in ids if item in left]
    table = pd.DataFrame({"item": pd.Series(ids, dtype="str")})
    if found.items is not None:
        described = found.items.drop(columns="row", errors="ignore").set_index("item")
        table = described.reindex(pd.Index(ids, name="item", dtype="str")).reset_index()
        table = table.fillna("")
        for column in table.columns.difference(["image"]):
            if table[column].dtype == object and table[column].map(lambda value: isinstance(value, str)).all():
                table[column] = table[column].astype("str")
    return table if "title" in table else table.assign(title="")


def _shortened(items: pd.DataFrame, report: Report) -> pd.DataFrame:
    """Cut texts that are longer than those that a dataset's folder is read with."""
    for column in items.columns.difference(["item", "image"]):
        if not pd.api.types.is_string_dtype(items[column]):
            continue
        long = items[column].str.len() > MOST_CELL // 4  # up to 4 bytes a character
        cut = items[column][long].map(lambda text: text.encode(errors="replace")[:MOST_CELL].decode(errors="ignore"))
        changed = cut[cut != items[column][long]]
        report.add(
            f"long-{column}",
            f"{column} of more than {MOST_CELL // MB} MB, cut to that",
            len(changed),
            [f"item {item!r}" for item in items["item"][changed.index[:EXAMPLES]]],
        )
        if len(changed):
            items = items.assign(**{column: items[column].where(~items.index.isin(changed.index), cut).astype("str")})
    return items


def _folders(found: Found) -> list[Path]:
    return [found.folder]


def _note_span(rows: Rows, report: Report) -> None:
    if "timestamp" in rows.table and rows.table["timestamp"].notna().any():
        first, last = rows.table["timestamp"].min(), rows.table["timestamp"].max()
        if first > 0 and YEAR <= last < 4e9:
            days = [pd.Timestamp(seconds, unit="s").strftime("%Y-%m-%d") for seconds in (first, last)]
            report.facts["time"] = {"first": days[0], "last": days[1]}


def _worst(report: Report) -> str:
    """Say why most interactions were left out, as the end of a sentence."""
    worst = max(report.faults, key=lambda fault: fault.left_out, default=None)
    return f"; left out: {worst}" if worst is not None and worst.left_out else ""
