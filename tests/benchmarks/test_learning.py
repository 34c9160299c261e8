from itertools import pairwise

import pandas as pd
import pytest

from benchmarks import grid, learning
from lattice.data import save
from lattice.errors import InputError
from lattice.experiments.methods import Method
from lattice.pipeline import fit

SMALL = ["lr=0.01", "dim=8", "batch_size=64", "epochs=1"]


@pytest.fixture
def folder(catalogue, tmp_path):
    """A dataset's folder with a result file beside it, in which LATTICE, FREEDOM and VBPR were run."""
    save(catalogue, tmp_path / "shop")
    rows = []
    for name in ("lattice", "freedom", "vbpr"):
        key = grid.key(catalogue.fingerprint, Method(name), SMALL, 0)
        rows.append(
            {
                **dict(zip(grid.KEYS, key, strict=True)),
                "settings": " ".join(SMALL),
                "valid_recall@20": 0.5,
                "test_recall@20": 0.5,
            }
        )
    rows.append({**rows[0], "model": "popularity", "options": "none", "settings": ""})
    pd.DataFrame(rows).to_csv(tmp_path / "shop.csv", index=False)
    return tmp_path / "shop"


def test_learning_runs_every_change_once(folder, catalogue, monkeypatch):
    out = folder.parent / "learning.csv"
    learning.main(folder, folder.parent / "shop.csv", out)
    found = pd.read_csv(out)
    changes = {f"{m} {how}" for m in catalogue.features for how in learning.ALTERATIONS}
    for model in ("lattice", "freedom", "vbpr"):
        at_inference = found[(found["model"] == model) & (found["part"] == "inference")]
        assert set(at_inference["change"]) == changes
    trained = found[found["part"] == "training"].groupby("model")["change"].agg(set)
    graphs = {"frozen (λ = 1)", "learned alone (λ = 0)", "random graph"}
    assert trained.to_dict() == {
        "lattice": {"as it is", *graphs, *changes},
        "freedom": {"as it is", *changes},
        "vbpr": {"as it is", *changes},
    }
    assert found["test_recall@20"].between(0, 1).all()
    monkeypatch.setattr(learning, "trained", lambda *_: pytest.fail("was run again"))
    learning.main(folder, folder.parent / "shop.csv", out)


def test_learning_needs_a_run_of_lattice(folder):
    table = pd.read_csv(folder.parent / "shop.csv")
    table[table["model"] != "lattice"].to_csv(folder.parent / "shop.csv", index=False)
    with pytest.raises(InputError, match="no run of LATTICE"):
        learning.main(folder, folder.parent / "shop.csv", folder.parent / "learning.csv")


def test_learning_takes_sweep_runs_and_checkpoints_untrained(folder, catalogue, monkeypatch):
    lattice = Method("lattice")
    settings = [*SMALL, "lambda_=1"]
    key = grid.key(catalogue.fingerprint, lattice, settings, 0)
    row = dict(zip(grid.KEYS, key, strict=True)) | {"settings": " ".join(settings), "test_recall@20": 0.25}
    pd.DataFrame([row]).to_csv(folder.parent / "shop-lambda.csv", index=False)
    options, training = grid.setup(lattice, SMALL, 0, "cpu")
    fit(catalogue, options, training, folder.parent / "checkpoints" / "lattice", progress=False)
    monkeypatch.setattr(learning, "trained", lambda *_: pytest.fail("was trained"))
    out = folder.parent / "learning.csv"
    learning.main(folder, folder.parent / "shop.csv", out, checkpoints=folder.parent / "checkpoints")
    found = pd.read_csv(out)
    assert found.set_index("change").loc["frozen (λ = 1)", "test_recall@20"] == 0.25
    assert set(found.query("part == 'inference'")["model"]) == {"lattice"}
    assert len(found.query("part == 'inference'")) == len(catalogue.features) * len(learning.ALTERATIONS)


def test_learning_trains_on_the_shop_s_own_links(folder, catalogue, monkeypatch):
    names, change = catalogue.items["item"].astype(str).tolist(), "also-bought graph"
    lines = [f"{a},also_bought,{b}" for a, b in pairwise(names)]
    file = folder.parent / "related.csv"
    file.write_text("\n".join(["item,relation,related_item", *lines]) + "\n")
    adopted = []
    monkeypatch.setattr(learning, "train", lambda model, *_, **__: adopted.append(model.graphs()))
    learning.main(folder, folder.parent / "shop.csv", folder.parent / "out.csv", only=[change], related=file)
    (graphs,) = adopted
    wanted = [[b in (a, a + 1) for b in range(len(names))] for a in range(len(names))]
    assert all((graphs[m].initial.matrix.to_dense() > 0).tolist() == wanted for m in catalogue.features)
    assert change in set(pd.read_csv(folder.parent / "out.csv").query("part == 'training'")["change"])


def test_learning_trains_only_the_changes_and_models_asked_for(folder, monkeypatch):
    asked = []
    monkeypatch.setattr(learning, "rows", lambda _, trial, *more: asked.append((str(trial.method), trial.change)) or [])
    out = folder.parent / "learning.csv"
    learning.main(folder, folder.parent / "shop.csv", out, only=["visual noise"], models=["vbpr", "lattice"])
    assert sorted(asked) == [("lattice", "visual noise"), ("vbpr", "visual noise")]
