"""Ids that may be meant by one that isn't there."""

import pandas as pd
import pytest

from lattice.data.id_map import IdMap
from lattice.data.match import nearest_ids
from lattice.errors import InputError

PADDED = [f"{number:03}" for number in range(200)]


@pytest.mark.parametrize(
    ("wanted", "known", "first"),
    [
        ("1", PADDED, "001"),
        ("0013", PADDED, "013"),
        ("ALIEN", ["alibi", "aliens", "alien"], "alien"),
        ("12.0", ["120", "112.0", "12"], "12"),
        ("7", ["77", "17", "item7"], "item7"),
        ("img/b07.jpg", ["b07.png", "b06", "b07"], "b07.png"),
        ("Tost Story", ["Heat", "Toy Story"], "Toy Story"),
    ],
)
def test_the_likeliest_id_comes_first(wanted, known, first):
    assert nearest_ids(wanted, known)[0] == first
    assert len(nearest_ids(wanted, known)) <= 3


def test_nothing_is_near_what_is_like_no_id():
    assert nearest_ids("zzz", PADDED) == []
    assert nearest_ids("", PADDED) == []


def test_an_unknown_id_is_refused_with_those_near_it():
    with pytest.raises(InputError, match=r"no item '1' in this checkpoint; there are 200, for example 001"):
        IdMap("item", pd.Index(PADDED)).lookup(["003", "1"])
    with pytest.raises(InputError, match=r"for example 000, 001, 002"):
        IdMap("item", pd.Index(PADDED)).lookup(["zzz"])
