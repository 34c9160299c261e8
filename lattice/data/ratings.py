"""Ratings as numbers: "4", "4,5", "1,332", "4 out of 5", "★★★★", "five stars"; other words need one from the user."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lattice.data.values import MISSING, as_text

NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)*)\s*(?:/|out of|of|stars?|points?|\*|★|$)", re.IGNORECASE)
ONE_MARK = re.compile(r"-?\d+(?:[.,]\d+)?")
COMMAS = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")  # 1,332 and 1,332.5
POINTS = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3})+(?:\.\d{3}|,\d+)")  # 1.332.500 and 1.332,5
DECIMAL_COMMA = re.compile(r"-?(?:\d+,(?:\d{1,2}|\d{4,})|0\d*,\d+|\d{4,},\d+)")
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
    """Read ratings. worth: what each word counts for, in any case.

    A comma before three digits is between thousands, unless another rating of the column has a comma that can't be.
    """
    known = {word.strip().lower(): number for word, number in (worth or {}).items()}
    codes, uniques = pd.factorize(as_text(column))
    counts = np.bincount(codes[codes >= 0], minlength=len(uniques))
    numbers, words = np.full(len(uniques), np.nan), {}
    texts = [str(text).strip().strip("'\"").lower() for text in uniques]
    decimal = any((match := NUMBER.match(text)) and DECIMAL_COMMA.fullmatch(match[1]) for text in texts)
    for place, (text, plain) in enumerate(zip(uniques, texts, strict=True)):
        number = known.get(plain, _number(plain, decimal))
        if number is not None:
            numbers[place] = number
        elif plain not in MISSING:
            words[str(text).strip()] = int(counts[place])
    return Ratings(np.append(numbers, np.nan)[codes], words)


def _number(text: str, decimal_comma: bool) -> float | None:
    if match := NUMBER.match(text):
        return _value(match[1], decimal_comma)
    if text and not text.strip("★☆*✩ "):
        return float(sum(text.count(star) for star in "★*"))
    match = SPELT.fullmatch(text)
    return WORDS[match[1].lower()] if match else None


def _value(written: str, decimal_comma: bool) -> float | None:
    """Return a number's value; None for digits and marks that are none."""
    if COMMAS.fullmatch(written) and not (decimal_comma and written.count(",") == 1):
        return float(written.replace(",", ""))
    if POINTS.fullmatch(written):
        return float(written.replace(".", "").replace(",", "."))
    return float(written.replace(",", ".")) if ONE_MARK.fullmatch(written) else None
