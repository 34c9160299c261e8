"""The arrays from which a browser computes a LATTICE model's scores, their parts and what-ifs, as the library does."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lattice.errors import InputError
from lattice.evaluation import rank
from lattice.export_app.lists import BLOCK
from lattice.export_app.scripts import array, indices
from lattice.graph import Graph, chosen_cosines, nearest
from lattice.inference import ItemGraph
from lattice.inference.content_scores import ContentScores
from lattice.models import ItemGraphModel
from lattice.recommender import Recommender

LARGEST = 2**15 - 1  # of 16-bit integers
WIDEST = 20  # neighbours per item that a what-if of k can choose among
STEPS = 2**16 - 1  # of an edge's weight before normalisation, between 0 and 1
LOWEST = -1e30  # in place of minus infinity, where a list is shorter: any score is above it


def graph_script(recommender: Recommender) -> dict[str, Any]:
    """Return the item graph: coefficients, and every modality's initial and learned graph as k columns per row."""
    graph = recommender.require_item_graph()
    return {
        "lambda": graph.lambda_,
        "k": graph.k,
        "widest": min(max(WIDEST, graph.k), recommender.checkpoint.dataset.n_items),
        "layers": graph.layers,
        "normalised": _is_normalised(graph),
        "modalities": [
            {
                "name": modality,
                "alpha": graph.alpha[modality],
                "initial": _graph(pair.initial),
                "learned": _graph(pair.learned),
            }
            for modality, pair in graph.graphs.items()
        ],
    }


def nearest_script(recommender: Recommender) -> dict[str, Any]:
    """Return every item's nearest items by modality and layer, nearest first, for a what-if of k.

    columns: [N, widest] indices. weights: [N, widest], in STEPS, what an edge counts before it is normalised.
    Eq. 3 on the first k columns is the graph with k neighbours per item, the item itself among them.
    """
    model, widest = recommender.require_lattice(), graph_script(recommender)["widest"]
    return {
        "modalities": [
            {"initial": _nearest(model, model.raw(m), widest), "learned": _nearest(model, model.transformed(m), widest)}
            for m in recommender.modalities
        ]
    }


def items_script(recommender: Recommender) -> dict[str, Any]:
    """Return the items' vectors, [N, d] each: `items` of the backbone, and `inputs`, what the graph propagates.

    inputs: one array of ID embeddings, or one per modality where features are propagated, to be weighted by alpha.
    """
    graph, model = recommender.require_item_graph(), recommender.require_lattice()
    features = model.options.input == "features"
    inputs = [model.transformed(m) for m in graph.alpha] if features else [graph.inputs(model)]
    return {"items": _floats(recommender.trained.embeddings[1]), "inputs": [_floats(x) for x in inputs]}


def user_vector_scripts(recommender: Recommender) -> Iterator[dict[str, Any]]:
    """Yield a block of users' vectors [users, d] after the other."""
    for block in recommender.embeddings[0].split(BLOCK):
        yield {"vectors": _floats(block)}


def content_script(content: ContentScores) -> dict[str, Any]:
    """Return content scores as one vector b_i per item [N, D]: what item j adds to the score of i is b_j . b_i.

    With G = C_w^T C_w + mu I = R R^T the score is sum_j c_j^T G^-1 c_i, so b_i = R^-1 c_i. A row is kept as 16-bit
    integers times one scale, which is about ten times as exact as half precision in the same space.
    """
    basis = content.basis
    gram = basis.gram + content.options.ridge * torch.eye(len(basis.gram), dtype=basis.gram.dtype)
    lower = torch.linalg.cholesky(gram)
    both = torch.cat([basis.items.double(), basis.mean[None]]).T
    moved = torch.linalg.solve_triangular(lower, both, upper=False).T
    scales = moved[:-1].abs().amax(dim=1, keepdim=True).clamp(min=1e-30) / LARGEST
    return {
        "weight": content.options.weight,
        "items": array((moved[:-1] / scales).round().cpu().numpy(), "i16"),
        "scales": _floats(scales[:, 0]),
        "mean": _floats(moved[-1]),
    }


def thresholds_script(recommender: Recommender, lengths: tuple[int, ...]) -> dict[str, Any]:
    """Return the model's own score [U, lengths] at the end of each user's list of these lengths, without content."""
    users, items = recommender.embeddings
    scores = rank(users, items, np.arange(len(users)), max(lengths), recommender.trained.seen)[1]
    last = scores[:, [min(length, scores.shape[1]) - 1 for length in lengths]]
    return {"lengths": list(lengths), "scores": array(last.clip(min=LOWEST), "f32")}


def _is_normalised(graph: ItemGraph) -> bool:
    """Return whether h is added at length 1, as in Eq. 8, and not as it is; the page knows these two."""
    factor = float(graph.graph_scale(torch.tensor([[2.0]])))
    if factor not in (0.5, 1.0):
        raise InputError("a model here adds its item graph by a factor that the page can't compute; leave it out")
    return factor == 0.5


@torch.no_grad()
def _nearest(model: ItemGraphModel, features: Tensor, k: int) -> dict[str, Any]:
    pattern = nearest(features, k)
    cosines = chosen_cosines(features, pattern)
    own = pattern.indices == torch.arange(len(features), device=features.device)[:, None]
    order = cosines.masked_fill(own, 2.0).argsort(
        dim=1, descending=True, stable=True
    )  # an item comes before its copies
    columns, weights = pattern.indices.gather(1, order), model.edge_weights(cosines).gather(1, order).clamp(0, 1)
    return {
        "columns": indices(columns.cpu().numpy(), len(features)),
        "weights": array((weights * STEPS).round().cpu().numpy(), "u16"),
    }


def _graph(graph: Graph) -> dict[str, Any]:
    columns = graph.indices.cpu().numpy()
    return {"columns": indices(columns, len(columns)), "weights": _floats(graph.weights)}


def _floats(x: Tensor) -> dict[str, Any]:
    return array(np.asarray(x.detach().cpu()), "f32")
