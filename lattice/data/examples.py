"""Example newcomers that a dataset brings for a first try."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Example:
    """An example newcomer: its words, its picture file, and a note on what to look for."""

    title: str
    text: str
    image: Path
    note: str

    @property
    def slug(self) -> str:
        """Return its name in the URL."""
        return self.image.stem


def examples(folder: Path | None) -> list[Example]:
    """Read `folder`/examples/examples.json; return [] where it is missing or can't be read."""
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
    """Return a picture's path: relative to the examples, else to the dataset."""
    beside = folder / "examples" / image
    return beside if beside.is_file() else folder / image
