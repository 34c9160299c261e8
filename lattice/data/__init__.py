"""Datasets: what is known of users and items, read from many formats, kept in one."""

from lattice.data.dataset import PRECOMPUTED, SPLITS, Dataset, EncoderRecord, check, load, save

__all__ = ["PRECOMPUTED", "SPLITS", "Dataset", "EncoderRecord", "check", "load", "save"]
