"""Guess why the ids of two files don't match."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence

# What may have happened to one file's ids, and how to undo it on both sides.
REASONS: dict[str, Callable[[str], str]] = {
    "zeros in front are missing in one of them": lambda text: text.lstrip("0"),
    "upper and lower case differ": str.casefold,
    "blanks or marks around them differ": lambda text: text.strip(" '\"\t[](){}#"),
    "one has them as floats (12.0)": lambda text: re.sub(r"[.,]0+$", "", text),
    "one has a word before or after the number": lambda text: "".join(re.findall(r"\d+", text)),
    "one has a path or an ending": lambda text: text.replace("\\", "/").rpartition("/")[2].partition(".")[0],
    "marks within them differ": lambda text: re.sub(r"[\W_]+", "", text).casefold(),
}
SAMPLE = 20_000
LOOKED_AT = 50_000  # ids among which those near another are looked for


def why_ids_differ(one: Iterable[str], other: Iterable[str]) -> str:
    """Return the likeliest reason why ids don't match, with an example of each side."""
    mine, theirs = list(one)[:SAMPLE], list(other)
    best, reason, pair = 0, "", (next(iter(mine), ""), next(iter(theirs), ""))
    known = set(theirs)
    for words, undo in REASONS.items():
        undone = {undo(text): text for text in reversed(theirs)}
        undone.pop("", None)
        meeting = [(text, undone[undo(text)]) for text in mine if text not in known and undo(text) in undone]
        if len(meeting) > best:
            best, reason, pair = len(meeting), words, meeting[0]
    example = f"{pair[0]!r} here, {pair[1]!r} there"
    return f"{reason}: {example}" if reason else f"for example {example}"


def nearest_ids(wanted: str, known: Sequence[str], n: int = 3) -> list[str]:
    """Return up to `n` ids that may be meant: those that differ as files' ids do (zeros in front), then by letters."""
    known = known[:LOOKED_AT]
    near: dict[str, None] = {}
    for undo in REASONS.values():
        meant = undo(wanted)
        near |= dict.fromkeys(text for text in known if meant and undo(text) == meant)
        if len(near) >= n:
            return list(near)[:n]
    return list(near | dict.fromkeys(difflib.get_close_matches(wanted, known, n=n, cutoff=0.5)))[:n]
