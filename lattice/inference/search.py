"""Search among users or items as the user types: words in any order, their beginnings, and typing errors.

An inverted index in memory: the sorted vocabulary, and for each word the rows that have it. A word that is found in few
rows is also compared with the vocabulary by edit distance. That is quick because letters decide first: d edits bring in
at most d letters that the other word lacks, so a comparison of two 64-bit masks leaves few words to measure.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
import pandas as pd
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

MOST = 30  # matches that a search returns
LONGEST = 100  # characters of a search that count
MEASURED = 4_000  # words that are compared letter by letter, wherever they begin
REACHES = (6, 8, 24)  # letters at a word's beginning that masks are kept of
EXACT, PREFIX, ONE_EDIT, TWO_EDITS = 10, 8, 6, 4  # how well a word matches
WEIGHTS = {"title": 10, "item": 10, "brand": 9, "category": 7}  # how much a match in a column counts
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the text in lower case and without accents: "Café" becomes "cafe"."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in spread if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded; punctuation and underscores part them."""
    return WORD.findall(fold(text))


@dataclass(frozen=True, eq=False)
class SearchIndex:
    """Finds rows by their words; made by `of`.

    ids: raw ids, row by row. place [n]: their places by count, the highest first. words: the vocabulary, sorted.
    begins [n_words + 1], rows, weights: word w is in rows[begins[w]:begins[w + 1]], in a column of that weight.
    letters: masks of each word's first letters, by how many letters. lengths [n]: words in each title.
    """

    ids: list[str]
    place: np.ndarray
    words: list[str]
    begins: np.ndarray
    rows: np.ndarray
    weights: np.ndarray
    letters: Mapping[int, np.ndarray]
    lengths: np.ndarray

    @classmethod
    def of(cls, ids: pd.Series, counts: np.ndarray, columns: Sequence[tuple[pd.Series, int]]) -> "SearchIndex":
        """Index n rows.

        Args:
            ids: [n] raw ids.
            counts: [n] of interactions; among equal matches the highest count is first.
            columns: (texts [n], weight from 1 to 10) of what is searched, the title first.
        """
        vocabulary: defaultdict[str, int] = defaultdict(count().__next__)
        found = [_occurrences(texts, vocabulary) for texts, _ in columns]
        words = sorted(vocabulary)
        rank = np.empty(len(words), dtype=np.int64)
        rank[[vocabulary[word] for word in words]] = np.arange(len(words))
        # One number for word, row and weight sorts faster than three; the weightiest of a word in a row comes first.
        keys = [
            (rank[numbers] * len(ids) + rows) * 16 + 15 - w
            for (rows, numbers), (_, w) in zip(found, columns, strict=True)
        ]
        key = np.sort(np.concatenate(keys))
        key = key[np.diff(key >> 4, prepend=-1) > 0]
        number, row = np.divmod(key >> 4, max(len(ids), 1))
        place = np.empty(len(ids), dtype=np.int64)
        place[np.argsort(-np.asarray(counts), kind="stable")] = np.arange(len(ids))
        return cls(
            ids=[str(one) for one in ids],
            place=place,
            words=words,
            begins=np.searchsorted(number, np.arange(len(words) + 1)),
            rows=row.astype(np.int32),
            weights=(15 - (key & 15)).astype(np.uint8),
            letters={reach: _letters(words, reach) for reach in REACHES},
            lengths=np.bincount(found[0][0], minlength=len(ids)).astype(np.int32),
        )

    def __contains__(self, one: str) -> bool:
        """Return whether an id is among the ids."""
        return one in self.known

    @cached_property
    def known(self) -> frozenset[str]:
        """Return the ids as a set."""
        return frozenset(self.ids)

    def search(self, text: str, k: int = MOST) -> list[str]:
        """Return the k best ids, best first; without a word in the text, those of the highest count.

        Only rows with as many of the words as any row has are returned. Among them a whole word counts more than a
        beginning, that more than a word with a typing error, the title more than the category, a short title more than
        a long one, and a high count more than a low one.
        """
        words = list(dict.fromkeys(words_of(text[:LONGEST])))
        if not words:
            return [self.ids[row] for row in np.argsort(self.place)[:k]]
        total, matched = np.zeros(len(self.ids), np.int64), np.zeros(len(self.ids), np.int64)
        for word in words:
            best = self._match(word)
            total += best
            matched += best > 0
        most = matched.max(initial=0)
        if not most:
            return []
        rows = np.flatnonzero(matched == most)
        covered = 20 * most // self.lengths[rows].clip(min=most)
        keys = (total[rows] + covered) * len(self.ids) - self.place[rows]
        if len(rows) > k:
            rows = rows[chosen := np.argpartition(-keys, k)[:k]]
            keys = keys[chosen]
        return [self.ids[row] for row in rows[np.argsort(-keys)]]

    def _match(self, word: str) -> np.ndarray:
        """Return, in [n], how well each row matches a word, 0 where it doesn't."""
        best = np.zeros(len(self.ids), dtype=np.uint8)
        low, high = self._range(word)
        self._raise(best, low, high, PREFIX)
        if low < high and self.words[low] == word:
            self._raise(best, low, low + 1, EXACT)
        if self.begins[high] - self.begins[low] < MOST:
            for other, quality in self._misspelt(word):
                self._raise(best, other, other + 1, quality)
        return best

    def _raise(self, best: np.ndarray, low: int, high: int, quality: int) -> None:
        part = slice(self.begins[low], self.begins[high])
        np.maximum.at(best, self.rows[part], self.weights[part] * np.uint8(quality))

    def _misspelt(self, word: str) -> list[tuple[int, int]]:
        """Return (number, quality) of the words that this one may be meant for, or for the beginning of."""
        edits = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        if not edits:
            return []
        reach = next((n for n in REACHES if len(word) + edits <= n), REACHES[-1])
        lacking = np.bitwise_count(_letters([word[: reach - edits]], reach) & ~self.letters[reach])
        others = np.flatnonzero(lacking <= edits)
        if len(others) > MEASURED:  # few people err in the first letter
            low, high = self._range(word[0])
            others = others[(others >= low) & (others < high)]
        meant = [self.words[other] for other in others]
        begun = _distances(word, [other[: len(word)] for other in meant], edits)
        distances = np.minimum(begun, _distances(word, meant, edits))
        found = np.flatnonzero(distances <= edits)
        return [(int(others[i]), ONE_EDIT if distances[i] <= 1 else TWO_EDITS) for i in found]

    def _range(self, beginning: str) -> tuple[int, int]:
        """Return the first word with a beginning, and the first after those."""
        low = bisect_left(self.words, beginning)
        return low, bisect_left(self.words, beginning + "\U0010ffff", lo=low)


def _distances(word: str, others: Sequence[str], most: int) -> np.ndarray:
    """Return the [n] edits from a word to others (neighbours swapped count as one); more than `most` is `most` + 1."""
    return cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]


def item_index(items: pd.DataFrame, counts: np.ndarray) -> SearchIndex:
    """Index items by title, id, brand and category. items: as a `Dataset` has them. counts: [n] of interactions."""
    names = [name for name in WEIGHTS if name in items]
    return SearchIndex.of(items["item"], counts, [(items[name], WEIGHTS[name]) for name in names])


def user_index(users: Sequence[str], counts: np.ndarray) -> SearchIndex:
    """Index users by their ids. counts: [n] of interactions."""
    ids = pd.Series(users, dtype=object)  # the ids themselves, not copies
    return SearchIndex.of(ids, counts, [(ids, WEIGHTS["item"])])


def _occurrences(texts: pd.Series, vocabulary: Mapping[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return (row, number of the word) of each word of the texts. vocabulary: gives a new word the next number."""
    codes, distinct = pd.factorize(texts.fillna(""))  # brands and categories recur
    numbers, lengths = array("i"), array("i")
    for text in distinct:
        found = words_of(str(text))
        lengths.append(len(found))
        numbers.extend(map(vocabulary.__getitem__, found))
    length = np.array(lengths, dtype=np.int64)
    starts, counts = np.cumsum(length) - length, length[codes]
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(np.arange(len(texts)), counts), np.array(numbers)[np.repeat(starts[codes], counts) + within]


def _letters(words: Sequence[str], reach: int) -> np.ndarray:
    """Return [n] masks of the first `reach` letters; letters that share a bit only let more words through."""
    codes = np.array(words, dtype=f"U{reach}").view(np.uint32).reshape(-1, reach)
    masks = np.zeros(len(codes), dtype=np.uint64)
    for column in codes.T:
        masks |= np.where(column > 0, np.uint64(1) << (column % 64).astype(np.uint64), np.uint64(0))
    return masks
