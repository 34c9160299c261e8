"""How a model is trained, apart from what it is."""

from dataclasses import dataclass
from typing import Literal

from lattice.errors import InputError
from lattice.validation import between, whole


@dataclass(frozen=True)
class TrainingOptions:
    """lr: Adam's learning rate. batch_size: triples a step. epochs: at most. patience: epochs without a better score
    before stopping. protocol: what the best epoch is best at on validation, "warm" (everything held out, among all
    items) or "cold" (items that training doesn't have, among themselves). seed: of initialisation, order and
    negatives. device: "auto", "cpu", "cuda", "cuda:1", ...
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
        between("lr", self.lr, 0)
        whole("batch_size", self.batch_size, 1)
        whole("epochs", self.epochs, 1)
        whole("patience", self.patience, 1)
        if self.protocol not in ("warm", "cold"):
            raise InputError(f"protocol is {self.protocol!r}; it is warm or cold")
        whole("seed", self.seed, 0)
