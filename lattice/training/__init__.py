"""Training: sampler, loop, early stopping and resume."""

from lattice.training.loop import SELECTION, Result, train
from lattice.training.options import TrainingOptions
from lattice.training.sampler import Sampler

__all__ = ["SELECTION", "Result", "Sampler", "TrainingOptions", "train"]
