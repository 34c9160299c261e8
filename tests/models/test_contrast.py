"""The contrastive losses, computed a few rows at a time, against the whole matrix of scores in float64."""

import pytest
import torch

from lattice.models import loss
from lattice.models.loss import graph_contrast, info_nce


@pytest.fixture(params=[2**20, 50, 1], ids=["one block", "some rows", "row by row"])
def block(monkeypatch, request):
    monkeypatch.setattr(loss, "BLOCK", request.param)


def views(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    a, b = (torch.randn(n, 6, dtype=torch.float64, generator=generator) for _ in range(2))
    return a.requires_grad_(), b.requires_grad_()


def cosines(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return (a @ b.T) / torch.outer(a.square().sum(1).sqrt(), b.square().sum(1).sqrt())


def same(found: torch.Tensor, wanted: torch.Tensor, inputs: tuple[torch.Tensor, ...]) -> None:
    torch.testing.assert_close(found, wanted)
    for one, other in zip(torch.autograd.grad(3 * found, inputs), torch.autograd.grad(3 * wanted, inputs), strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("temperature", [0.2, 1e-3])
def test_info_nce_counts_repeated_rows(block, temperature):
    a, b = views(13)
    nodes = torch.tensor([0, 3, 3, 12, 5, 3, 0, 7])
    scores = cosines(a[nodes], b[nodes]) / temperature
    wanted = (torch.logsumexp(scores, dim=1) - scores.diagonal()).mean()
    own, times = nodes.unique(return_counts=True)
    same(info_nce(a[own], b[own], temperature, times), wanted, (a, b))


@pytest.mark.parametrize("n", [1, 2, 11])
def test_graph_contrast_leaves_the_row_itself_out(block, n):
    a, b = views(n)
    between, among = (cosines(a, other) / 0.5 for other in (b, a))
    among = among.masked_fill(torch.eye(n, dtype=torch.bool), -torch.inf)
    wanted = (torch.logsumexp(torch.cat([between, among], dim=1), dim=1) - between.diagonal()).mean()
    same(graph_contrast(a, b, 0.5), wanted, (a, b))
