"""What a run's processes exchange: tensors on the model's device, since NCCL takes no others."""

from importlib import import_module

import pytest
import torch
import torch.distributed as dist

from lattice.distributed.processes import SeveralProcesses
from lattice.distributed.shards import Shards

FIT = import_module("lattice.distributed.fit")  # the package has a function of this name


class Stopped(Exception):
    """Raised in place of the exchange."""


@pytest.fixture
def exchanged(monkeypatch):
    """The device types of the tensors that would be exchanged; the exchange itself raises Stopped."""
    found = []

    def stop(tensor, **_):
        found.append(tensor.device.type)
        raise Stopped

    monkeypatch.setattr(dist, "all_reduce", stop)
    return found


def test_resuming_asks_for_the_last_epoch_on_the_model_s_device(exchanged, tmp_path):
    model = torch.nn.Linear(2, 2, device="meta")
    with pytest.raises(Stopped):
        SeveralProcesses(Shards(4, 0, 2), Shards(4, 0, 2)).load(tmp_path, model, None, "run")
    assert exchanged == ["meta"]


@pytest.mark.parametrize(("device", "backend"), [("cpu", "gloo"), ("cuda:1", "nccl")])
def test_gpus_talk_over_nccl_each_process_on_its_own(monkeypatch, device, backend):
    begun = []
    kind = device.partition(":")[0]
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(FIT, "resolve_device", torch.device)
    monkeypatch.setattr(torch.cuda, "set_device", lambda _: None)
    monkeypatch.setattr(dist, "is_initialized", lambda: False)
    monkeypatch.setattr(dist, "init_process_group", begun.append)
    monkeypatch.setattr(dist, "destroy_process_group", lambda: begun.append("ended"))
    with FIT._group(kind) as own:
        assert str(own) == device
    assert begun == [backend, "ended"]
