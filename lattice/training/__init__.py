"""Training: sampler, loop, early stopping and resume."""

from lattice.training.loop import Result, train
from lattice.training.options import TrainingOptions
from lattice.training.sampler import Sampler

__all__ = ["Result", "Sampler", "TrainingOptions", "train"]
