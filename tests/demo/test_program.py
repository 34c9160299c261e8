"""`python -m demo shop` writes a whole dataset, its pictures and its three examples."""

import json

import pandas as pd

from demo.__main__ import app
from lattice.cli import run


def test_shop_writes_a_dataset_with_examples(tmp_path, capsys):
    out = tmp_path / "shop"
    sizes = ["--items", "80", "--users", "100"]
    assert run(app, ["shop", "--out", str(out), *sizes, "--image-encoder", "none", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["features"] == {"textual": [80, 384]}
    assert len(pd.read_parquet(out / "items.parquet")) == 80
    assert len(list((out / "images").glob("*.webp"))) == 80
    assert len(json.loads((out / "examples" / "examples.json").read_text())) == 3


def test_shop_refuses_a_folder_of_somebody_else(tmp_path, capsys):
    (tmp_path / "letters.txt").touch()
    assert run(app, ["shop", "--out", str(tmp_path)]) == 2
    assert (tmp_path / "letters.txt").exists()
    assert len(capsys.readouterr().err.splitlines()) == 1
