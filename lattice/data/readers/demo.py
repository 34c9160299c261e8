"""The demo catalogue, which is made and not read: `source` is the folder that its pictures are drawn into."""

from pathlib import Path

from lattice.data.dataset import Dataset


def read(source: Path, *, seed: int = 0, n_items: int = 2100, n_users: int = 4200) -> Dataset:
    """Draw the demo catalogue into the folder `source`, the same one for the same seed and sizes."""
    from lattice.data import demo  # drawing needs packages that no other reader does

    return demo.build(source, seed=seed, n_items=n_items, n_users=n_users)
