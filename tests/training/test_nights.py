"""A night's training survives a full disk, a limit on files and the signals that end a program."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors.torch import load_file

from lattice.checkpoint import load
from lattice.data import save as save_dataset

ROOT = Path(__file__).parents[2]
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
# Run the command line where no file may grow beyond so many bytes, as on a full disk.
LIMITED = """
import resource, sys
from lattice.cli import main
most = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def place(catalogue, tmp_path) -> Path:
    save_dataset(catalogue, tmp_path / "data")
    return tmp_path


def command(place: Path, *more: str) -> list[str]:
    fast = ["--model", "mf", "--no-map", "--set", "dim=64", "--set", "batch_size=64", "--device", "cpu"]
    return ["train", str(place / "data"), "--out", str(place / "model"), *fast, *more]


def started(arguments: list[str]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen,
    )


def listen() -> None:
    """Take the signals' default actions back: a background job, and so its children, may ignore some of them."""
    for kind in SIGNALS:
        signal.signal(kind, signal.SIG_DFL)


def test_a_full_disk_is_one_line_and_keeps_the_old_checkpoint(place):
    first = started(["-m", "lattice", *command(place, "--set", "epochs=1")])
    first.communicate()
    assert first.returncode == 0
    before = load(place / "model").model.state_dict()
    full = started(["-c", LIMITED, "20000", *command(place, "--set", "epochs=2")])
    _, said = full.communicate()
    assert full.returncode == 2
    assert said.splitlines()[-1].startswith("error: ")
    assert "--resume" in said.splitlines()[-1]
    assert "Traceback" not in said
    after = load(place / "model").model.state_dict()
    assert all((before[name] == after[name]).all() for name in before)


def test_a_vanished_folder_is_one_line(place):
    """The disk that holds the checkpoint is taken away in the middle of a run."""
    where = place / "disk"
    where.mkdir()
    arguments = command(place, "--set", "epochs=100000", "--set", "patience=100000")
    arguments[arguments.index("--out") + 1] = str(where / "model")
    running = started(["-m", "lattice", *arguments])
    state = where / ".model.state" / "state.safetensors"
    while running.poll() is None and not state.exists():
        time.sleep(0.05)
    where.rename(place / "away")
    where.write_text("no folder any more")  # so that nobody makes it again
    _, said = running.communicate(timeout=300)
    assert running.returncode == 2
    assert said.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in said


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_signal_stops_a_run_that_resume_goes_on_with(place, kind):
    state = place / ".model.state" / "state.safetensors"
    running = started(["-m", "lattice", *command(place, "--set", "epochs=100000", "--set", "patience=100000")])
    while not state.exists() and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(kind)
    _, said = running.communicate()
    assert running.returncode == 130
    assert "--resume" in said
    done = len([name for name in load_file(state) if name.startswith("best/")])
    assert done
    again = started(["-m", "lattice", *command(place, "--set", "epochs=1", "--resume")])
    _, said = again.communicate()
    assert again.returncode == 0
    assert "continues after" in said
    assert not state.exists()
    assert load(place / "model").history["epoch"].iloc[0] == 0
