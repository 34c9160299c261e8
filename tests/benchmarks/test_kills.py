"""A training killed at random moments: a few here, fifty by `python -m benchmarks.kills`."""

import numpy as np
import pytest

from benchmarks import kills


@pytest.mark.slow
def test_killed_trainings_end_as_if_never_killed():
    found = kills.run(6, seed=1)
    assert found["wrong"] == []
    assert found["kills"] == 6
    assert found["while loading"] + found["in training"] + found["at the end"] == 6
    assert found["whole trainings"] >= 1


def test_other_weights_are_noticed(tmp_path):
    kills._child(kills._prepare, tmp_path)
    kills._child(kills._train, tmp_path, "killed")
    expected = kills._weights(tmp_path / "killed")
    assert kills._faults(tmp_path, expected, ended=True) == []
    name = next(name for name in expected if name != "loss")
    other = {**expected, name: np.nextafter(expected[name], np.float32(9))}
    assert kills._faults(tmp_path, other, ended=True) == ["the weights are not those of a training that nobody killed"]
    (tmp_path / "killed").rename(tmp_path / "elsewhere")
    assert kills._faults(tmp_path, expected, ended=True) == ["a training that ended left no checkpoint"]
    assert kills._faults(tmp_path, expected, ended=False) == []
