"""The program that measures serving: a real server on this machine, counted requests."""

import json
import shutil

import pytest

from benchmarks import serving


@pytest.mark.slow
def test_a_server_is_measured(tmp_path):
    serving.main(seconds=1, items=2000, out=tmp_path / "serving.json")
    found = json.loads((tmp_path / "serving.json").read_text())
    assert found["items"] == 2000
    for n in serving.USERS:
        run = found[f"{n} users"]
        assert run["lists_per_second"] == pytest.approx(n * run["requests_per_second"], rel=0.2)
        assert run["lists_per_cpu_second"] > 0
    if shutil.which("wrk"):  # the load tool is no part of the project
        assert len(found["2 workers"]["memory_mb"]) == 2
        assert found["2 workers"]["lists_per_cpu_second"] > 0
