"""What a dataset says of itself: its own nouns, a line about what is real in it, and its credits.

They are stored in `dataset.json` and written by the dataset's maker, so each is checked and limited in length.
A program that shows them escapes them like any other data.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from lattice.errors import InputError

MOST_WORD, MOST_LINE = 24, 300  # characters


@dataclass(frozen=True)
class Words:
    """What users, items and interactions are called, in small letters: `dataset.words.users` is "players"."""

    user: str = "user"
    users: str = "users"
    item: str = "item"
    items: str = "items"
    interaction: str = "interaction"
    interactions: str = "interactions"
    choose: str = "choose"  # what users do with an item: "people with similar histories play it"
    chosen: str = "chosen"  # the same in the past: "an opening that nobody has played"

    def __post_init__(self) -> None:
        """Raise an InputError unless each is a word or a few: letters, spaces, hyphens and apostrophes."""
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, str) or not re.fullmatch(r"[^\W\d_](?:[^\W\d_]|[ '’-])*", value):
                raise InputError(f"words: {field.name} is {value!r}; use letters, spaces, hyphens and apostrophes")
            if len(value) > MOST_WORD:
                raise InputError(f"words: {field.name} has {len(value)} characters; at most {MOST_WORD} fit")


@dataclass(frozen=True)
class About:
    """The description of a dataset by whoever made it."""

    words: Words = Words()
    line: str = ""  # what is real in it and what is simulated, "" where unknown
    credits: str = ""  # whose data it is, and its licence

    def __post_init__(self) -> None:
        """Raise an InputError unless the texts are single lines of at most MOST_LINE characters."""
        for name, value in (("about", self.line), ("credits", self.credits)):
            if not isinstance(value, str) or not (value == "" or value.isprintable()):
                raise InputError(f"{name} is not a single line of text; write one, without line breaks")
            if len(value) > MOST_LINE:
                raise InputError(f"{name} has {len(value)} characters; at most {MOST_LINE} fit")

    def to_json(self) -> dict[str, Any]:
        """Return the entries of `dataset.json`; what has its default value is left out."""
        words = {name: value for name, value in asdict(self.words).items() if value != getattr(Words, name)}
        entries = {"words": words, "about": self.line, "credits": self.credits}
        return {name: value for name, value in entries.items() if value}

    @classmethod
    def from_json(cls, entries: Mapping[str, Any]) -> "About":
        """Read the entries of `dataset.json`, all of them optional; InputError names one that can't be used."""
        words = entries.get("words", {})
        known = [field.name for field in fields(Words)]
        if not isinstance(words, Mapping) or not set(words) <= set(known):
            raise InputError(f"words must be an object with the keys {', '.join(known)}, all of them optional")
        return cls(Words(**words), entries.get("about", ""), entries.get("credits", ""))
