"""One training run to a folder: where it may write, and that two runs don't share it."""

import pytest

from lattice import checkpoint as checkpoints
from lattice import pipeline
from lattice.errors import InputError
from lattice.files import locked
from lattice.pipeline import fit
from lattice.training import TrainingOptions
from tests.synthetic import options_of

ONE_EPOCH = TrainingOptions(epochs=1, batch_size=64, device="cpu")


def test_fit_refuses_an_out_that_another_run_trains_to(catalogue, tmp_path):
    with locked(tmp_path / ".model.state"):
        (tmp_path / ".model.state" / "state.safetensors").write_text("of the other run")
        with pytest.raises(InputError, match="in use by process"):
            fit(catalogue, options_of("mf"), ONE_EPOCH, tmp_path / "model", progress=False)
        assert (tmp_path / ".model.state" / "state.safetensors").read_text() == "of the other run"
    fit(catalogue, options_of("mf"), ONE_EPOCH, tmp_path / "model", progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_fit_writes_to_the_current_folder_if_it_is_empty(catalogue, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    fit(catalogue, options_of("mf"), ONE_EPOCH, checkpoints.Path("."), progress=False)
    assert checkpoints.load(tmp_path / "here").options == options_of("mf")


def test_fit_refuses_a_current_folder_that_is_not_empty(catalogue, tmp_path, monkeypatch):
    (tmp_path / "notes.txt").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"config\.json"):
        fit(catalogue, options_of("mf"), ONE_EPOCH, checkpoints.Path("."), progress=False)


def test_a_file_put_there_during_training_is_kept(catalogue, tmp_path, monkeypatch):
    """The trained model is in the run's state, from which the same command goes on."""
    trained = pipeline._trained

    def slow(*arguments):
        (tmp_path / "model").mkdir()
        (tmp_path / "model" / "notes.txt").write_text("mine")
        return trained(*arguments)

    monkeypatch.setattr(pipeline, "_trained", slow)
    with pytest.raises(InputError, match=r"notes\.txt.* --resume goes on"):
        fit(catalogue, options_of("mf"), ONE_EPOCH, tmp_path / "model", progress=False)
    monkeypatch.undo()
    assert (tmp_path / "model" / "notes.txt").read_text() == "mine"
    (tmp_path / "model" / "notes.txt").unlink()
    fit(catalogue, options_of("mf"), ONE_EPOCH, tmp_path / "model", resume=True, progress=False)
    assert checkpoints.load(tmp_path / "model").options == options_of("mf")
