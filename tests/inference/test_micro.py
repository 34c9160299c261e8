"""What inference makes of a model in which every item weighs its modalities itself, against dense equations."""

import numpy as np
import pytest
import torch

from tests import oracles, successors
from tests.baselines import leaves
from tests.synthetic import COLD, index


def parts_of(rec, catalogue, k: int | None = None):
    """Parameters, raw features, each modality's graph A^m and each item's weights, in float64."""
    o = rec.checkpoint.options
    p = {name: x.detach() for name, x in leaves(rec.checkpoint.model).items()}
    raw = {m: torch.as_tensor(x).double() for m, x in catalogue.features.items()}
    graphs = {}
    for m, x in raw.items():
        moved = oracles.transform(x, p[f"transforms.{m}.weight"], p[f"transforms.{m}.bias"])
        initial, learned = (oracles.normalised(oracles.sparsified(f, k or o.k)) for f in (x, moved))
        graphs[m] = o.lambda_ * initial + (1 - o.lambda_) * learned
    ids = p["backbone.item_embedding"]
    return p, raw, graphs, attention(p, {m: a @ ids for m, a in graphs.items()})


def attention(p, parts):
    """Modality -> the weight of each row of its part."""
    scores = {
        m: torch.exp(torch.tanh(successors.linear(h, p, "attention.0")) @ p["attention.2.weight"][0])
        for m, h in parts.items()
    }
    total = sum(scores.values())
    return {m: score / total for m, score in scores.items()}


def test_a_loaded_micro_scores_as_its_equations_say(recommender, catalogue):
    rec = recommender("micro")
    p, raw, _, _ = parts_of(rec, catalogue)
    wanted = successors.micro(p, raw, catalogue.pairs("train"), rec.checkpoint.options)
    for found, expected in zip(rec.embeddings, wanted, strict=True):
        torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-5)


def test_alpha_of_micro_is_the_mean_of_its_items_weights(recommender, catalogue):
    rec = recommender("micro")
    *_, weights = parts_of(rec, catalogue)
    assert rec.item_graph.alpha == pytest.approx({m: float(w.mean()) for m, w in weights.items()}, abs=1e-5)
    assert max(float(w.std()) for w in weights.values()) > 1e-4  # items do differ


def test_micro_edges_are_the_rows_of_the_fused_graph(recommender, catalogue):
    rec = recommender("micro")
    _, _, graphs, weights = parts_of(rec, catalogue)
    fused = sum(weights[m][:, None] * graph for m, graph in graphs.items())
    for item in (3, 17, 40):
        row, found = fused[item], rec.item_graph.row(item)
        assert found.to_dict() == pytest.approx({int(j): float(row[j]) for j in row.nonzero()[:, 0]}, abs=1e-5)


def test_the_parts_of_a_micro_score_sum_to_it(recommender, catalogue):
    rec, item = recommender("micro"), 17
    p, _, graphs, weights = parts_of(rec, catalogue)
    fused, ids = sum(weights[m][:, None] * graph for m, graph in graphs.items()), p["backbone.item_embedding"]
    found = rec.explain("u05", rec.items["item"][item])
    u = rec.embeddings[0][list(rec.users).index("u05")].double()
    length = (fused[item] @ ids).norm()
    by_neighbour = {
        rec.items["item"][j]: float(fused[item, j] * (ids[j] @ u) / length)
        for j in fused[item].nonzero()[:, 0].tolist()
    }
    assert found.by_neighbour["value"].to_dict() == pytest.approx(by_neighbour, abs=1e-5)
    assert found.collaborative_score + found.item_graph_score == pytest.approx(found.score, abs=1e-5)


def test_what_if_k_lets_items_of_micro_weigh_again(recommender, catalogue):
    rec = recommender("micro").what_if(k=3)
    p, _, graphs, weights = parts_of(rec, catalogue, k=3)
    fused = sum(weights[m][:, None] * graph for m, graph in graphs.items())
    torch.testing.assert_close(rec.layers[-1].double(), fused @ p["backbone.item_embedding"], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("given", [("visual", "textual"), ("textual",)])
@pytest.mark.parametrize("alpha", [None, {"visual": 3.0, "textual": 1.0}])
def test_a_newcomer_of_micro_weighs_its_own_modalities(recommender, catalogue, given, alpha):
    rec = recommender("micro")
    o, (p, raw, _, weights) = rec.checkpoint.options, parts_of(rec, catalogue)
    changed = rec if alpha is None else rec.what_if(alpha=alpha)
    rng = np.random.default_rng(3)
    vectors = {m: (x[12] + 0.4 * rng.normal(size=x.shape[1])).astype(np.float32) for m, x in catalogue.features.items()}
    placed = changed.fold_in_features({m: vectors[m] for m in given})
    ids, n = p["backbone.item_embedding"].clone(), len(catalogue.items)
    ids[np.setdiff1d(np.arange(n), catalogue.pairs("train")[:, 1])] = 0  # a cold item's ID embedding is noise
    assert not ids[index(rec, COLD)].any()
    parts = {}
    for m in given:
        whole = torch.cat([raw[m], torch.as_tensor(vectors[m]).double()[None]])
        moved = oracles.transform(whole, p[f"transforms.{m}.weight"], p[f"transforms.{m}.bias"])
        parts[m] = o.lambda_ * row(whole, o.k) @ ids + (1 - o.lambda_) * row(moved, o.k) @ ids
    own = attention(p, {m: h[None] for m, h in parts.items()})
    factor = {m: 1.0 if alpha is None else alpha[m] / 4 / float(weights[m].mean()) for m in given}
    total = sum(float(own[m]) * factor[m] for m in given)
    expected = {m: float(own[m]) * factor[m] / total for m in given}
    assert placed.alpha == pytest.approx(expected, abs=1e-5)
    h = sum(expected[m] * parts[m] for m in given)
    np.testing.assert_allclose(placed.embedding, h / h.norm(), atol=1e-5)
    explained = changed.explain_fold_in("u05", placed)
    assert explained.item_graph_score == pytest.approx(explained.score, abs=1e-5)


def row(whole, k: int):
    """The last item's weights to all others: its degree counts itself, and theirs don't count it."""
    n = len(whole) - 1
    sparse = oracles.sparsified(whole, k)[n]
    degree = oracles.sparsified(whole[:n], k).sum(dim=1)
    return torch.where(degree > 0, sparse[:n] / (sparse.sum() * degree.clamp(min=1e-12)).sqrt(), 0.0)


def test_many_newcomers_of_micro_are_placed_as_one_by_one(recommender, catalogue):
    from lattice.inference.new_items import embed_new_items

    rec = recommender("micro")
    rng = np.random.default_rng(5)
    some = {
        m: torch.as_tensor((x[10:13] + 0.4 * rng.normal(size=(3, x.shape[1]))).astype(np.float32))
        for m, x in catalogue.features.items()
    }
    some["visual"][1] = 0  # one has no picture
    found = embed_new_items(rec.trained, rec.item_graph, rec.layers, some)
    for i in range(3):
        one = rec.fold_in_features({m: x[i].numpy() for m, x in some.items() if x[i].any()})
        np.testing.assert_allclose(found[i].numpy(), one.embedding, atol=1e-5)
