"""What `lattice calibrate` measures on validation and keeps with a checkpoint.

How much content counts beside the model's own scores, and what it costs the other items to show new ones.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from lattice.errors import InputError
from lattice.validation import check_float


@dataclass(frozen=True)
class ContentOptions:
    """How content scores are made and weighed, see `lattice.inference.content_scores`."""

    weight: float = 0.0  # beta: weight of a user's standardised content scores; 0 leaves the model alone
    new_weight: float = 0.0  # the same for new items, of which the model itself knows less
    ridge: float = 10.0  # mu: strength of the ridge penalty

    @property
    def counts(self) -> bool:
        """Return whether content scores count at all."""
        return self.weight > 0 or self.new_weight > 0

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        check_float("weight", self.weight, 0)
        check_float("new_weight", self.new_weight, 0)
        check_float("ridge", self.ridge, 1e-9)


@dataclass(frozen=True)
class ExposurePoint:
    """One point of the exposure curve, measured on validation with all new items in every user's list."""

    loss: float  # allowed loss of warm Recall@20, relative to the model alone without new items
    offset: float  # added to new items' scores, in units of the spread of a user's scores
    warm_recall: float  # Recall@20 of the warm items at this offset
    cold_recall: float  # Recall@20 of the new items among all items


@dataclass(frozen=True)
class Calibration:
    """Settings of the content scores, and the curve from a loss of warm recall to the offset of new items."""

    content: ContentOptions
    curve: tuple[ExposurePoint, ...]  # by ascending loss
    newcomers: str  # "unseen": items that training never had; "simulated": a share of the trained items

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON, which `from_json` reads back."""
        return {
            "content": asdict(self.content),
            "curve": [asdict(point) for point in self.curve],
            "newcomers": self.newcomers,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Calibration":
        """Read what `to_json` wrote; a KeyError, TypeError or ValueError says that it is something else."""
        curve = tuple(ExposurePoint(**point) for point in values["curve"])
        if not curve or any(a.loss >= b.loss for a, b in pairwise(curve)):
            raise ValueError("the losses of its exposure curve don't ascend")
        if not all(np.isfinite(list(asdict(point).values())).all() for point in curve):
            raise ValueError("its exposure curve holds a number that is not finite")
        return cls(ContentOptions(**values["content"]), curve, str(values["newcomers"]))


def offset_for(exposure: float, calibration: Calibration | None) -> float:
    """Return the offset for an allowed loss of warm recall, linear between the points of the exposure curve.

    Raises an InputError where there is no curve, or it doesn't reach as far.
    """
    if calibration is None or not calibration.curve:
        raise InputError("this checkpoint has no exposure curve; run `lattice calibrate CHECKPOINT DATASET` first")
    losses = [point.loss for point in calibration.curve]
    if not losses[0] <= exposure <= losses[-1]:
        raise InputError(f"exposure is {exposure}; it is an allowed loss of warm recall, {losses[0]} to {losses[-1]}")
    return float(np.interp(exposure, losses, [point.offset for point in calibration.curve]))
