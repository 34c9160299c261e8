"""Search: what is found, in what order, by hand-written answers and a plain scan with Wagner and Fischer's distance."""

import numpy as np
import pandas as pd
import pytest

from lattice.inference.search import MEASURED, SearchIndex, fold, item_index, user_index

ITEMS = pd.DataFrame(
    [
        ("A1", "Trail running shoes", "Salomon", "Sports > Shoes"),
        ("A2", "Shoes", "Nike", "Sports > Shoes"),
        ("A3", "Café crème set", "Mélange", "Kitchen > Cups"),
        ("A4", "Running vest", "Nike", "Sports > Clothing"),
        ("A5", "Shoelaces for trail shoes", "", "Sports > Accessories"),
        ("A6", "Shoes", "Puma", "Sports > Shoes"),
        ("B000-77", "Überraschung", "", "Toys"),
    ],
    columns=["item", "title", "brand", "category"],
)
COUNTS = np.array([5, 1, 9, 3, 2, 1, 4])


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return item_index(ITEMS, COUNTS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("trail", ["A1", "A5"]),  # the shorter title first
        ("shoes trail", ["A1", "A5"]),  # in any order
        ("run", ["A4", "A1"]),  # a beginning
        ("nike run", ["A4"]),  # across columns, and only what has both words
        ("CAFE creme", ["A3"]),  # accents and case
        ("melange", ["A3"]),
        ("uber", ["B000-77"]),
        ("b000-77", ["B000-77"]),  # an id with a sign in it
        ("a3", ["A3"]),
        ("runing", ["A4", "A1"]),  # a letter left out
        ("rnuning", ["A4", "A1"]),  # two swapped
        ("salomom", ["A1"]),  # one for another
        ("runnig sho", ["A1"]),  # an error and a beginning
        ("acessries", ["A5"]),  # two errors in a long word
        ("nik xyzzyx", ["A2", "A4"]),  # a word that nothing has is passed over
        ("xyzzyx", []),
        ("", ["A3", "A1", "B000-77", "A4", "A5", "A2", "A6"]),  # most bought
        (" ... ", ["A3", "A1", "B000-77", "A4", "A5", "A2", "A6"]),
    ],
)
def test_search_finds_and_orders(index, text, found):
    assert index.search(text) == found


def test_search_tells_equal_titles_apart_by_id(index):
    assert index.search("shoes")[:2] == ["A2", "A6"]
    assert index.search("shoes puma")[0] == "A6"
    assert index.search("a6 shoes") == ["A6"]


def test_search_returns_at_most_k_and_the_best_of_all():
    users = [f"user{i}" for i in range(500)]
    counts = np.random.default_rng(0).permutation(500)
    expected = [users[i] for i in np.argsort(-counts)[:30]]
    assert user_index(users, counts).search("user") == expected
    assert user_index(users, counts).search("user", k=3) == expected[:3]


def test_search_takes_a_whole_id_before_longer_ones():
    users = [str(i) for i in range(2000)]
    assert user_index(users, np.arange(2000)).search("17")[0] == "17"


def edits(one: str, other: str) -> int:
    """Optimal string alignment distance, by the recurrence itself."""
    d = np.add.outer(np.arange(len(one) + 1), np.arange(len(other) + 1))
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + cost)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                d[i, j] = min(d[i, j], d[i - 2, j - 2] + 1)
    return int(d[-1, -1])


def test_no_word_within_reach_is_missed():
    rng = np.random.default_rng(1)
    words = ["".join(rng.choice(list("abcdeé字"), rng.integers(3, 12))) for _ in range(300)]
    index = user_index(words, np.zeros(len(words)))
    for word in words[:60]:
        at = rng.integers(len(word))
        asked = fold(word[:at] + "z" + word[at + 1 :])
        limit = 0 if len(asked) < 4 else 1 if len(asked) < 8 else 2
        near = {w for w in map(fold, words) if min(edits(asked, w), edits(asked, w[: len(asked)])) <= limit}
        exact = {w for w in map(fold, words) if w.startswith(asked)}
        found = {index.words[number] for number, _ in index._misspelt(asked)}
        assert found == (near if limit else set())
        assert {fold(i) for i in index.search(asked, k=400)} >= (exact or near)


def test_a_wide_search_still_forgives_the_later_letters():
    words = [f"ab{chr(97 + i % 26)}{i}" for i in range(MEASURED + 100)] + ["banana"]
    assert "banana" in user_index(words, np.zeros(len(words))).search("bananb")


def test_an_index_of_nothing_finds_nothing():
    empty = ITEMS.iloc[:0]
    assert item_index(empty, np.zeros(0)).search("shoes") == []
    assert item_index(empty, np.zeros(0)).search("") == []


def test_items_without_titles_are_found_by_the_rest():
    bare = ITEMS.assign(title="", brand=None)
    assert item_index(bare, COUNTS).search("toys") == ["B000-77"]
