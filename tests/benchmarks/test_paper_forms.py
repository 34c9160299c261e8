"""The authors' forms against dense matrices and counts."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
import torch

from benchmarks import paper_forms
from benchmarks.paper_forms import ByUser, Form, RowMean, penalised_on_final
from lattice.data import save
from lattice.models import build, default_options


def test_row_mean_is_the_dense_matrix(catalogue):
    pairs = torch.as_tensor(catalogue.pairs("train"))
    n_users, n_items = catalogue.n_users, catalogue.n_items
    a = torch.zeros(n_users + n_items, n_users + n_items, dtype=torch.float64)
    a[pairs[:, 0], n_users + pairs[:, 1]] = 1
    a = a + a.T + torch.eye(len(a), dtype=torch.float64)
    a = a / a.sum(dim=1, keepdim=True)
    x = torch.randn(len(a), 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    expected = (x + a @ x + a @ a @ x) / 3
    weights = torch.randn(len(a), 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    gradient = (weights + a.T @ weights + a.T @ a.T @ weights) / 3
    given = [part.float().requires_grad_() for part in (x[:n_users], x[n_users:])]
    found = torch.cat(RowMean(pairs, n_users, n_items).layer_mean(*given, 2))
    (found * weights.float()).sum().backward()
    torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(torch.cat([g.grad for g in given]).double(), gradient, rtol=1e-4, atol=1e-5)


def test_sampling_by_user_gives_every_user_an_equal_share():
    pairs = np.array([(0, item) for item in range(8)] + [(1, 0), (3, 8)])
    sampler = ByUser().sampler(pairs, torch.device("cpu"))
    own = {tuple(pair) for pair in pairs.tolist()}
    generator = torch.Generator().manual_seed(0)
    triples = [
        triple
        for _ in range(300)
        for batch in sampler.epoch(4, generator)
        for triple in zip(*(part.tolist() for part in batch), strict=True)
    ]
    assert len(triples) == 300 * len(pairs)
    by_user = Counter(user for user, _, _ in triples)
    assert set(by_user) == {0, 1, 3}
    assert [by_user[user] / len(triples) for user in (0, 1, 3)] == pytest.approx([1 / 3] * 3, rel=0.1)
    assert {(user, positive) for user, positive, _ in triples} == own
    assert not own & {(user, negative) for user, _, negative in triples}
    assert {negative for user, _, negative in triples if user == 1} == set(range(1, 9))


def test_sampling_by_user_draws_all_of_a_users_items():
    pairs = np.array([(0, 0), (0, 1), (0, 2), (1, 3)])
    sampler = ByUser().sampler(pairs, torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    drawn = Counter(
        positive
        for _ in range(1500)
        for users, positives, _ in sampler.epoch(4, generator)
        for user, positive in zip(users.tolist(), positives.tolist(), strict=True)
        if user == 0
    )
    assert set(drawn) == {0, 1, 2}
    assert min(drawn.values()) == pytest.approx(sum(drawn.values()) / 3, rel=0.1)


def test_penalty_on_final_embeddings_is_that_of_the_equation(catalogue):
    options = default_options("lightgcn")
    pairs = torch.as_tensor(catalogue.pairs("train"))
    model = build(options, catalogue.n_users, catalogue.n_items, pairs, {})
    penalised_on_final(model)
    users, positives, negatives = pairs[:3, 0], pairs[:3, 1], pairs[3:6, 1]
    x, y = (part.detach().double() for part in model.embed())
    u, i, j = x[users], y[positives], y[negatives]
    likely = torch.log(torch.sigmoid((u * i).sum(1) - (u * j).sum(1))).mean()
    lengths = sum((part**2).sum() for part in (u, i, j)) / 2 / 3
    expected = -likely + options.l2 * lengths
    assert model.loss(users, positives, negatives).item() == pytest.approx(expected.item(), rel=1e-5)


def test_main_runs_every_form_once(catalogue, tmp_path, monkeypatch):
    save(catalogue, tmp_path / "shop")
    out = tmp_path / "forms.csv"
    settings = ["lr=0.01", "l2=0.1", "dim=8", "batch_size=64", "epochs=1"]
    paper_forms.main(tmp_path / "shop", None, settings, out)
    found = pd.read_csv(out)
    assert found.groupby("model")["form"].agg(list).to_dict() == {
        "lightgcn": [form.name for form in paper_forms.FORMS],
        "mf": ["ours", "L2 1e-3", "users drawn uniformly", "both"],
    }
    small = found["settings"].str.contains("l2=1e-3")
    assert set(found["form"][small]) == {"L2 1e-3", "all four", "both"}
    monkeypatch.setattr(paper_forms, "trained", lambda *_: pytest.fail("was run again"))
    paper_forms.main(tmp_path / "shop", None, settings, out)


def test_l2_of_a_form_replaces_the_one_given():
    assert paper_forms.settings_of(Form("any"), ["l2=1", "lr=2"]) == ["l2=1", "lr=2"]
    assert paper_forms.settings_of(Form("any", small_l2=True), ["l2=1", "lr=2"]) == ["lr=2", "l2=1e-3"]
