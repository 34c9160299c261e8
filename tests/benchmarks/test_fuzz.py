"""Damaged files of every kind are refused in one line or read right: a few here, thousands with FUZZ=5000."""

import os
import warnings

import pytest

from benchmarks import fuzz

CASES = int(os.environ.get("FUZZ", "40"))


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_no_damage_crashes_or_goes_unnoticed(target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a map that is left out
        found = fuzz.run(target, CASES)
    assert found["broken"] == []
    assert found["cases"] == CASES
    assert target == "tables" or found["refused"] > 0  # most damage to a table leaves a table


def test_a_changed_answer_is_noticed(monkeypatch):
    monkeypatch.setattr(fuzz.manifest, "check", lambda *_: None)  # as if manifests weren't looked at
    assert fuzz.run("checkpoints", CASES)["broken"]
