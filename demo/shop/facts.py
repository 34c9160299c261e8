"""What is known of each product type in words: names, materials, purposes, and sentences that fit it alone."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Facts:
    """Words for a product type; `group` names the sentences it shares with its like."""

    group: str
    nouns: tuple[str, ...]
    materials: tuple[str, ...]
    purposes: tuple[str, ...]
    details: tuple[str, ...]


# name: group / nouns / materials / purposes / sentences. Nothing here says what only the picture shows.


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _read(row: str) -> tuple[str, Facts]:
    name, rest = row.split(":", 1)
    group, nouns, materials, purposes, details = rest.split(" / ")
    sentences = tuple(part.strip() for part in details.split(" ; "))
    return name, Facts(group.strip(), _words(nouns), _words(materials), tuple(purposes.split()), sentences)


# One product type a line: name: group / nouns / materials / purposes / sentences.
# No line says what only the picture shows.
_LINES = Path(__file__).with_name("words").joinpath("facts.txt").read_text(encoding="utf-8").splitlines()
FACTS: dict[str, Facts] = dict(_read(row) for row in _LINES)
