"""The loop: it learns, keeps the best weights, stops early, and goes on after a kill as if there had been none."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from lattice.data.cold import hold_out_items
from lattice.errors import InputError
from lattice.evaluation import SELECTION_METRIC, evaluate
from lattice.models import MF, LatticeOptions, LightGCNOptions, MFOptions, NGCFOptions, build, default_options
from lattice.models import MODELS as REGISTRY
from lattice.pipeline import fit
from lattice.training import TrainingOptions, train
from lattice.validation import MAX_VALUES
from tests.synthetic import STANDALONE

MODELS = {
    "mf": MFOptions(dim=8),
    "lightgcn": LightGCNOptions(dim=8),
    "lattice-mf": LatticeOptions(backbone=MFOptions(dim=8), k=5, transform_dim=8),
    **{name: REGISTRY[name].options(dim=8) for name in STANDALONE if name not in ("mf", "lightgcn")},
    "lattice-ngcf": LatticeOptions(backbone=NGCFOptions(dim=8, combine="mean"), k=5, transform_dim=8),
    "lattice-lightgcn": LatticeOptions(backbone=LightGCNOptions(dim=8), k=5, transform_dim=8, gradient="first"),
}
# First scores near 0; those of the others are of length-1 vectors or of content, and clusters share no edge.
SMALL_AT_FIRST = ("mf", "lightgcn", "mmgcn", "lattice-mf", "lattice-lightgcn")
OPTIONS = TrainingOptions(lr=0.02, batch_size=64, epochs=8, patience=100, device="cpu")


class Killed(Exception):
    """What a test's callback raises in the middle of a run."""


def fresh(dataset, name: str, seed: int = 0):
    torch.manual_seed(seed)
    features = {m: torch.as_tensor(matrix) for m, matrix in dataset.features.items()}
    pairs = torch.as_tensor(dataset.pairs("train"))
    return build(MODELS[name], dataset.n_users, dataset.n_items, pairs, features)


def weights(model) -> dict[str, torch.Tensor]:
    return {name: p.detach().clone() for name, p in model.named_parameters()}


def run(dataset, model, options=OPTIONS, **arguments):
    return train(model, dataset.pairs("train"), dataset.pairs("valid"), options, progress=False, **arguments)


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("name", MODELS)
def test_train_learns_a_planted_structure(catalogue, name):
    model = fresh(catalogue, name)
    before = evaluate(model.embed(), catalogue.pairs("train"), catalogue.pairs("test"), (10,)).means["recall@10"]
    history = run(catalogue, model, replace(OPTIONS, epochs=25)).history
    after = evaluate(model.embed(), catalogue.pairs("train"), catalogue.pairs("test"), (10,)).means["recall@10"]
    if name in SMALL_AT_FIRST:
        # Chance is 10 / 55, a list's share of what the user hasn't trained on; over 80 test pairs it strays by 0.04.
        assert before < 0.3
        assert history[0]["loss"] == pytest.approx(np.log(2), rel=0.2)
    assert after > max(before, 0.8 if name.startswith("lattice") else 0.45)
    assert history[-1]["loss"] < 0.6 * history[0]["loss"]


def test_train_history_has_one_row_per_epoch_with_all_columns(catalogue):
    rows = []
    result = run(catalogue, fresh(catalogue, "lattice-mf"), on_epoch=lambda row: rows.append(dict(row)))
    assert rows == result.history
    assert [row["epoch"] for row in rows] == list(range(8))
    assert {"loss", SELECTION_METRIC, "ndcg@20", "precision@20", "alpha_visual", "alpha_textual"} < rows[0].keys()
    assert result.seconds == pytest.approx(sum(row["train_seconds"] + row["valid_seconds"] for row in rows))
    assert all(row["alpha_visual"] + row["alpha_textual"] == pytest.approx(1) for row in rows)


@pytest.mark.parametrize("name", ["mf", "lattice-lightgcn"])
def test_train_stops_after_patience_with_the_best_weights(catalogue, name):
    model, snapshots = fresh(catalogue, name), []
    # A rate so high that it soon gets worse; the first of the best epochs counts.
    options = replace(OPTIONS, lr=0.3, epochs=60, patience=3)
    result = run(catalogue, model, options, on_epoch=lambda _: snapshots.append(weights(model)))
    scores = [row[SELECTION_METRIC] for row in result.history]
    assert result.best_epoch == scores.index(max(scores))
    assert len(scores) == result.best_epoch + 1 + 3 < 60
    assert same(weights(model), snapshots[result.best_epoch])
    assert not same(weights(model), snapshots[-1])
    means = evaluate(model.embed(), catalogue.pairs("train"), catalogue.pairs("valid"), (20,)).means
    assert means[SELECTION_METRIC] == pytest.approx(max(scores), abs=1e-9)


@pytest.mark.parametrize("killed_after", [0, 2, 6])
@pytest.mark.parametrize("name", MODELS)
def test_train_resumed_ends_like_an_unbroken_run(catalogue, tmp_path, name, killed_after):
    unbroken = fresh(catalogue, name)
    expected = run(catalogue, unbroken)

    def kill(row):
        if row["epoch"] == killed_after:
            raise Killed

    with pytest.raises(Killed):
        run(catalogue, fresh(catalogue, name), state=tmp_path, on_epoch=kill)
    resumed = fresh(catalogue, name, seed=99)  # other first weights: all must come from the state
    epochs = []
    result = run(catalogue, resumed, state=tmp_path, resume=True, on_epoch=lambda row: epochs.append(row["epoch"]))
    assert epochs == list(range(killed_after + 1, 8))
    assert same(weights(resumed), weights(unbroken))
    times = {"train_seconds", "valid_seconds"}
    assert result.best_epoch == expected.best_epoch
    for row, other in zip(result.history, expected.history, strict=True):
        assert {k: v for k, v in row.items() if k not in times} == {k: v for k, v in other.items() if k not in times}


class RandomlyMasked(MF):
    """A model whose refresh draws random numbers: which items count in this epoch."""

    def refresh(self):
        self.mask = (torch.rand(len(self.item_embedding)) < 0.5).float()[:, None]

    def embed(self):
        return self.user_embedding, self.item_embedding * self.mask


@pytest.mark.parametrize("killed_after", [0, 5])
def test_train_resumed_repeats_a_random_refresh(catalogue, tmp_path, killed_after):
    def masked(seed=0):
        torch.manual_seed(seed)
        return RandomlyMasked(catalogue.n_users, catalogue.n_items, MFOptions(dim=8))

    def kill(row):
        if row["epoch"] == killed_after:
            raise Killed

    unbroken, resumed = masked(), masked(99)
    expected = run(catalogue, unbroken)
    with pytest.raises(Killed):
        run(catalogue, masked(), state=tmp_path, on_epoch=kill)
    result = run(catalogue, resumed, state=tmp_path, resume=True)
    assert [row["recall@20"] for row in result.history] == [row["recall@20"] for row in expected.history]
    assert same(weights(resumed), weights(unbroken))
    # The model that is left is the one that was validated in the best epoch.
    found = evaluate(resumed.embed(), catalogue.pairs("train"), catalogue.pairs("valid"), (20,)).means["recall@20"]
    assert found == expected.history[expected.best_epoch]["recall@20"]


def test_train_resumes_a_state_with_old_parameter_names(catalogue, tmp_path):
    def kill(row):
        if row["epoch"] == 2:
            raise Killed

    expected = fresh(catalogue, "lattice-mf")
    run(catalogue, expected)
    with pytest.raises(Killed):
        run(catalogue, fresh(catalogue, "lattice-mf"), state=tmp_path, on_epoch=kill)
    path = tmp_path / "state.safetensors"
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    old = {name.replace("_embedding", "_ids"): tensor for name, tensor in load_file(path).items()}
    assert {"model/backbone.user_ids", "best/backbone.item_ids"} <= set(old)
    save_file(old, path, metadata)
    resumed = fresh(catalogue, "lattice-mf", seed=9)
    run(catalogue, resumed, state=tmp_path, resume=True)
    assert same(weights(resumed), weights(expected))


def test_train_resumed_keeps_a_best_epoch_before_the_kill(catalogue, tmp_path):
    options = replace(OPTIONS, lr=0.3, epochs=60, patience=3)
    unbroken = fresh(catalogue, "mf")
    expected = run(catalogue, unbroken, options)

    def kill(row):
        if row["epoch"] == expected.best_epoch + 1:
            raise Killed

    with pytest.raises(Killed):
        run(catalogue, fresh(catalogue, "mf"), options, state=tmp_path, on_epoch=kill)
    resumed = fresh(catalogue, "mf", seed=99)
    result = run(catalogue, resumed, options, state=tmp_path, resume=True)
    assert result.best_epoch == expected.best_epoch
    assert same(weights(resumed), weights(unbroken))


def test_train_resumed_after_the_end_trains_no_further(catalogue, tmp_path):
    first = fresh(catalogue, "mf")
    run(catalogue, first, state=tmp_path)
    second, epochs = fresh(catalogue, "mf", seed=1), []
    run(catalogue, second, state=tmp_path, resume=True, on_epoch=epochs.append)
    assert epochs == []
    assert same(weights(first), weights(second))


def test_train_starts_again_without_resume_or_without_a_state(catalogue, tmp_path):
    expected = weights_after(catalogue)
    run(catalogue, fresh(catalogue, "mf", seed=5), state=tmp_path)
    assert same(weights_after(catalogue, state=tmp_path), expected)
    assert same(weights_after(catalogue, state=tmp_path / "none", resume=True), expected)


def weights_after(dataset, name="mf", seed=0, options=OPTIONS, **arguments):
    model = fresh(dataset, name, seed)
    run(dataset, model, options, **arguments)
    return weights(model)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_train_refuses_a_damaged_state_in_one_line(catalogue, tmp_path, content):
    (tmp_path / "state.safetensors").write_bytes(content)
    with pytest.raises(InputError, match=r"state\.safetensors") as refused:
        run(catalogue, fresh(catalogue, "mf"), state=tmp_path, resume=True)
    assert "\n" not in str(refused.value)


def test_train_refuses_the_state_of_another_model(catalogue, tmp_path):
    run(catalogue, fresh(catalogue, "lattice-mf"), replace(OPTIONS, epochs=1), state=tmp_path)
    with pytest.raises(InputError, match="resume"):
        run(catalogue, fresh(catalogue, "mf"), state=tmp_path, resume=True)


def test_save_state_killed_while_writing_leaves_the_old_state(catalogue, tmp_path, monkeypatch):
    from lattice.training import state as states

    run(catalogue, fresh(catalogue, "mf"), replace(OPTIONS, epochs=3), state=tmp_path)
    before = (tmp_path / "state.safetensors").read_bytes()

    def half(tensors, path, metadata):
        path.write_bytes(b"half")
        raise Killed

    monkeypatch.setattr(states, "write_tensors", half)
    with pytest.raises(Killed):
        run(catalogue, fresh(catalogue, "mf"), state=tmp_path)
    assert (tmp_path / "state.safetensors").read_bytes() == before


@pytest.mark.parametrize("name", MODELS)
def test_train_result_follows_from_the_seed(catalogue, name):
    few = replace(OPTIONS, epochs=2)
    assert same(weights_after(catalogue, name, options=few), weights_after(catalogue, name, options=few))
    # From the same first weights, so that the difference is order's and negatives'.
    other = weights_after(catalogue, name, options=replace(few, seed=1))
    assert not same(weights_after(catalogue, name, options=few), other)


def test_train_epochs_differ_in_order_and_negatives(catalogue):
    seen = []
    model = fresh(catalogue, "mf")
    loss = model.loss
    model.loss = lambda *batch: seen.append(torch.stack(batch, 1)) or loss(*batch)
    run(catalogue, model, replace(OPTIONS, epochs=2))
    first, second = torch.cat(seen[: len(seen) // 2]), torch.cat(seen[len(seen) // 2 :])
    assert not torch.equal(first, second)
    assert sorted(first[:, :2].tolist()) == sorted(second[:, :2].tolist()) == sorted(catalogue.pairs("train").tolist())
    assert float((first[:, 2] == second[:, 2]).float().mean()) < 0.2


def test_train_never_uses_held_out_interactions(catalogue):
    other = catalogue.pairs("valid")[::-1].copy()
    other[:, 1] = (other[:, 1] + 1) % catalogue.n_items
    snapshots = []
    for valid in (catalogue.pairs("valid"), other):
        model = fresh(catalogue, "lattice-mf")
        last = []
        train(
            model,
            catalogue.pairs("train"),
            valid,
            replace(OPTIONS, epochs=3),
            progress=False,
            on_epoch=lambda _, m=model, s=last: s.append(weights(m)),
        )
        snapshots.append(last[-1])
    assert same(*snapshots)


def test_train_refuses_data_without_negatives():
    model = build(MFOptions(dim=4), 1, 2, torch.tensor([[0, 0], [0, 1]]), {})
    with pytest.raises(InputError, match="negative"):
        train(model, np.array([[0, 0], [0, 1]]), np.array([[0, 1]]), OPTIONS, progress=False)


@pytest.mark.parametrize(
    "change",
    [
        {"lr": float("nan")},
        {"lr": -1.0},
        {"batch_size": 0},
        {"epochs": 0},
        {"patience": 0},
        {"protocol": "hot"},
        {"seed": -1},
        {"seed": 2**63},
    ],
    ids=str,
)
def test_training_options_refuse_values_out_of_range(change):
    with pytest.raises(InputError, match=next(iter(change))):
        TrainingOptions(**change)


@pytest.mark.parametrize("name", ["mf", "lattice-mf", "lattice-lightgcn", "mmgcn"])
@pytest.mark.parametrize("change", [{"lr": 1e30}, {"lr": 1e38, "batch_size": 10_000}], ids=["many steps", "one step"])
def test_train_ends_a_diverging_run_with_the_last_good_weights(catalogue, tmp_path, monkeypatch, name, change):
    monkeypatch.setitem(MAX_VALUES, "lr", inf)  # no lr in range diverges within a few steps
    good, model = fresh(catalogue, name), fresh(catalogue, name)
    run(catalogue, good, replace(OPTIONS, epochs=2), state=tmp_path)
    before = (tmp_path / "state.safetensors").read_bytes()
    with pytest.warns(UserWarning, match=r"epoch 2: the (loss is|embeddings are) no longer finite") as warned:
        run(catalogue, model, replace(OPTIONS, **change), state=tmp_path, resume=True)
    assert ("visual features up to " in str(warned[0].message)) == (name != "mf")
    assert all(torch.equal(one, other) for one, other in zip(model.embed(), good.embed(), strict=True))
    assert (tmp_path / "state.safetensors").read_bytes() == before


def test_train_refreshes_once_per_epoch_before_validation(catalogue, monkeypatch):
    model = fresh(catalogue, "lattice-mf")
    refreshed = []
    original = model.refresh
    monkeypatch.setattr(model, "refresh", lambda: (refreshed.append(1), original()))
    train(model, catalogue.pairs("train"), catalogue.pairs("valid"), replace(OPTIONS, epochs=3), progress=False)
    assert len(refreshed) == 1 + 3 + 1  # at first, after every epoch, and for the best weights


def test_train_cold_protocol_chooses_the_epoch_by_cold_items(catalogue):
    dataset = hold_out_items(catalogue, 0.3, seed=1)
    checkpoint = fit(dataset, default_options("vbpr"), replace(OPTIONS, protocol="cold"), progress=False)
    train, valid = dataset.pairs("train"), dataset.pairs("valid")
    with torch.no_grad():
        users, items = checkpoint.model.embed()
    cold = np.setdiff1d(np.unique(valid[:, 1]), train[:, 1])
    recalls = []
    for user in range(dataset.n_users):
        wanted = set(valid[valid[:, 0] == user, 1]) & set(cold)
        if wanted:
            order = (items[torch.as_tensor(cold)] @ users[user]).argsort(descending=True)[:20]
            recalls.append(len(wanted & set(cold[order.numpy()])) / len(wanted))
    assert checkpoint.history["recall@20"].max() == pytest.approx(np.mean(recalls))
