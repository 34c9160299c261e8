import pandas as pd
import pytest

from benchmarks import costs
from tests.result_files import cells, run


def test_energy_is_half_the_rated_power_over_the_wall_time():
    # 85 W x .5 for an hour and a half.
    assert costs.energy_wh(5400) == pytest.approx(63.75)


def test_costs_are_of_all_runs_of_a_model():
    rows = [
        run("lattice", 0.1, seconds=1800, device="cpu", peak_memory_gb=1.25),
        run("lattice", 0.1, seed=1, seconds=3600, device="cpu", peak_memory_gb=0.5),
        run("mf", 0.1, seconds=36, device="cpu"),
        run("ngcf", 0.1, seconds=36, device="cuda"),  # its power is another
        run("vbpr", 0.1, device="cpu"),
    ]
    text = costs.text(pd.DataFrame(rows))
    assert cells(text, "LATTICE-LightGCN") == ["2", "90.0 min", "60.0 min", "63.8", "1.2 GB"]
    assert cells(text, "MF") == ["1", "0.6 min", "0.6 min", "0.4", "–"]
    assert "NGCF" not in text
    assert "VBPR" not in text
    assert "In all 1.5 hours and 64 Wh" in text


def test_costs_of_runs_without_times_are_left_out():
    assert costs.text(pd.DataFrame([run("mf", 0.1)])) == ""
    assert costs.text(pd.DataFrame()) == ""
