"""Weights read from a file are looked at whole; a model that is built for them draws none."""

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from lattice.errors import InputError
from lattice.untrusted.tensors import Allowance, read_tensors


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("place", [0, 2**20 + 3, -1])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_isnt_finite_is_found_anywhere(tmp_path, place, value, dtype):
    weights = torch.zeros(2**20 + 7, dtype=dtype)
    weights[place] = value
    save_file({"weights": weights.view(-1, 1)}, tmp_path / "model.safetensors")
    with pytest.raises(InputError, match="holds NaN or infinity"):
        read_tensors(tmp_path, "model.safetensors")


def test_the_largest_finite_numbers_and_empty_tensors_are_taken(tmp_path):
    most = torch.finfo(torch.float32).max
    save_file({"w": torch.tensor([most, -most, most]), "none": torch.empty(0, 3)}, tmp_path / "model.safetensors")
    assert read_tensors(tmp_path, "model.safetensors")["w"].tolist() == [most, -most, most]


def test_tables_that_are_to_be_replaced_are_not_drawn():
    weights = torch.full((3, 4), 7.0)
    with Allowance({}, 10):
        nn.init.xavier_uniform_(weights)
    assert (weights == 7).all()
