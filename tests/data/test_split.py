"""The split is the paper's, pure and seeded."""

import numpy as np
import pandas as pd
import pytest

from lattice.data.split import held_out, split
from lattice.errors import InputError


def labels_of(counts: dict[str, int], **options) -> pd.DataFrame:
    users = pd.Series([user for user, count in counts.items() for _ in range(count)])
    return pd.DataFrame({"user": users, "split": split(users, **options)})


def test_a_tenth_and_at_least_one_is_held_out():
    counts = np.array([1, 2, 3, 9, 10, 19, 20, 59])
    assert held_out(counts).tolist() == [0, 0, 1, 1, 1, 1, 2, 5]
    assert held_out(counts, parts=1).tolist() == [0, 1, 1, 1, 1, 1, 2, 5]


@pytest.mark.parametrize("by", ["random", "time"])
def test_every_user_gets_the_share_of_its_size(by):
    table = labels_of({"a": 2, "b": 5, "c": 23}, by=by)
    sizes = table.value_counts().unstack(fill_value=0)[["train", "valid", "test"]]
    assert sizes.loc["a"].tolist() == [2, 0, 0]
    assert sizes.loc["b"].tolist() == [3, 1, 1]
    assert sizes.loc["c"].tolist() == [19, 2, 2]


def test_the_seed_alone_decides():
    counts = {"a": 30, "b": 40}
    assert labels_of(counts, seed=3).equals(labels_of(counts, seed=3))
    assert not labels_of(counts, seed=3).equals(labels_of(counts, seed=4))


def test_by_time_the_last_are_tested_on():
    users = pd.Series(["a", "b", "a", "b", "a", "b", "a"])
    assert split(users, by="time").tolist() == ["train", "train", "train", "valid", "valid", "test", "test"]


def test_one_part_alone():
    assert split(pd.Series(["a"] * 4), by="time", parts=["valid"]).tolist() == ["train"] * 3 + ["valid"]


def test_no_interactions_are_no_labels():
    assert len(split(pd.Series([], dtype="str"))) == 0


def test_another_way_is_refused():
    with pytest.raises(InputError, match="use one of random, time"):
        split(pd.Series(["a"]), by="by-user")
