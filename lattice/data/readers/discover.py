"""Which files of a folder hold the interactions, which the items: by what is in them, then by name."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lattice.data.dataset import SPLITS
from lattice.data.options import Options
from lattice.data.readers.roles import find_roles, has_roles
from lattice.data.readers.rows import SPLIT_OF
from lattice.data.report import Report
from lattice.data.tables import Table, peek_table
from lattice.errors import InputError
from lattice.untrusted import manifest

PACKED = (".gz", ".gzip", ".bz2", ".xz", ".zst", ".zstd", ".zip", ".snappy")
TABLES = (".csv", ".tsv", ".txt", ".dat", ".data", ".json", ".jsonl", ".ndjson", ".inter", ".item", ".user", ".tab",
          ".parquet", ".pq", ".feather", ".arrow", ".psv", ".base", ".rating", ".ratings")  # fmt: skip
NEVER = re.compile(r"readme|licen[cs]e|_success|dataset\.json|report\.json|requirements", re.IGNORECASE)
SHARD = re.compile(
    r"^(.*?)[-_.]?(?:part[-_.]?(\d+)|(\d+)-of-(\d+)|(?<=[-_.])(\d{3,}))(?:[-_.](?:[0-9a-f-]{8,}|c\d+))*$", re.IGNORECASE
)
INTERACTIONS = re.compile(
    r"inter|rating|review|purchas|order|event|click|transact|behav|sales|play|listen|u\.data|log", re.IGNORECASE
)
ITEMS = re.compile(
    r"item|movie|book|product|^meta|artist|article|track|song|game|catalog|film|anime|recipe|business", re.IGNORECASE
)
USERS = re.compile(r"user|customer|member|visitor", re.IGNORECASE)


@dataclass(frozen=True)
class Group:
    """Files that are one table: `name` without endings, `split` where the name says it ("train")."""

    name: str
    paths: tuple[Path, ...]
    split: str | None = None


@dataclass(frozen=True)
class Files:
    """interactions: each file with its split, or None. items: the files that describe the items."""

    interactions: tuple[tuple[Path, str | None], ...]
    items: tuple[Path, ...]


def endings(path: Path) -> str:
    """Return a file's ending in lower case, without that of its compression."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def bare_name(path: Path) -> str:
    """Return a file's name without its endings."""
    name = path.name
    while (suffix := Path(name).suffix.lower()) in (*PACKED, *TABLES) and suffix:
        name = name[: -len(suffix)]
    return name


def groups_of(folder: Path) -> list[Group]:
    """Return the tables of a folder: single files, shards together, and subfolders of shards that we didn't write."""
    files = [path for path in sorted(folder.iterdir()) if _is_table(path)]
    groups = _grouped(files)
    for below in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        if manifest.listed(below):
            continue
        inner = _grouped([path for path in sorted(below.iterdir()) if _is_table(path)])
        if below.name == "data" and not groups:
            groups += inner
        elif len(inner) == 1:
            name = bare_name(below)
            groups.append(Group(name, inner[0].paths, split_in(name)))
    return groups


def _is_table(path: Path) -> bool:
    if not path.is_file() or path.name.startswith((".", "_")) or NEVER.search(path.name):
        return False
    return endings(path) in TABLES or path.suffix.lower() in PACKED or bool(re.fullmatch(r"part[-_.]?\d+.*", path.name))


def _grouped(files: Sequence[Path]) -> list[Group]:
    """Group files that differ only in a shard's number; of a table both packed and not, the latter is kept."""
    names = {bare_name(path) for path in files if path.suffix.lower() not in PACKED}
    files = [path for path in files if path.suffix.lower() not in PACKED or bare_name(path) not in names]
    shards: dict[tuple[str, str], list[Path]] = defaultdict(list)
    single: list[Group] = []
    for path in files:
        match = SHARD.match(bare_name(path))
        if match:
            shards[match[1], endings(path)].append(path)
        else:
            name = bare_name(path)
            single.append(Group(name, (path,), split_in(name)))
    return [
        *single,
        *(
            Group(prefix or paths[0].parent.name, tuple(paths), split_in(prefix))
            for (prefix, _), paths in shards.items()
        ),
    ]


def split_in(name: str) -> str | None:
    """Return the split that a name says a file to be: "Baby.train", "ratings_test", "valid"."""
    words = [word for word in re.split(r"[-_. ]+", name.lower()) if word]
    found = [SPLIT_OF[word] for word in words if word in SPLIT_OF and not word.isdigit()]
    return found[-1] if found and {words[0], words[-1]} & set(SPLIT_OF) else None


def discover(source: Path, options: Options, report: Report) -> Files:
    """Return the files of a source (a file or a folder) that hold the interactions and the items.

    InputError: there are none, or it can't be told which.
    """
    if not source.exists():
        raise InputError(f"{source}: no such file; check the path or the option that names it")
    folder = source if source.is_dir() else source.parent
    groups = groups_of(folder)
    if not source.is_dir():
        interactions = _with_other_splits(_named(folder, source.name), groups, options, report)
        return Files(
            interactions, _items(folder, options, groups if _is_called(groups, "items") else [], interactions, report)
        )
    kinds = {group: _kind(group, options) for group in groups}
    if options.interactions:
        interactions = _with_other_splits(_named(folder, options.interactions), groups, options, report)
    else:
        interactions = _interactions(source, [g for g in groups if kinds[g] == "interactions"], groups, options, report)
    described = [group for group in groups if kinds[group] == "items"]
    return Files(interactions, _items(folder, options, described, interactions, report))


def _is_called(groups: Sequence[Group], name: str) -> bool:
    return any(group.name.lower() == name for group in groups)


def _named(folder: Path, pattern: str) -> list[Path]:
    paths = sorted(folder.glob(pattern)) if re.search(r"[*?\[]", pattern) else [folder / pattern]
    if not paths and Path(pattern).exists():
        paths = [Path(pattern)]
    if len(paths) == 1 and not paths[0].exists() and Path(pattern).is_file():
        paths = [Path(pattern)]
    if len(paths) == 1 and paths[0].is_dir():
        paths = [path for path in sorted(paths[0].iterdir()) if _is_table(path)]
    if not paths:
        raise InputError(f"{folder / pattern}: no such file; check the path or the option that names it")
    return paths


def _with_other_splits(
    paths: list[Path], groups: Sequence[Group], options: Options, report: Report
) -> tuple[tuple[Path, str | None], ...]:
    """Return a file with the files of the other splits, if its name says that it is one of several."""
    if len(paths) != 1:
        return resolved([(path, split_in(bare_name(path))) for path in paths])
    name = bare_name(paths[0])
    split = split_in(SHARD.sub(r"\1", name) if SHARD.match(name) else name)
    if split is None or (options.split is not None and options.split != "given"):
        return ((paths[0], None),)
    whole = [
        g
        for g in groups
        if g.split is not None
        and _rest(g.name) == _rest(SHARD.sub(r"\1", name))
        and endings(g.paths[0]) == endings(paths[0])
    ]
    if len({group.split for group in whole}) < 2:
        return ((paths[0], None),)
    _say_splits(whole, report)
    return resolved([(path, group.split) for group in whole for path in group.paths])


def _rest(name: str) -> str:
    """Return a name without the word that says its split."""
    return "-".join(word for word in re.split(r"[-_. ]+", name.lower()) if word not in SPLIT_OF or word.isdigit())


def _say_splits(groups: Sequence[Group], report: Report) -> None:
    named = ", ".join(f"{group.split} = {group.paths[0].name}" for group in groups)
    report.say(f"several files are the split: {named}")


def resolved(files: Sequence[tuple[Path, str | None]]) -> tuple[tuple[Path, str | None], ...]:
    """Decide what `eval` means: validation if there is a test split, else test."""
    evaluation = "valid" if "test" in {split for _, split in files} else "test"
    named = [(path, evaluation if split == "eval" else split) for path, split in files]
    return tuple(sorted(named, key=lambda file: SPLITS.index(file[1]) if file[1] in SPLITS else -1))


def _interactions(
    source: Path, candidates: list[Group], groups: Sequence[Group], options: Options, report: Report
) -> tuple[tuple[Path, str | None], ...]:
    if not candidates:
        raise InputError(_none_found(source, groups, options))
    exact = [group for group in candidates if group.name.lower() == "interactions"]
    sets: dict[tuple[str, str], list[Group]] = defaultdict(list)
    for group in candidates:
        if group.split is not None:
            sets[_rest(group.name), endings(group.paths[0])].append(group)
    whole = [parts for parts in sets.values() if "train" in {part.split for part in parts} and len(parts) > 1]
    if not exact and len(whole) == 1:
        _say_splits(whole[0], report)
        _say_others([g for g in candidates if g not in whole[0]], report)
        return resolved([(path, part.split) for part in whole[0] for path in part.paths])
    scores = {group: _interactions_score(group, options) for group in candidates}
    best = exact or [group for group in candidates if scores[group] == max(scores.values())]
    if len(best) != 1:
        listed = ", ".join(group.paths[0].name for group in best)
        raise InputError(f"{source}: {listed} could each be the interactions; choose with `--interactions FILE`")
    _say_others([group for group in candidates if group is not best[0]], report)
    _note_missing_shards(best[0], report)
    return tuple((path, None) for path in best[0].paths)


def _note_missing_shards(group: Group, report: Report) -> None:
    of = [match for path in group.paths if (match := re.search(r"(\d+)-of-(\d+)", path.name))]
    if of and len(of) < int(of[0][2]):
        report.add(
            "missing-shard",
            f"file of {group.name} that isn't there",
            int(of[0][2]) - len(of),
            [f"{len(of)} of {int(of[0][2])} are"],
        )


def _say_others(groups: Sequence[Group], report: Report) -> None:
    if groups:
        names = ", ".join(group.paths[0].name for group in groups[:5])
        report.say(f"not read, though they look like interactions too: {names} (choose with `--interactions FILE`)")


def _interactions_score(group: Group, options: Options) -> int:
    name = group.name.lower()
    return (
        2 * bool(INTERACTIONS.search(group.paths[0].name))
        - ("tag" in name or "genome" in name)
        + (endings(group.paths[0]) == ".inter")
    )


def _none_found(source: Path, groups: Sequence[Group], options: Options) -> str:
    if not groups:
        return f"{source}: holds no table; name the interactions' file with `--interactions FILE`"
    names = ", ".join(group.paths[0].name for group in groups[:8])
    likely = [group for group in groups if group.name.lower() == "interactions"] or list(groups)
    if len(likely) == 1:
        find_roles(_peek(likely[0], options), "interactions", options)  # says what is wrong with it
    return (
        f"{source}: none of {names} has columns of users and items; name them with `--interactions FILE` and `--column`"
    )


def _peek(group: Group, options: Options) -> Table:
    return peek_table(group.paths[0], options.reading)


def _kind(group: Group, options: Options) -> str:
    """Return "interactions", "items", "users" or "" for a table, by its columns and, without a header, its name."""
    path, ending = group.paths[0], endings(group.paths[0])
    if ending in (".inter", ".item", ".user"):
        return {".inter": "interactions", ".item": "items", ".user": "users"}[ending]
    try:
        table = _peek(group, options)
    except InputError:
        return ""
    user, item = has_roles(table, options)
    if not table.header:
        for pattern, kind in ((INTERACTIONS, "interactions"), (USERS, "users"), (ITEMS, "items")):
            if pattern.search(path.name) or (group.split and kind == "interactions"):
                return kind
        return "interactions" if user else ""
    if user and item:
        return "interactions"
    return "items" if item and not group.split else "users" if user else ""


def _items(
    folder: Path,
    options: Options,
    described: Sequence[Group],
    interactions: Sequence[tuple[Path, str | None]],
    report: Report,
) -> tuple[Path, ...]:
    if options.items == "none":
        return ()
    if options.items:
        return tuple(_named(folder, options.items))
    taken = {path for path, _ in interactions}
    described = [group for group in described if not taken & set(group.paths)]
    exact = [group for group in described if group.name.lower() == "items"]
    if exact or len(described) < 2:
        return (exact or [*described, Group("", ())])[0].paths
    scores = {group: _items_score(group, interactions, options) for group in described}
    best = [group for group in described if scores[group] == max(scores.values())]
    if len(best) != 1:
        listed = ", ".join(group.paths[0].name for group in best)
        report.say(f"{listed} could each describe the items, so none is read; choose with `--items FILE`")
        return ()
    others = ", ".join(group.paths[0].name for group in described if group is not best[0])
    report.say(f"not read, though they look like items too: {others} (choose with `--items FILE`)")
    return best[0].paths


def _items_score(group: Group, interactions: Sequence[tuple[Path, str | None]], options: Options) -> float:
    """Rate how likely a file describes the items: by its columns of words and pictures, and its name."""
    try:
        roles = find_roles(_peek(group, options), "items", options)
    except InputError:
        return -1
    first = interactions[0][0] if interactions else Path()
    return (
        len(roles)
        + 2 * bool(ITEMS.search(group.name))
        + 3 * (endings(first) == ".inter" and endings(group.paths[0]) == ".item")
    )
