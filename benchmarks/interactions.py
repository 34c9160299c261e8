"""Server time of what a visitor does, on a checkpoint: p50 and p95 over random users and items.

    python -m benchmarks.interactions [CHECKPOINT] [--repeats 200] [--threads 2]
    python -m benchmarks.interactions --synthetic 2000 --synthetic 200000

`--synthetic N` measures on a generated shop of N items, without training (see `benchmarks.synthetic`).
A what-if is timed whole: the item graph under other coefficients, the user's list, and Recall@20 of the sample of users
that the app shows. The first call of each is a figure of its own, as it fills caches: the first change of k compares
all pairs of items, the first fold-in ranks the catalogue for every user.
Comparing all pairs takes minutes from 100,000 items on. With more than `--most-pairs` it is left out: of the change of
k only the comparison is timed, for some of the items, and what all would take is written as an estimate.
Prints, and writes to benchmarks/results/interactions.json (of generated shops: interactions-synthetic.json):
milliseconds of each, seconds to load the checkpoint and to build what searches it, what content scores cost, the most
memory that the process used so far, the size of the data, hardware.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import torch
import torch.nn.functional as F
import typer

from benchmarks.synthetic import make_shop
from lattice.device import hardware
from lattice.evaluation import evaluate, sampled
from lattice.files import replaced_file
from lattice.graph.knn import BLOCK, FEWEST, PRODUCTS
from lattice.graph.top_k import product_blocks, top_k
from lattice.inference.content_scores import ContentBasis, Profiles
from lattice.inference.neighbourhood import neighbourhood
from lattice.inference.search import item_index
from lattice.inference.trained_model import KEPT_NEIGHBOURS
from lattice.recommender import Recommender

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
SAMPLE, LONGEST_LIST = 500, 50
COMPARED = 1_024  # items whose nearest are searched, where all of them would take minutes
MOST_PAIRS = 1e10  # of items, compared with each other: half a minute at 63,000 items
CHANGE_OF_K = "what if: k"


class Visitor:
    """Does one thing of each kind, with a user and an item drawn at random."""

    def __init__(self, recommender: Recommender, seed: int = 0) -> None:
        """Draw the sample of users whose Recall follows a what-if."""
        self.model = recommender
        self.random = np.random.default_rng(seed)
        dataset = recommender.checkpoint.dataset
        self.items = dataset.items["item"].tolist()
        self.seen, self.held_out = dataset.pairs("train"), sampled(dataset.pairs("test"), SAMPLE)
        counts = np.bincount(self.seen[:, 1], minlength=dataset.n_items)
        start = time.perf_counter()
        self.index = item_index(dataset.items, counts)
        self.index_seconds = time.perf_counter() - start
        self.pictures = [str(path) for row in range(dataset.n_items) if (path := dataset.image_path(row))]

    def _user(self) -> str:
        return str(self.model.users[int(self.random.integers(len(self.model.users)))])

    def _item(self) -> str:
        return self.items[int(self.random.integers(len(self.items)))]

    def _typed(self) -> str:
        """Return the beginnings of two words of an item, the first with a typing error."""
        row = self.model.items.iloc[int(self.random.integers(len(self.model.items)))]
        words = [*str(row["title"]).split(), *str(row.get("category", "")).split(), str(row["item"])]
        first, second = self.random.choice(words, 2)
        wrong = int(self.random.integers(len(first)))
        return f"{first[:wrong]}e{first[wrong + 1 :]} {second[: int(self.random.integers(1, len(second) + 1))]}"

    def _what_if(self, **changed: object) -> None:
        altered = self.model.what_if(**changed)  # type: ignore[arg-type]
        altered.recommend(self._user(), LONGEST_LIST)
        evaluate(altered.embeddings, self.seen, self.held_out, (20,))

    def _cut(self) -> None:
        item = self._item()
        near = self.model.edges(item)["item"].tolist() or [self._item()]
        self._what_if(without_edges=[(item, near[int(self.random.integers(len(near)))])])

    def _around(self, hops: int) -> None:
        graph = self.model.item_graph
        assert graph is not None
        neighbourhood(graph, int(self.random.integers(len(self.model.items))), hops)

    def actions(self) -> dict[str, Callable[[], object]]:
        """Return the actions to time, by name."""
        random, model = self.random, self.model
        found: dict[str, Callable[[], object]] = {
            "recommend to a user": lambda: model.recommend(self._user(), LONGEST_LIST),
            "search as typed": lambda: self.index.search(self._typed()),
            "why": lambda: model.explain(self._user(), self._item()),
            "why not": lambda: model.why_not(self._user(), self._item(), 10),
            "what if: λ": lambda: self._what_if(lambda_=float(random.random())),
            "what if: α": lambda: self._what_if(alpha={m: float(random.random()) for m in model.modalities}),
            CHANGE_OF_K: lambda: self._what_if(k=int(random.integers(2, min(KEPT_NEIGHBOURS, len(model.items)) + 1))),
            "what if: an edge cut": self._cut,
            "similar items": lambda: model.similar(self._item(), 20),
            "neighbourhood, one hop": lambda: self._around(1),
            "neighbourhood, two hops": lambda: self._around(2),
        }
        if self.pictures and "visual" in model.modalities:
            found["fold-in of a picture"] = lambda: model.fold_in(image=str(random.choice(self.pictures)))
        if "textual" in model.modalities:
            found["fold-in of text"] = lambda: model.fold_in(
                text=f"{model.title(self._item())} {model.title(self._item())}"
            )
        if self.pictures and {"visual", "textual"} <= set(model.modalities) and model.checkpoint.calibration:
            found["upload of both, at 5% exposure"] = self._upload
        return found

    def _upload(self) -> None:
        """Fold in a picture and words from end to end: encode both, find neighbours, rank for every user."""
        picture, words = str(self.random.choice(self.pictures)), self.model.title(self._item())
        self.model.fold_in(image=picture, text=words, exposure=0.05)


def timed(action: Callable[[], object], repeats: int) -> dict[str, float]:
    """Return milliseconds of an action, p50 and p95, and seconds of its first call, which fills the caches."""
    start = time.perf_counter()
    action()
    first, taken = time.perf_counter() - start, []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - start))
    times = {name: round(float(np.percentile(taken, q)), 2) for name, q in (("p50_ms", 50), ("p95_ms", 95))}
    return {**times, "first_s": round(first, 2)}


def estimated(recommender: Recommender) -> dict[str, Any]:
    """Return seconds that the first change of k would take, by the search of some items' nearest as it searches all."""
    trained, n = recommender.trained, len(recommender.items)
    block = min(BLOCK, max(FEWEST, PRODUCTS // n))
    taken = 0.0
    for features in (matrix for pair in trained.spaces.values() for matrix in pair):
        unit = F.normalize(features, dim=1)
        start = time.perf_counter()
        for _, cosines in product_blocks(unit[:COMPARED], unit, block):
            top_k(cosines, trained.kept)
        taken += time.perf_counter() - start
    return {
        "p50_ms": None,
        "p95_ms": None,
        "first_s": None,
        "estimated_first_s": round(taken * n / min(COMPARED, n), 1),
        "left_out": f"its first call compares {n:,} items with each other; estimated from {min(COMPARED, n):,} of them",
    }


def content_cost(recommender: Recommender) -> dict[str, float] | None:
    """Return seconds to prepare and to solve the content scores, and MiB of what they keep; None without any."""
    if recommender.content is None:
        return None
    trained, options = recommender.trained, recommender.content.options
    start = time.perf_counter()
    basis = ContentBasis.of(trained.features, trained.warm)
    prepared = time.perf_counter()
    profiles = Profiles.fit(basis, trained.seen, options.ridge)
    solved = time.perf_counter()
    kept = (basis.items, basis.covariance, basis.gram, profiles.matrix, profiles.users)
    return {
        "columns": basis.items.shape[1],
        "prepare_s": round(prepared - start, 3),
        "solve_s": round(solved - prepared, 3),
        "kept_mib": round(sum(x.nbytes for x in kept) / 2**20, 1),
    }


def measured(checkpoint: Path, repeats: int, most_pairs: float = MOST_PAIRS) -> dict[str, Any]:
    """Return the times of all actions on one checkpoint."""
    start = time.perf_counter()
    recommender = Recommender.load(checkpoint)
    recommender.embeddings  # noqa: B018 -- part of loading in the app
    loading = time.perf_counter() - start
    visitor = Visitor(recommender)
    actions = visitor.actions()
    if len(recommender.items) ** 2 > most_pairs:
        del actions[CHANGE_OF_K]
    times = {name: timed(action, repeats) for name, action in actions.items()}
    if CHANGE_OF_K not in times:
        times[CHANGE_OF_K] = estimated(recommender)
    return {
        "dataset": recommender.checkpoint.dataset.name,
        "users": len(recommender.users),
        "items": len(recommender.items),
        "repeats": repeats,
        "users_of_recall": len(np.unique(visitor.held_out[:, 0])),
        "load_s": round(loading, 2),
        "search_index_s": round(visitor.index_seconds, 2),
        "interactions": times,
        "content_scores": content_cost(recommender),
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main(
    checkpoint: Annotated[Path, typer.Argument()] = ROOT / "checkpoints" / "demo" / "lattice",
    repeats: Annotated[int, typer.Option(min=2)] = 200,
    synthetic: Annotated[list[int] | None, typer.Option(min=100, help="Items of a shop that is made up.")] = None,
    most_pairs: Annotated[
        float, typer.Option(help="Pairs of items that are compared; beyond, estimated.")
    ] = MOST_PAIRS,
    threads: int = os.cpu_count() or 1,
    out: Path | None = None,
) -> None:
    """Do everything `repeats` times and say how long it took."""
    torch.set_num_threads(threads)
    where = {"threads": threads, "hardware": hardware(torch.device("cpu")), "torch": torch.__version__}
    if synthetic:
        shops = []
        for items in synthetic:
            with TemporaryDirectory() as folder:
                shops.append(measured(make_shop(items, Path(folder), ("lattice",)), repeats, most_pairs))
        result = {"shops": shops, **where}
    else:
        result = {**measured(checkpoint, repeats, most_pairs), **where}
    with replaced_file(out or RESULTS / f"interactions{'-synthetic' if synthetic else ''}.json") as part:
        part.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=2, ensure_ascii=False)
    print()


if __name__ == "__main__":
    typer.run(main)
