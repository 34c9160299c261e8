import json
import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lattice.cli import main
from lattice.commands.shared import show
from lattice.errors import InputError
from lattice.models import BACKBONES
from lattice.untrusted import manifest
from tests.app.catalogue import shapes
from tests.synthetic import ON_A_BACKBONE, STANDALONE

PLAIN = ["--text-encoder", "none", "--image-encoder", "none"]
FAST = ["--set", "epochs=3", "--set", "dim=8", "--set", "lr=0.02"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """A folder with `source/` (a table with pictures), `dataset/` and the checkpoints `lattice/` and `lightgcn/`."""
    folder = tmp_path_factory.mktemp("shop")
    source = folder / "source"
    dataset = shapes(source)
    dataset.items.to_csv(source / "items.csv", index=False)
    dataset.interactions.to_csv(source / "interactions.csv", index=False)
    assert main(["prepare", str(source), "--format", "table", "--out", str(folder / "dataset")]) == 0
    for model in ("lattice", "lightgcn"):
        assert main(["train", str(folder / "dataset"), "--model", model, "--out", str(folder / model), *FAST]) == 0
    return folder


def run(capsys, *arguments) -> dict:
    capsys.readouterr()
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys, *arguments) -> str:
    capsys.readouterr()
    assert main([*map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    return lines[0]


def test_prepare_encodes_words_and_pictures_and_says_with_what(shop):
    described = json.loads((shop / "dataset" / "dataset.json").read_text())
    assert {m: record["kind"] for m, record in described["modalities"].items()} == {
        "textual": "text",
        "visual": "image",
    }
    assert all(len(record["fingerprint"]) == 16 for record in described["modalities"].values())
    assert np.load(shop / "dataset" / "features" / "textual.npy").shape == (described["items"], 384)


def test_prepare_cold_takes_items_out_of_training(shop, tmp_path, capsys):
    said = run(
        capsys, "prepare", shop / "source", "--out", tmp_path / "cold", "--cold", 0.2,
        "--text-encoder", "none", "--image-encoder", "none",
    )  # fmt: skip
    table = pd.read_parquet(tmp_path / "cold" / "interactions.parquet")
    trained = set(table.query("split == 'train'")["item"])
    assert len(trained) <= said["items"] * 0.8
    assert set(table["item"]) - trained


def test_train_writes_a_checkpoint_with_its_card_and_history(shop):
    folder = shop / "lattice"
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "model.safetensors", "items.parquet", "interactions.parquet",
        "history.csv", "metrics.json", "README.md", "map.parquet", "manifest.json",
    }  # fmt: skip
    history = pd.read_csv(folder / "history.csv")
    assert len(history) == 3
    assert {"loss", "recall@20", "alpha_visual", "alpha_textual"} <= set(history)
    metrics = json.loads((folder / "metrics.json").read_text())
    assert f"{metrics['test']['recall@20']:.4f}" in (folder / "README.md").read_text()
    assert not list(shop.glob(".*.state"))


@pytest.mark.parametrize(
    ("model", "backbone"), [*((name, None) for name in STANDALONE), *product(ON_A_BACKBONE, BACKBONES)]
)
def test_every_model_trains_evaluates_recommends_finds_similar(shop, tmp_path, capsys, model, backbone):
    on = [] if backbone is None else ["--backbone", backbone, "--set", "transform_dim=8"]
    out = tmp_path / "model"
    trained = run(capsys, "train", shop / "dataset", "--model", model, *on, "--out", out, *FAST)
    said = run(capsys, "evaluate", out, "--k", 20)
    assert said["recall@20"] == pytest.approx(trained["test"]["recall@20"], abs=1e-6)
    items = run(capsys, "recommend", out, "--user", "shopper 03", "--k", 5, "--explain")["lists"][0]["items"]
    assert len(items) == 5
    for row in items:
        parts = row["collaborative"] + sum(part["value"] for part in row["contributions"])
        assert parts == pytest.approx(row["score"], abs=1e-4)
    assert (
        len(run(capsys, "similar", out, "--item", "star-red-large", "--modality", "collaborative")["neighbours"]) == 10
    )
    assert (out / "README.md").read_text().startswith(f"# {model} on ")


def test_evaluate_repeats_the_scores_of_training(shop, capsys):
    metrics = json.loads((shop / "lattice" / "metrics.json").read_text())
    said = run(capsys, "evaluate", shop / "lattice", "--split", "test", "--k", 10, 20)
    assert {name: said[name] for name in metrics["test"]} == pytest.approx(metrics["test"], abs=1e-6)


def test_a_list_that_is_longer_than_the_catalogue_ends_with_it(shop, capsys):
    said = run(capsys, "evaluate", shop / "lattice", "--k", 10**9)
    assert said["recall@1000000000"] == 1
    assert 0 < said["ndcg@1000000000"] < 1


def test_evaluate_says_over_how_many_users_and_candidates(shop, tmp_path, capsys):
    run(capsys, "prepare", shop / "source", "--out", tmp_path / "cold", "--cold", 0.2, *PLAIN)
    run(capsys, "train", tmp_path / "cold", "--model", "mf", "--out", tmp_path / "mf", *FAST)
    table = pd.read_parquet(tmp_path / "cold" / "interactions.parquet")
    cold = set(table["item"]) - set(table.query("split == 'train'")["item"])
    asked = table[(table["split"] == "test") & table["item"].isin(cold)]
    said = run(capsys, "evaluate", tmp_path / "mf", "--protocol", "cold")
    for name, candidates in (("among_cold", asked["item"].nunique()), ("among_all", said["among_all"]["candidates"])):
        assert said[name]["users"] == asked["user"].nunique()
        assert said[name]["candidates"] == candidates
    assert run(capsys, "evaluate", tmp_path / "mf")["candidates"] == said["among_all"]["candidates"]


def test_newcomers_are_folded_in_beside_a_content_profile(shop, tmp_path, capsys):
    whole = tmp_path / "cold"
    run(capsys, "prepare", shop / "source", "--out", whole, "--cold", 0.3)
    run(capsys, "train", whole, "--without-cold", "--out", tmp_path / "lattice", *FAST)
    asked = "evaluate", tmp_path / "lattice", "--protocol", "fold-in", "--dataset", whole, "--k", 5
    plain, full = run(capsys, *asked), run(capsys, *asked, "--completion", "both")
    assert (plain["completion"], full["completion"]) == ("none", "both")
    assert set(plain["warm_alone"]) == {"lattice", "ours"}
    assert plain["frontier"][0]["method"] == "content scores"
    assert {"method", "loss", "warm_recall@20", "cold_recall@20", "cold_ndcg@20"} <= set(plain["frontier"][0])
    for said in (plain, full):
        profile = next(value for name, value in said.items() if name.startswith("content_profile"))
        assert 0 <= profile["recall@5"] <= 1
        assert profile["candidates"] == said["among_cold"]["candidates"] < said["among_all"]["candidates"]
    seen = run(capsys, "evaluate", tmp_path / "lattice")["candidates"]
    assert seen < plain["among_all"]["candidates"]
    assert "give the dataset" in refusal(capsys, *asked[:4])
    assert "--without-cold" in refusal(capsys, "evaluate", shop / "lattice", *asked[2:])


def test_a_warning_is_one_line(shop, tmp_path, capsys):
    shutil.copytree(shop / "lattice", tmp_path / "lattice")
    (tmp_path / "lattice" / "map.parquet").write_bytes(b"no parquet")
    manifest.write(tmp_path / "lattice")
    capsys.readouterr()
    assert main(["evaluate", str(tmp_path / "lattice")]) == 0
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("warning: ")
    assert "map.parquet can't be used" in said[0]


def test_no_command_prints_the_help(capsys):
    assert main([]) == 0
    assert "fold-in" in capsys.readouterr().out


def test_a_user_who_has_every_item_is_told_so(tmp_path, capsys):
    rows = [("all", item, "train") for item in "abcdef"]
    rows += [
        (f"u{i}", item, split) for i in range(6) for item, split in zip("abc", ("train", "valid", "test"), strict=True)
    ]
    (tmp_path / "shop").mkdir()
    pd.DataFrame(rows, columns=["user", "item", "split"]).to_csv(tmp_path / "shop" / "interactions.csv", index=False)
    assert main(["prepare", str(tmp_path / "shop"), "--out", str(tmp_path / "data"), *PLAIN]) == 0
    assert main(["train", str(tmp_path / "data"), "--model", "mf", "--out", str(tmp_path / "mf"), *FAST]) == 0
    capsys.readouterr()
    assert main(["recommend", str(tmp_path / "mf"), "--user", "all", "--user", "u1"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == ["user all", "nothing is left to recommend: this user has every item already", "user u1"]
    assert len(said) == 3 + 5
    assert run(capsys, "recommend", tmp_path / "mf", "--user", "all")["lists"] == [{"user": "all", "items": []}]


def test_recommend_explains_scores_that_add_up(shop, capsys):
    said = run(capsys, "recommend", shop / "lattice", "--user", "shopper 03", "--k", 5, "--explain")
    items = said["lists"][0]["items"]
    seen = pd.read_parquet(shop / "dataset" / "interactions.parquet").query("split == 'train' and user == 'shopper 03'")
    assert len(items) == 5
    assert not {row["item"] for row in items} & set(seen["item"])
    for row in items:
        parts = row["collaborative"] + sum(part["value"] for part in row["contributions"])
        assert parts == pytest.approx(row["score"], abs=1e-4)


@pytest.mark.parametrize("modality", ["visual", "textual", "fused", "collaborative"])
def test_similar_leaves_the_item_itself_out(shop, capsys, modality):
    said = run(capsys, "similar", shop / "lattice", "--item", "star-red-large", "--modality", modality, "--k", 4)
    neighbours = [row["item"] for row in said["neighbours"]]
    assert len(set(neighbours)) == 4
    assert "star-red-large" not in neighbours


def test_fold_in_finds_the_twin_of_a_picture_and_its_words(shop, capsys):
    picture = shop / "source" / "images" / "star-red-large.webp"
    said = run(capsys, "fold-in", shop / "lattice", "--image", picture, "--text", "large red star")
    assert said["neighbours"][0]["item"] == "star-red-large"
    assert sum(said["alpha"].values()) == pytest.approx(1)
    ranks = [row["rank"] for row in said["users"]]
    assert ranks == sorted(ranks)


def test_export_writes_what_mmrec_reads(shop, tmp_path, capsys):
    run(capsys, "export", shop / "dataset", "--format", "mmrec", "--out", tmp_path / "mmrec")
    said = run(capsys, "prepare", tmp_path / "mmrec", "--format", "mmrec", "--out", tmp_path / "back",
               "--text-encoder", "none")  # fmt: skip
    original = np.load(shop / "dataset" / "features" / "visual.npy")
    assert said["train"] == 60 * 7
    np.testing.assert_array_equal(np.load(tmp_path / "back" / "features" / "visual.npy"), original)


def test_every_command_prints_for_people_too(shop, capsys):
    for arguments in (
        ["evaluate", shop / "lightgcn"],
        ["recommend", shop / "lightgcn", "--user", "shopper 01", "--k", "3"],
        ["recommend", shop / "lattice", "--user", "shopper 01", "--k", "3", "--explain"],
        ["similar", shop / "lightgcn", "--item", "star-red-large", "--k", "3"],
        ["fold-in", shop / "lattice", "--text", "a small blue ring"],
        ["map", shop / "lattice"],
    ):
        assert main([*map(str, arguments)]) == 0
        assert capsys.readouterr().out.strip()


@pytest.mark.slow
def test_train_encoder_writes_weights_and_their_card(shop, tmp_path, capsys):
    said = run(capsys, "train-encoder", "--catalogue", _typed(shop, tmp_path), "--epochs", 1, "--views", 1, "--out",
               tmp_path / "tiny.safetensors")  # fmt: skip
    assert said["last_epoch_loss"] > 0
    assert json.loads((tmp_path / "tiny.json").read_text())["name"] == "tiny"


def _typed(shop: Path, tmp_path: Path) -> Path:
    """The dataset with the column `type`, by which the encoder learns what is alike; only items with a picture."""
    from dataclasses import replace

    from lattice.data import load, save

    dataset = load(shop / "dataset")
    items = dataset.items[dataset.items["image"] != ""].assign(type=lambda table: table["category"])
    save(replace(dataset, items=items.reset_index(drop=True), features={}, encoders={}), tmp_path / "typed")
    return tmp_path / "typed"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "nonsense"),
        (["recommend", "{shop}/lattice"], "--user"),
        (["recommend", "{shop}/lattice", "--user", "shopper 99"], "shopper 9"),
        (["recommend", "{shop}/nowhere", "--user", "shopper 01"], "nowhere"),
        (["recommend", "{shop}/lattice", "--user", "shopper 01", "--k", "0"], "--k"),
        (["similar", "{shop}/lattice", "--item", "star-red-larg"], "star-red-large"),
        (["similar", "{shop}/lightgcn", "--item", "star-red-large", "--modality", "visual"], "collaborative"),
        (["train", "{shop}/dataset", "--out", "{out}", "--model", "feats", "--set", "dim=8"], "transform_dim"),
        (["train", "{shop}/dataset", "--out", "{out}", "--backbone", "ngcf", "--set", "combine=concat"], "combine"),
        (["fold-in", "{shop}/lattice"], "--image"),
        (["fold-in", "{shop}/lattice", "--image", "{shop}/source/items.csv"], "PNG"),
        (["fold-in", "{shop}/lattice", "--text", "   "], "--text is empty"),
        (["fold-in", "{shop}/lattice", "--text", "", "--image", "{shop}/source/items.csv"], "--text is empty"),
        (["fold-in", "{shop}/lightgcn", "--text", "a red star"], "no item graph"),
        (["evaluate", "{shop}/lattice", "--split", "tset"], "valid, test"),
        (["evaluate", "{shop}/lattice", "--protocol", "cold"], "--cold"),
        (["evaluate", "{shop}/lattice", "--k", "0"], "--k is 0"),
        (["evaluate", "{shop}/lattice", "--k", "10", f"{10**24}"], "--k is 1000000000000000000000000"),
        (["evaluate", "{shop}/lattice", "--k", "10", "20", "abc"], "'--k'"),
        (["evaluate", "{shop}/dataset"], "a dataset, not a checkpoint"),
        (["evaluate", "{shop}/source"], "not a checkpoint"),
        (["evaluate", "{shop}/nowhere"], "no such folder"),
        (["evaluate", "{shop}/lattice/config.json"], "is a file; give the folder"),
        (["train", "{shop}/dataset/dataset.json", "--out", "{out}"], "is a file; give the folder"),
        (["train", "{shop}/nowhere", "--out", "{out}"], "no such folder"),
        (["inspect", "{shop}/source", "--html", "{shop}/dataset"], "is a folder"),
        (["inspect", "{shop}/source", "--html", "{shop}/source/items.csv/x.html"], "not a writable folder"),
        (["train", "{shop}/dataset", "--out", "{out}", "--model", "mf", "--backbone", "ngcf"], "mf has no backbone"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "dim=999999999999"], "at most 4096"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", f"batch_size={10**23}"], "batch_size is"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "protocol=cold"], "--cold"),
        (["evaluate", "{shop}/lattice", "--completion", "both"], "--protocol fold-in"),
        (["fold-in", "{shop}/lattice", "--text", "a", "--exposure", "0.05"], "lattice calibrate"),
        (["evaluate", "{shop}/lattice", "--dataset", "{shop}/dataset"], "--protocol cold"),
        (["fold-in", "{shop}/lattice", "--text", "a", "--completion", "all"], "none, neighbours, both"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "lr"], "name=value"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "speed=3"], "no setting 'speed'"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "k=ten"], "number"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "gradient=never"], "first, every"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "epochs=0"], "epochs is 0"),
        (["train", "{shop}/dataset", "--out", "{out}", "--seed", "-1"], "seed is -1"),
        (["train", "{shop}/dataset", "--out", "{out}", "--set", "seed=5"], "an option for seed"),
        (["train", "{shop}/dataset", "--out", "{shop}/source/items.csv/x", "--set", "epochs=1"], "items.csv"),
        (["train", "{shop}/dataset", "--out", "/proc/no/x"], "can't be made"),
        (["train", "{shop}/dataset", "--out", "{out}", "--model", "ngfc"], "lightgcn"),
        (["train", "{shop}/dataset", "--out", "{out}", "--device", "toaster"], "toaster"),
        (["train", "{shop}/dataset", "--out", "{out}", "--device", "meta"], "use auto, cpu, cuda or cuda:N"),
        (["train", "{shop}/dataset", "--out", "{out}", "--device", "cuda:999"], "cuda:999"),
        (["train", "{shop}/dataset", "--out", "{shop}/source"], "another folder"),
        (["train", "{shop}/source", "--out", "{out}"], "dataset.json"),
        (["prepare", "{shop}/source", "--format", "csv", "--out", "{out}"], "table"),
        (["prepare", "{shop}/source", "--column", "user", "--out", "{out}"], "NAME=VALUE"),
        (["prepare", "{shop}/source", "--out", "{out}", "--modality", "a=1.npy", "--modality", "a=2.npy"], "2 times"),
        (["prepare", "{shop}/source", "--seed", "-1", "--out", "{out}"], "--seed"),
        (["prepare", "{shop}/source", "--out", "{shop}"], "another folder"),
        (["prepare", "{shop}/source", "--out", "{shop}/source/items.csv/x", *PLAIN], "items.csv"),
        (["prepare", "{shop}/source", "--cold", "2", "--out", "{out}"], "between 0 and 1"),
        (["export", "{shop}/dataset", "--format", "csv", "--out", "{out}"], "mmrec"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_code_2(shop, tmp_path, capsys, arguments, says):
    filled = [a.format(shop=shop, out=tmp_path / "out") for a in arguments]
    assert says in refusal(capsys, *filled)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("model", "setting"), [("mf", "l2=1e300"), ("lattice", "lr=1e30")])
def test_train_refuses_numbers_out_of_bounds(shop, tmp_path, capsys, model, setting):
    arguments = ["train", shop / "dataset", "--out", tmp_path / "out", "--model", model, *FAST, "--set", setting]
    assert "at most" in refusal(capsys, *arguments)
    assert not (tmp_path / "out").exists()


def test_train_that_diverges_writes_no_checkpoint(shop, tmp_path, capsys, monkeypatch):
    from lattice.models import mf

    monkeypatch.setattr(mf.MF, "loss", lambda self, *triples: self.embed()[0].sum() * float("nan"))
    arguments = ["train", shop / "dataset", "--out", tmp_path / "out", "--model", "mf", *FAST]
    assert main([*map(str, arguments)]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: epoch 0: the ")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_result_that_is_not_finite_is_no_json(value):
    with pytest.raises(InputError, match="isn't finite"):
        show({"test": {"recall@20": value}}, True)


def test_a_killed_run_goes_on_with_resume(shop, tmp_path, capsys, monkeypatch):
    from lattice.training import loop

    slow = ["train", shop / "dataset", "--model", "lattice", "--set", "dim=8", "--set", "epochs=4"]
    unbroken = run(capsys, *slow, "--out", tmp_path / "unbroken")
    whole, calls = loop._validate, []

    def killed(*arguments):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(1)
        return whole(*arguments)

    monkeypatch.setattr(loop, "_validate", killed)
    assert main([*map(str, slow), "--out", str(tmp_path / "killed")]) == 130
    assert "the same command with --resume continues" in capsys.readouterr().err.splitlines()[-1]
    monkeypatch.setattr(loop, "_validate", whole)
    assert not (tmp_path / "killed").exists()
    assert "other settings" in refusal(capsys, *slow, "--out", tmp_path / "killed", "--resume", "--seed", "5")
    resumed = run(capsys, *slow, "--out", tmp_path / "killed", "--resume")
    assert resumed["test"] == pytest.approx(unbroken["test"], abs=1e-6)
    assert len(pd.read_csv(tmp_path / "killed" / "history.csv")) == 4
