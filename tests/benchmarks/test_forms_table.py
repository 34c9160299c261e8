import pandas as pd
import pytest

from benchmarks import forms_table


def row(form, seed, recall):
    scores = {"valid_recall@20": recall + 0.01, "test_recall@20": recall, "best_epoch": 40 + seed}
    key = {"dataset": "d", "model": "lightgcn", "options": form, "seed": seed}
    return {**key, "settings": "lr=5e-3 l2=1e-2", "form": form, **scores}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(forms_table, "FOLDER", tmp_path)
    return tmp_path


def test_forms_table_has_every_form_beside_the_papers_score(folder):
    rows = [row("ours", 0, 0.08), row("ours", 2, 0.10), row("users drawn uniformly", 0, 0.07)]
    pd.DataFrame(rows).to_csv(folder / "amazon-sports-lattice-split.csv", index=False)
    lines = forms_table.text().splitlines()
    # The sample deviation of .08 and .10 is .02 / sqrt(2); the paper's Table 2 has .0782.
    assert "| LightGCN | ours | 41 | 0.1000 ± 0.0141 | 0.0900 ± 0.0141 |" in lines
    assert "| LightGCN | users drawn uniformly | 40 | 0.0800 | 0.0700 |" in lines
    assert "| LightGCN | as the paper prints it | – | – | 0.0782 |" in lines
    assert (
        "amazon-sports-lattice-split, 2 seeds; the epoch is chosen on validation. Not run yet: LightGCN: L2 1e-3, "
        "D⁻¹(A + I), penalty on final embeddings, all four; MF: ours, L2 1e-3, users drawn uniformly, both."
    ) in lines
    command = "python -m benchmarks.paper_forms data/amazon-sports-lattice-split --set lr=5e-3 --set l2=1e-2"
    assert command in lines
    assert lines[-1] == "Not run yet: `python -m benchmarks.paper_forms data/amazon-clothing-lattice-split`."


def test_runs_of_other_settings_or_data_are_no_seeds_of_the_last(folder):
    before = [
        row("ours", 0, 0.5) | {"settings": "lr=1e-3 l2=1e-2"},
        row("L2 1e-3", 0, 0.6) | {"settings": "lr=1 l2=1e-3"},
    ]
    elsewhere = [row("ours", 5, 0.7) | {"dataset": "as it was prepared before"}]
    now = [row("ours", 0, 0.08), row("L2 1e-3", 0, 0.06) | {"settings": "lr=5e-3 l2=1e-3"}]
    pd.DataFrame([*elsewhere, *before, *now]).to_csv(folder / "amazon-sports-lattice-split.csv", index=False)
    lines = forms_table.text().splitlines()
    assert "| LightGCN | ours | 40 | 0.0900 | 0.0800 |" in lines
    assert "| LightGCN | L2 1e-3 | 40 | 0.0700 | 0.0600 |" in lines


def test_forms_that_were_not_run_are_commands(folder):
    assert forms_table.text().count("`python -m benchmarks.paper_forms data/") == 2
