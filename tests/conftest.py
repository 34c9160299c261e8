"""What many tests share: one thread, a small catalogue with a planted structure, and models trained on it."""

from collections.abc import Callable
from functools import cache

import pytest
import torch

from lattice.checkpoint import Checkpoint
from lattice.data import Dataset
from lattice.recommender import Recommender
from tests.synthetic import clustered, trained_on

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def catalogue() -> Dataset:
    """40 users, 60 items, two modalities, 4 clusters; four cold items, one without a picture, one without content."""
    return clustered()


@pytest.fixture(scope="session")
def trained(catalogue) -> Callable[[str], Checkpoint]:
    """A function from a name ("mf", "lightgcn", "lattice-mf-2": backbone and item layers) to a trained checkpoint."""
    return cache(lambda name: trained_on(catalogue, name))


@pytest.fixture
def recommender(trained) -> Callable[[str], Recommender]:
    """A function from a model's name to a recommender of its own."""
    return lambda name: Recommender.of(trained(name))
