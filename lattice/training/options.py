"""Options of training, the same for every model."""

from dataclasses import dataclass
from typing import Literal

from lattice.errors import InputError
from lattice.validation import check_float, check_int


@dataclass(frozen=True)
class TrainingOptions:
    """Options of training.

    Args:
        lr: Adam's learning rate.
        batch_size: triples per step.
        epochs: maximum number of epochs.
        patience: epochs without a better validation score before training stops.
        protocol: what the best epoch is chosen by on validation: "warm" (all held-out items, ranked among all) or
            "cold" (items without training interactions, ranked among themselves).
        seed: of initialisation, order, negatives and refreshes.
        device: "auto", "cpu", "cuda", "cuda:1", ...
    """

    lr: float = 1e-3
    batch_size: int = 1024
    epochs: int = 300
    patience: int = 50
    protocol: Literal["warm", "cold"] = "warm"
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        """Raise an InputError for a value out of range."""
        check_float("lr", self.lr, 0)
        check_int("batch_size", self.batch_size, 1)
        check_int("epochs", self.epochs, 1)
        check_int("patience", self.patience, 1)
        if self.protocol not in ("warm", "cold"):
            raise InputError(f"protocol is {self.protocol!r}; it is warm or cold")
        check_int("seed", self.seed, 0)
