"""Which of the authors' choices moves LightGCN and MF: ours, with one of theirs at a time, then with all of them.

    python -m benchmarks.paper_forms DATASET [--model lightgcn] [--model mf] [--set NAME=VALUE]

Rows go into benchmarks/results/forms/NAME.csv as soon as they are done, and are not run twice. The epoch is chosen on
validation; validation and test scores are written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor
from tqdm import tqdm

from benchmarks import store
from benchmarks.grid import RESULTS, check_writable, setup
from benchmarks.grid import key as run_key
from benchmarks.learning import scores
from benchmarks.store import Row
from lattice.commands.shared import DatasetPath
from lattice.data import load
from lattice.data.dataset import Dataset
from lattice.experiments.methods import Method
from lattice.experiments.results import KEYS
from lattice.graph import Bipartite, MeanAdjacency
from lattice.models import build
from lattice.models.base import EmbeddingModel
from lattice.models.lightgcn import LightGCN
from lattice.models.loss import bpr, l2
from lattice.training import train
from lattice.training.one_process import OneProcess
from lattice.training.sampler import Sampler

MODELS = ("lightgcn", "mf")
L2_OF_THE_PAPER = "1e-3"  # the largest of Section 3.1.4


@dataclass(frozen=True)
class Form:
    """One way of training.

    Args:
        name: what the row is called.
        row_mean: whether the user-item matrix is D⁻¹(A + I) instead of LightGCN's symmetric one.
        by_user: whether a triple's user is drawn uniformly, its item among theirs, and its negative among all items.
        on_final: whether the L2 penalty is on the final embeddings instead of the ID embeddings.
        small_l2: whether the penalty's weight is the largest of the paper's grid.
    """

    name: str
    row_mean: bool = False
    by_user: bool = False
    on_final: bool = False
    small_l2: bool = False


FORMS = (
    Form("ours"),
    Form("L2 1e-3", small_l2=True),
    Form("D⁻¹(A + I)", row_mean=True),
    Form("users drawn uniformly", by_user=True),
    Form("penalty on final embeddings", on_final=True),
    Form("all four", row_mean=True, by_user=True, on_final=True, small_l2=True),
)


def forms(model: str) -> tuple[Form, ...]:
    """Return the forms that differ for a model: MF has no matrix, and its final embeddings are the ID embeddings."""
    if model != "mf":
        return FORMS
    return (
        *(form for form in FORMS[:-1] if not form.row_mean and not form.on_final),
        Form("both", by_user=True, small_l2=True),
    )


class RowMean:
    """D⁻¹(A + I) over users and items, in the place of LightGCN's symmetric matrix."""

    def __init__(self, pairs: Tensor, n_users: int, n_items: int) -> None:
        """Count degrees. pairs: [n, 2] int64, each once."""
        self.users, self.items = (
            torch.bincount(pairs[:, column], minlength=n)[:, None] for column, n in enumerate((n_users, n_items))
        )
        self.ones: Bipartite = MeanAdjacency.of(pairs[:, 0], pairs[:, 1], n_users, n_items).ones

    def layer_mean(self, users: Tensor, items: Tensor, layers: int) -> tuple[Tensor, Tensor]:
        """Propagate [n_users, d] and [n_items, d]; return the mean over layers 0..layers of both."""
        x, y = [users], [items]
        for _ in range(layers):
            new = (self.ones.to_users(y[-1]) + x[-1]) / (self.users + 1)
            y.append((self.ones.to_items(x[-1]) + y[-1]) / (self.items + 1))
            x.append(new)
        return torch.stack(x).mean(dim=0), torch.stack(y).mean(dim=0)


class UserSampler(Sampler):
    """As many triples as there are pairs, their users drawn uniformly."""

    def epoch(self, batch_size: int, generator: torch.Generator) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yield batches of (users, positives, negatives), [<= batch_size] each."""
        users = torch.unique(self.pairs[:, 0])
        count = self.starts[users + 1] - self.starts[users]
        drawn = torch.randint(len(users), (len(self),), generator=generator)
        uniform = torch.rand(2, len(self), generator=generator, dtype=torch.float64)
        places = self.starts[users[drawn]] + (uniform[0] * count[drawn]).long()
        for chosen, numbers in zip(places.split(batch_size), uniform[1].split(batch_size), strict=True):
            yield self.triples(chosen, numbers)


class ByUser(OneProcess):
    """A run that samples by user."""

    def sampler(self, pairs: np.ndarray, device: torch.device) -> Sampler:
        """Return the sampler of training pairs [n, 2]; negatives are of all items."""
        n_users, n_items = (int(pairs[:, column].max()) + 1 for column in (0, 1))
        return UserSampler.of(torch.as_tensor(pairs, device=device), n_users, torch.arange(n_items, device=device))


def penalised_on_final(model: EmbeddingModel) -> None:
    """Make a model's L2 penalty one on its final embeddings."""

    def loss(users: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        x, y = model.embed()
        of_users, of_items = x[users], y[torch.cat([positives, negatives])]
        return bpr(of_users, *of_items.chunk(2)) + model.options.l2 * l2(of_users, of_items)

    model.loss = loss  # type: ignore[method-assign]


def settings_of(form: Form, settings: Sequence[str]) -> list[str]:
    """Return a form's settings: those of all, but for L2 where the form has the paper's."""
    if not form.small_l2:
        return list(settings)
    return [*(one for one in settings if not one.startswith("l2=")), f"l2={L2_OF_THE_PAPER}"]


def trained(dataset: Dataset, method: Method, settings: Sequence[str], form: Form, seed: int) -> Row:
    """Train one form on a CPU; return its scores, its best epoch and its seconds."""
    options, training = setup(method, settings, seed, "cpu")
    torch.manual_seed(seed)
    pairs = torch.as_tensor(dataset.pairs("train"))
    model = build(options, dataset.n_users, dataset.n_items, pairs, {})
    assert isinstance(model, EmbeddingModel)
    if form.row_mean:
        assert isinstance(model, LightGCN)
        model.graph = RowMean(pairs, dataset.n_users, dataset.n_items)  # type: ignore[assignment]
    if form.on_final:
        penalised_on_final(model)
    processes = ByUser() if form.by_user else OneProcess()
    found = train(model, dataset.pairs("train"), dataset.pairs("valid"), training, progress=False, processes=processes)
    return {
        **scores(model, dataset),
        "best_epoch": found.best_epoch,
        "epochs": len(found.history),
        "seconds": round(found.seconds, 1),
    }


def main(
    folder: DatasetPath,
    model: Annotated[list[str] | None, typer.Option(help="lightgcn, mf; both by default.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE of every form; its L2 is replaced.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The CSV to write.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each.")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="Of the CPU.")] = 1,
) -> None:
    """Run what is missing of the comparison on one data set."""
    torch.set_num_threads(threads)
    dataset = load(folder)
    out = out or RESULTS / "forms" / f"{folder.resolve().name}.csv"
    check_writable(out)
    asked = [(Method(name), form) for name in model or MODELS for form in forms(name)]
    for seed in range(seeds):
        for method, form in tqdm(asked, desc=f"seed {seed}"):
            settings = settings_of(form, set_ or ())
            fingerprint, name, options, _ = run_key(dataset.fingerprint, method, settings, seed)
            key = fingerprint, name, f"{options}: {form.name}", seed
            if store.find(out, key) is None:
                row = trained(dataset, method, settings, form, seed)
                keys = dict(zip(KEYS, key, strict=True))
                store.add(out, {**keys, "form": form.name, "settings": " ".join(settings), **row})


if __name__ == "__main__":
    typer.run(main)
