import json

import pytest

from benchmarks import newcomer_tables


def seed(cold, lattice, ours):
    rows = [
        {"method": method, "loss": loss, "cold_recall@20": cold * factor * (1 + loss)}
        for method, factor in (("model alone", 1), ("content scores", 2))
        for loss in newcomer_tables.LOSSES
    ]
    return {"frontier": rows, "warm_alone": {"lattice": lattice, "ours": ours}}


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(newcomer_tables, "FOLDER", tmp_path)
    found = {"settings": ["lr=1", "l2=0"], "seeds": [seed(0.1, 0.2, 0.25), seed(0.3, 0.4, 0.4)]}
    (tmp_path / "ml-1m.json").write_text(json.dumps(found))


def test_newcomers_table_has_means_over_seeds_and_the_command(results):
    lines = newcomer_tables.text().splitlines()
    # Recall .2 on average, times 1 + loss; warm .3, and .325 with content: a gain of 25% and of 0%.
    first = "| MovieLens 1M: LATTICE + completion + offset | .200 | .202 | .204 | .210 | .220 | .240 | .3000 |"
    assert lines[2] == first
    assert lines[3].endswith("| .400 | .404 | .408 | .420 | .440 | .480 | .3250 (+12.5%) |")
    command = "python -m benchmarks.newcomers data/ml-1m --checkpoints RUNS --set lr=1 --set l2=0 --seeds 2"
    assert f"{command} --out benchmarks/results/newcomers/ml-1m.json" in lines


def test_newcomers_table_says_what_was_not_run(results):
    text = newcomer_tables.text()
    assert (
        "MovieLens 1M 2), a fifth of the items new. Not run yet: `python -m benchmarks.newcomers data/lastfm-2k" in text
    )
    assert "Amazon Sports:" not in text
