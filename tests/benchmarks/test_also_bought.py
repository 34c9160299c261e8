import json

import pytest

from benchmarks.also_bought import main
from lattice.data import save
from lattice.errors import InputError
from lattice.models import default_options
from lattice.pipeline import fit
from lattice.training import TrainingOptions


@pytest.fixture
def shop(catalogue, tmp_path):
    save(catalogue, tmp_path / "shop")
    names = catalogue.items["item"].astype(str)
    (tmp_path / "ids.csv").write_text("item,asin\n" + "".join(f"{row},{name}\n" for row, name in enumerate(names)))
    lines = [f"{row},also_bought,{(row + 1) % len(names)}" for row in range(len(names))]
    (tmp_path / "related.csv").write_text("\n".join(["item,relation,related_item", *lines]) + "\n")
    return tmp_path


def test_also_bought_measures_initial_and_learned_graphs(shop, catalogue):
    fit(
        catalogue, default_options("lattice"), TrainingOptions(epochs=1, device="cpu"), shop / "lattice", progress=False
    )
    main(shop / "shop", shop / "related.csv", shop / "ids.csv", "also_bought", 5, shop / "lattice", shop / "out.json")
    found = json.loads((shop / "out.json").read_text())
    assert found["links"] == catalogue.n_items
    assert set(found["graphs"]) == {f"{m}, {kind}" for m in catalogue.features for kind in ("initial", "learned")}
    assert all(0 <= share <= 1 for shares in found["graphs"].values() for share in shares.values())


def test_also_bought_refuses_a_model_of_other_data(shop, catalogue):
    fit(catalogue, default_options("mf"), TrainingOptions(epochs=1, device="cpu"), shop / "mf", progress=False)
    with pytest.raises(InputError, match="no model with an item graph"):
        main(shop / "shop", shop / "related.csv", shop / "ids.csv", checkpoint=shop / "mf", k=5)
