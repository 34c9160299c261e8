"""Checkpoints of all models on the shop of coloured shapes, trained for a few seconds."""

from pathlib import Path

from lattice.data import load, save
from lattice.features import encode_dataset
from lattice.models import default_options
from lattice.pipeline import fit
from lattice.training import TrainingOptions
from tests.app.catalogue import shapes, write_example

MODELS = ("lattice", "lightgcn", "mf")


def train_all(folder: Path, epochs: int = 3) -> Path:
    """`folder`/checkpoints, laid out as the app expects it: shapes/lattice, shapes/lightgcn, shapes/mf."""
    save(encode_dataset(shapes(folder / "source"), device="cpu"), folder / "shop")
    write_example(folder / "shop")
    dataset = load(folder / "shop")
    training = TrainingOptions(epochs=epochs, batch_size=128, device="cpu")
    for model in MODELS:
        out = folder / "checkpoints" / "shapes" / model
        out.parent.mkdir(parents=True, exist_ok=True)
        fit(dataset, default_options(model), training, out, progress=False)
    return folder / "checkpoints"
