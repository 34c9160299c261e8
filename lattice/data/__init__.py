"""Datasets: what is known of users and items, read from many formats, kept in one."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lattice.data.dataset import PRECOMPUTED, SPLITS, Dataset, EncoderRecord, check, load, save

__all__ = ["PRECOMPUTED", "SPLITS", "Dataset", "EncoderRecord", "check", "load", "save"]


def __getattr__(name: str) -> Any:
    """Load pandas only when a dataset is asked for: the command line's options are in this package, too."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lattice.data import dataset

    return getattr(dataset, name)
