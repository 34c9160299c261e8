"""Weights read from a file are looked at whole; a model that is built for them draws none."""

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from lattice.errors import InputError
from lattice.untrusted.tensors import BLOCK, Allowance, read_tensors


@pytest.mark.parametrize("place", [0, BLOCK - 1, BLOCK, BLOCK + 6])
@pytest.mark.parametrize("value", [float("nan"), -float("inf")])
def test_a_number_that_isnt_finite_is_found_anywhere(tmp_path, place, value):
    weights = torch.zeros(BLOCK + 7)
    weights[place] = value
    save_file({"weights": weights.view(-1, 1)}, tmp_path / "model.safetensors")
    with pytest.raises(InputError, match="holds NaN or infinity"):
        read_tensors(tmp_path, "model.safetensors")


def test_tables_that_are_to_be_replaced_are_not_drawn():
    weights = torch.full((3, 4), 7.0)
    with Allowance({}, 10):
        nn.init.xavier_uniform_(weights)
    assert (weights == 7).all()
