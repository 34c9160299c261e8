"""The program that measures memory per process: what it makes of the processes' reports."""

import json
import subprocess

import pytest

from benchmarks import distributed


def fake(monkeypatch, code: int, out: str = "", err: str = "") -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, code, out, err))


def test_the_largest_process_counts(monkeypatch):
    reports = [{"peak_mb": 5, "seconds": 2}, {"peak_mb": 7, "seconds": 1}]
    fake(monkeypatch, 0, "said by torchrun\n" + "\n".join(map(json.dumps, reports)))
    assert distributed._run(2, []) == {"peak_mb": 7, "seconds": 2}


def test_out_of_memory_is_a_result_and_another_failure_is_not(monkeypatch):
    fake(monkeypatch, 1, err="DefaultCPUAllocator: can't allocate memory")
    assert distributed._run(2, []) == {}
    fake(monkeypatch, 1, err="No such file")
    with pytest.raises(RuntimeError, match="No such file"):
        distributed._run(2, [])
