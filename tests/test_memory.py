"""Freed memory is kept: the steps of a training get the same pages again. The collector is off only while loading."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from lattice import memory

ROOT = Path(__file__).parents[1]
FAULTS = """
import resource, sys
import torch
from lattice.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
table = torch.ones(100_000, 128, requires_grad=True)
optimizer = torch.optim.Adam([table], fused=True)
for step in range(13):
    if step == 3:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    optimizer.zero_grad()
    (table * table + table).tanh().sum().backward()
    optimizer.step()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""

LEFT = """
import sys
from pathlib import Path
from lattice.memory import return_freed_memory
if sys.argv[1] == "return":
    assert return_freed_memory()
def rows():
    return bytearray(b"x") * (16 * 2**20)
first = rows()
del first  # from now on glibc keeps blocks of this size
kept = [rows() for _ in range(12)]
del kept[:-1]
print(int(Path("/proc/self/statm").read_text().split()[1]) * 4096)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mallopt is glibc's")
def test_a_server_gives_back_what_it_frees():
    left = {}
    for how in ("return", "leave"):
        command = [sys.executable, "-c", LEFT, how]
        left[how] = int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert left["return"] < left["leave"] - 10 * 16 * 2**20, left


@pytest.mark.skipif(sys.platform != "linux", reason="mallopt is glibc's")
def test_a_step_gets_the_pages_that_the_last_one_freed():
    faults = {}
    for how in ("keep", "leave"):
        command = [sys.executable, "-c", FAULTS, how]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        faults[how] = int(done.stdout)
    assert faults["keep"] < faults["leave"] / 2, faults


def test_another_system_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert not memory.keep_freed_memory()
    assert not memory.return_freed_memory()


def test_the_collector_is_off_inside_and_on_again_after_a_fault():
    seen = []

    @memory.without_collector()
    def load():
        seen.append(gc.isenabled())
        raise ValueError("damaged")

    with pytest.raises(ValueError, match="damaged"):
        load()
    assert seen == [False]
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with memory.without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
