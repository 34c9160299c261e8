"""What was found in a source: every fault with its count and first places, and what became of every row."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lattice.errors import InputError

EXAMPLES = 3  # places named of each fault


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    kind: a short name that stays the same. message: what is wrong, and what was done. count: how often. examples: the
    first places. left_out: how many interactions are not in the dataset because of it.
    """

    kind: str
    message: str
    count: int
    examples: tuple[str, ...] = ()
    left_out: int = 0

    def __str__(self) -> str:
        """Return one line: the count, what it is, where it is first found."""
        where = f" ({'; '.join(self.examples)}{'; ...' if self.count > len(self.examples) else ''})"
        return f"{self.count:,} × {self.message}{where if self.examples else ''}"


@dataclass
class Report:
    """What a source holds. Filled while it is read; the sum rule: rows_read = kept + left_out.

    rows_read: interactions read. kept: those in the dataset. said: what was decided on the way, in sentences.
    files: what each file was taken for. facts: figures of the dataset. collect: note what would stop a reader, so that
    all of it is seen at once, instead of stopping.
    """

    rows_read: int = 0
    kept: int = 0
    faults: list[Fault] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    collect: bool = False

    def add(self, kind: str, message: str, count: int, examples: Sequence[str] = (), left_out: int = 0) -> None:
        """Note a fault that occurs `count` times; nothing where that is 0."""
        if count:
            self.faults.append(Fault(kind, message, int(count), tuple(examples[:EXAMPLES]), int(left_out)))

    def refuse(self, message: str) -> None:
        """Raise an InputError; or, where all faults are collected, note that a dataset can't be made so."""
        if not self.collect:
            raise InputError(message)
        self.faults.insert(0, Fault("stops", f"`prepare` stops here: {message}", 1))

    def say(self, sentence: str) -> None:
        """Note a decision, once."""
        if sentence not in self.said:
            self.said.append(sentence)

    @property
    def left_out(self) -> int:
        """Return the number of interactions that were read and are not in the dataset."""
        return sum(fault.left_out for fault in self.faults)

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON takes it."""
        return {
            "rows_read": self.rows_read,
            "kept": self.kept,
            "left_out": self.left_out,
            "files": self.files,
            "said": self.said,
            "faults": [asdict(fault) for fault in self.faults],
            **self.facts,
        }

    def short(self) -> list[str]:
        """Return the lines that a person has to see: what was taken for what, what is wrong, and the sum."""
        lines = [*self.said, *(f"{file['file']}: {file['as']}" for file in self.files)]
        lines += [str(fault) for fault in self.faults]
        return [*lines, f"{self.rows_read:,} interactions read, {self.kept:,} kept, {self.left_out:,} left out"]
