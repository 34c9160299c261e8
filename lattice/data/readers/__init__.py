"""Readers: one file per format, each with `find(source, options, report)`; `build` then makes the dataset."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lattice.data.dataset import MARKER, Dataset
from lattice.data.options import Options, option_names
from lattice.data.readers import amazon, lattice_json, mmrec, sequences, stored, table
from lattice.data.readers.build import Found, build
from lattice.data.report import Report
from lattice.data.tables.compressed import refuse_stream
from lattice.errors import InputError

READERS: dict[str, Callable[[Path, Options, Report], Found]] = {
    "amazon": amazon.find,
    "dataset": stored.find,
    "lattice-json": lattice_json.find,
    "mmrec": mmrec.find,
    "sequences": sequences.find,
    "table": table.find,
}


def detect_format(source: Path, options: Options) -> str:
    """Return the format that a source is in, judged by the files that are there."""
    if not source.is_dir():
        named = re.search(r"[*?\[]", options.interactions or "")
        return "sequences" if not named and sequences.looks_like_sequences(source) else "table"
    if (source / MARKER).is_file():
        return "dataset"
    if (lattice_json.splits_folder(source, options.core) / "train.json").is_file() and _is_lists(source, options):
        return "lattice-json"
    inter = sorted(source.glob("*.inter"))
    if _has_label(inter):
        return "mmrec"
    names = [path.name.lower() for path in source.iterdir() if path.is_file()]
    records = [name for name in names if re.search(r"\.jsonl?(\.gz)?$", name)]
    if not options.columns and any(name.startswith("meta") for name in records) and len(records) == 2:
        return "amazon"
    if options.interactions:
        file = source / options.interactions
        return "sequences" if file.is_file() and sequences.looks_like_sequences(file) else "table"
    try:
        files = sequences.files_of(source, options)
    except InputError:
        return "table"
    return "sequences" if any(sequences.looks_like_sequences(path) for path, _ in files) else "table"


def _is_lists(source: Path, options: Options) -> bool:
    """Say whether train.json holds lists of items by user, not records."""
    head = (lattice_json.splits_folder(source, options.core) / "train.json").read_bytes()[:2000]
    return bool(re.match(rb'\s*\{\s*"[^"]*"\s*:\s*\[', head)) and b"[{" not in head


def _refuse_streams(source: Path, options: Options) -> None:
    """Refuse pipes alike for every reader: the source, and each file that an option names."""
    named = [options.interactions, options.items, options.image_features, options.image_folder]
    named += [*options.modalities.values(), *options.feature_ids.values()]
    folder = source if source.is_dir() else source.parent
    for path in (source, *(base / name for name in named if name for base in (folder, Path()))):
        refuse_stream(path)


def _has_label(paths: list[Path]) -> bool:
    for path in filter(Path.is_file, paths):
        with path.open("rb") as file:
            if b"x_label" in file.readline():
                return True
    return False


def read(source: Path | str, format: str = "auto", **options: Any) -> Dataset:
    """Read `source` in one of READERS' formats. An option left at None or {} is as if it weren't given.

    options: the fields of `Options`. InputError: an unknown format or option, or input that doesn't fit.
    """
    given = {name: value for name, value in options.items() if value not in (None, {})}
    for name in given:
        if name not in option_names():
            raise InputError(f"there is no option {name!r}; there are {', '.join(option_names())}")
    return read_with_report(Path(source), Options(format=format, **given))[0]


def read_with_report(
    source: Path, options: Options, pictures: Path | None = None, report: Report | None = None
) -> tuple[Dataset, Report]:
    """Read a source; and what was found in it.

    pictures: a folder for the pictures that a table holds itself; without one they are left out. report: one to
    fill, where its faults are to be collected. InputError: input that doesn't fit.
    """
    report = Report() if report is None else report
    if options.format != "auto" and options.format not in READERS:
        raise InputError(f"format {options.format!r} is unknown; use auto or one of {', '.join(READERS)}")
    if not source.exists():
        raise InputError(f"{source}: no such file or folder; check the path")
    _refuse_streams(source, options)
    format = options.format
    if format == "auto":
        format = detect_format(source, options)
        report.say(f"the format was taken to be {format}; override with `--format`")
    report.facts["format"] = format
    if options.image_features and format != "amazon":
        raise InputError("--image-features is for Amazon's files; give other features with `--modality visual=FILE`")
    return build(READERS[format](source, options, report), options, report, pictures), report
