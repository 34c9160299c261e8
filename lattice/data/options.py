"""The choices that hold for every format, each said once: the command line is made from these fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from lattice.errors import InputError
from lattice.validation import check_float, check_int

if TYPE_CHECKING:
    from lattice.data.tables import Reading

HOW_TO_SPLIT = ("random", "time", "global-time", "leave-one-out", "given")
INTERACTION_ROLES = ("user", "item", "timestamp", "rating", "split")
ITEM_ROLES = ("item", "title", "brand", "category", "description", "image", "image_url")


def _option(default: Any, help: str, **more: Any) -> Any:
    """Return a field with the words that the command line's help says of it."""
    if isinstance(default, dict):
        return field(default_factory=dict, metadata={"help": help, **more})
    return field(default=default, metadata={"help": help, **more})


@dataclass(frozen=True)
class Options:
    """How to read a source. InputError: an unknown value.

    A mapping is given on the command line as NAME=VALUE, as often as one likes; `metadata` holds each field's help.
    """

    format: str = _option("auto", "auto, table, sequences, mmrec, lattice-json, amazon or dataset.")
    name: str | None = _option(None, "What to call the dataset.")
    interactions: str | None = _option(None, "Which file of SOURCE holds the interactions (or a pattern, part-*).")
    items: str | None = _option(None, "Which file of SOURCE describes the items; none for no such file.")
    columns: Mapping[str, str] = _option(
        {},
        "OURS=THEIRS: what a file calls a column; items.item=id for the items' file alone; #2 for the second.",
        flag="--column",
    )
    separator: str | None = _option(None, "Between values, such as `;` or tab; found out by default.")
    encoding: str | None = _option(None, "Of text, such as cp1252; found out by default.")
    no_header: bool = _option(False, "The first line is data.")
    dates: str | None = _option(None, "day-first or month-first, for dates such as 03/04/2020.")
    modalities: Mapping[str, str] = _option(
        {}, "NAME=FILE: features made elsewhere (.npy, .npz, .parquet, .csv or a folder).", flag="--modality"
    )
    feature_ids: Mapping[str, str] = _option({}, "NAME=FILE: the item ids of a modality's rows, one id per line.")
    image_features: str | None = _option(None, "Amazon's image features of 2014, image_features_X.b.")
    image_folder: str | None = _option(None, "A folder of pictures named by item id (<item>.jpg).")
    min_rating: float | None = _option(None, "Leave out interactions that are rated lower.")
    rating_values: Mapping[str, float] = _option({}, "WORD=NUMBER: what a rating in words counts for.", flag="--rating")
    dedupe: str = _option("first", "Which of repeated pairs of user and item counts: first or last.")
    unknown_items: str | None = _option(None, "Items that their file lacks: keep (the default) or drop.")
    core: int | None = _option(None, "Leave out users and items with fewer interactions, until none has.")
    max_items: int | None = _option(None, "Keep the items with most interactions only, for a first try.")
    max_users: int | None = _option(None, "Keep the users with most interactions only, for a first try.")
    split: str | None = _option(None, f"{', '.join(HOW_TO_SPLIT)}; by default given where it is, else random.")
    seed: int = _option(0, "Of the random split and of the cold items.", min=0)
    cold: float | None = _option(None, "Share of items to take out of training, such as 0.2.")

    def __post_init__(self) -> None:
        """Refuse unknown values."""
        _one_of("--dedupe", self.dedupe, ("first", "last"))
        if self.split is not None:
            _one_of("--split", self.split, HOW_TO_SPLIT)
        if self.unknown_items is not None:
            _one_of("--unknown-items", self.unknown_items, ("keep", "drop"))
        for name, least in (("core", 1), ("max_items", 2), ("max_users", 1), ("seed", 0)):
            if getattr(self, name) is not None:
                check_int(f"--{name.replace('_', '-')}", getattr(self, name), least)
        if self.min_rating is not None:
            check_float("--min-rating", self.min_rating, float("-1e9"))
        if self.cold is not None and not 0 < self.cold < 1:
            raise InputError(f"the share of cold items is {self.cold}; it must be between 0 and 1")
        for key in self.columns:
            table, _, column = key.rpartition(".")
            roles = {"": {*INTERACTION_ROLES, *ITEM_ROLES}, "interactions": INTERACTION_ROLES, "items": ITEM_ROLES}
            if table not in roles or column not in roles[table]:
                known = ", ".join(dict.fromkeys((*INTERACTION_ROLES, *ITEM_ROLES)))
                raise InputError(
                    f"column {key!r} is unknown; the columns are {known}, for one file alone as items.item"
                )

    @property
    def reading(self) -> "Reading":
        """Return how to read delimited text."""
        from lattice.data.tables import Reading

        return Reading(self.separator, self.encoding, False if self.no_header else None)

    def named(self, table: str) -> tuple[dict[str, str], set[str]]:
        """Return role -> column for "interactions" or "items"; and the roles that were named for it alone."""
        roles = INTERACTION_ROLES if table == "interactions" else ITEM_ROLES
        general = {role: name for role, name in self.columns.items() if role in roles}
        own = {role: self.columns[f"{table}.{role}"] for role in roles if f"{table}.{role}" in self.columns}
        return general | own, set(own)


def option_names() -> list[str]:
    """Return the names of all options."""
    return [each.name for each in fields(Options)]


def _one_of(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InputError(f"{option} {value!r} is unknown; use one of {', '.join(known)}")
