"""How weights start: Xavier-uniform, embeddings and linear maps of every model alike."""

import pytest
import torch

from lattice.models import BACKBONES, build, default_options
from tests.synthetic import STANDALONE

DIMS = {"visual": 80, "textual": 48}
NOT_DRAWN = ("user_confidence", "item_confidence")  # start at 1
MODELS = [*((name, None) for name in STANDALONE), *(("lattice", backbone) for backbone in BACKBONES)]


@pytest.mark.parametrize(("name", "backbone"), MODELS)
def test_every_matrix_of_weights_starts_xavier_uniform(name, backbone):
    torch.manual_seed(0)
    features = {modality: torch.randn(300, d) for modality, d in DIMS.items()}
    module = build(default_options(name, backbone), 500, 300, torch.tensor([[0, 0], [1, 2]]), features)
    drawn = {n: x.detach() for n, x in module.named_parameters() if x.ndim == 2 and n not in NOT_DRAWN}
    assert len(drawn) >= 2
    for parameter, x in drawn.items():
        bound = (6 / sum(x.shape)) ** 0.5
        assert x.abs().max() <= bound, parameter
        if x.numel() < 1000:  # too few numbers to tell
            continue
        assert 0.99 * bound < x.abs().max(), parameter
        assert float(x.std()) == pytest.approx(bound / 3**0.5, rel=0.03), parameter
