"""How a model is trained, apart from what it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingOptions:
    """lr: Adam's learning rate. batch_size: triples a step. epochs: at most. patience: epochs without a better score
    before stopping. seed: of initialisation, order and negatives. device: "auto", "cpu", "cuda", ...
    """

    lr: float = 1e-3
    batch_size: int = 1024
    epochs: int = 300
    patience: int = 20
    seed: int = 0
    device: str = "auto"
