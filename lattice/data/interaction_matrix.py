"""Interactions as a sparse matrix."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def interaction_matrix(pairs: np.ndarray, n_users: int, n_items: int) -> "csr_array":
    """Return a sparse bool matrix [n_users, n_items], True at the pairs [n, 2]."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(pairs), dtype=bool), pairs.T), shape=(n_users, n_items))
