"""`--set name=value`: every kind of option is parsed by its declared type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pytest

from lattice.errors import InputError
from lattice.training import TrainingOptions
from lattice.training.overrides import apply, has_option


@dataclass(frozen=True)
class Inner:
    rate: float = 0.5


@dataclass(frozen=True)
class Outer:
    """Options with a field of every kind, annotated with text as under `from __future__ import annotations`."""

    inner: Inner = field(default_factory=Inner)
    normalise: bool = True
    form: Literal["mean", "concat"] = "mean"
    name: str = "a"
    layers: int = 2
    limit: int | None = None


@pytest.mark.parametrize(
    ("setting", "name", "value"),
    [
        ("normalise=false", "normalise", False),
        ("normalise=true", "normalise", True),
        ("form=concat", "form", "concat"),
        ("layers=3", "layers", 3),
        ("name=b", "name", "b"),
        ("rate=0.25", "inner", Inner(0.25)),
    ],
)
def test_apply_parses_a_value_by_its_declared_type(setting, name, value):
    options, training = apply([setting], Outer(), TrainingOptions())
    assert getattr(options, name) == value
    assert type(getattr(options, name)) is type(value)
    assert training == TrainingOptions()


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("normalise=False", "one of true, false"),
        ("form=sum", "one of mean, concat"),
        ("layers=two", "number of type int"),
        ("limit=3", "can't be set"),
    ],
)
def test_apply_refuses_what_is_not_a_value(setting, says):
    with pytest.raises(InputError, match=says):
        apply([setting], Outer(), TrainingOptions())


def test_has_option_looks_into_a_backbone():
    assert has_option("rate", Outer())
    assert not has_option("inner", Outer())
