"""Ratings as numbers: "4", "4,5", "4 out of 5", "★★★★", "five stars"; other words need a number from the user."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.values import MISSING, as_text

NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:/|out of|of|stars?|points?|\*|★|$)", re.IGNORECASE)
WORDS = {
    word: float(n)
    for n, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
}
SPELT = re.compile(r"(" + "|".join(WORDS) + r")(?:[\s_-]*stars?)?", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Ratings:
    """numbers: float64, NaN where there is none. words: rating that isn't a number -> how often it occurs."""

    numbers: np.ndarray
    words: Mapping[str, int]


def parse_ratings(column: "pd.Series[Any]", worth: Mapping[str, float] | None = None) -> Ratings:
    """Read ratings. worth: what each word counts for, in any case."""
    known = {word.strip().lower(): number for word, number in (worth or {}).items()}
    codes, uniques = pd.factorize(as_text(column))
    counts = np.bincount(codes[codes >= 0], minlength=len(uniques))
    numbers, words = np.full(len(uniques), np.nan), {}
    for place, text in enumerate(uniques):
        plain = str(text).strip().strip("'\"").lower()
        number = known.get(plain, _number(plain))
        if number is not None:
            numbers[place] = number
        elif plain not in MISSING:
            words[str(text).strip()] = int(counts[place])
    return Ratings(np.append(numbers, np.nan)[codes], words)


def _number(text: str) -> float | None:
    if match := NUMBER.match(text):
        return float(match[1].replace(",", "."))
    if text and not text.strip("★☆*✩ "):
        return float(sum(text.count(star) for star in "★*"))
    match = SPELT.fullmatch(text)
    return WORDS[match[1].lower()] if match else None
