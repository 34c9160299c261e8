"""Newcomers that come along with a dataset, for a first try of the cold start."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """A newcomer: its words, its picture's file and what to look for."""

    title: str
    text: str
    image: Path
    note: str

    @property
    def slug(self) -> str:
        """How the URL calls it."""
        return self.image.stem


def examples(folder: Path | None) -> list[Example]:
    """The examples in `folder`/examples/examples.json; none where there is no such file or it can't be read."""
    if folder is None:
        return []
    try:
        records = json.loads((folder / "examples" / "examples.json").read_text(encoding="utf-8"))
        found = [
            Example(str(r["title"]), str(r["text"]), _inside(folder, str(r["image"])), str(r.get("note", "")))
            for r in records
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [example for example in found if example.image.is_file()]


def _inside(folder: Path, image: str) -> Path:
    """A picture's path: beside the file or below the dataset, whichever is there."""
    beside = folder / "examples" / image
    return beside if beside.is_file() else folder / image
