"""LATTICE with each modality alone: one modality per run, and the settings that validation prefers."""

import json

import pytest
import typer
from typer.testing import CliRunner

from benchmarks import modalities
from lattice.data import save


def test_each_modality_is_measured_alone(catalogue, tmp_path, monkeypatch):
    seen = []

    def run(dataset, method, settings, seed, device, threads):
        (modality,) = dataset.features
        assert set(dataset.encoders) == {modality}
        seen.append((modality, tuple(settings), seed))
        better = "l2=1e-2" in settings
        scores = {"valid_recall@20": 0.3 + better, "test_recall@20": 0.9 - better + 0.1 * seed, "test_ndcg@20": 0.5}
        return {"settings": " ".join(settings), **scores}, None

    monkeypatch.setattr(modalities, "run", run)
    save(catalogue, tmp_path / "data")
    app = typer.Typer()
    app.command()(modalities.main)
    out = tmp_path / "out.json"
    options = ["--lr", "5e-3", "--l2", "1e-3", "--l2", "1e-2", "--seeds", "3", "--out", str(out)]
    done = CliRunner().invoke(app, [str(tmp_path / "data"), *options])
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text())
    assert found["dataset"] == catalogue.fingerprint
    assert {one["modality"] for one in found["runs"]} == set(catalogue.features)
    for one in found["runs"]:
        assert one["settings"] == "lr=5e-3 l2=1e-2"  # the best on validation, though the worst on test
        assert one["test_recall@20"]["mean"] == pytest.approx(0.0)
        assert one["test_recall@20"]["std"] == pytest.approx(0.1)
    assert len(seen) == len(catalogue.features) * (2 + 2)
