"""Files that are written whole or not at all, and the lock of a working folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from lattice.errors import InputError
from lattice.files import locked, replaced_file, write_tensors


def content(folder: Path) -> dict[str, str]:
    """What lies in a folder: path -> text."""
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_replaced_file_replaces_when_the_block_ends(tmp_path):
    (tmp_path / "a.json").write_text("old")
    with replaced_file(tmp_path / "a.json") as part:
        part.write_text("ne")
        assert (tmp_path / "a.json").read_text() == "old"
        part.write_text("new")
    assert content(tmp_path) == {"a.json": "new"}


def test_a_file_in_a_folder_that_is_not_there_yet(tmp_path):
    with replaced_file(tmp_path / "one" / "two" / "a.json") as part:
        part.write_text("new")
    assert content(tmp_path) == {"one/two/a.json": "new"}


def test_a_file_that_fails_in_the_middle_leaves_the_one_before(tmp_path):
    (tmp_path / "a.json").write_text("old")

    def half():
        with replaced_file(tmp_path / "a.json") as part:
            part.write_text("ne")
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        half()
    assert content(tmp_path) == {"a.json": "old"}


def test_replaced_file_failing_at_once_leaves_the_old_file(tmp_path):
    (tmp_path / "a.json").write_text("old")
    with pytest.raises(OSError, match="No space"), replaced_file(tmp_path / "a.json"):
        raise OSError("No space left on device")
    assert content(tmp_path) == {"a.json": "old"}


@pytest.mark.parametrize("name", ["folder", "file/x.html", "folder/pipe", "/"])
def test_replaced_file_refuses_what_is_no_file(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    os.mkfifo(tmp_path / "folder" / "pipe")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="can't be written"), replaced_file(tmp_path / name):
        raise AssertionError("work has begun")
    assert sorted(tmp_path.rglob("*")) == before


HOLD = """
import sys
from pathlib import Path
from lattice.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_locked_says_which_process_has_the_folder(tmp_path):
    command = [sys.executable, "-c", HOLD, str(tmp_path / "run")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        says = f"in use by process {holder.pid} on .* since 20"
        with pytest.raises(InputError, match=says) as refused, locked(tmp_path / "run"):
            raise AssertionError("two processes hold one folder")
        assert "\n" not in str(refused.value)
        holder.kill()  # a process that ends in any way lets go
    with locked(tmp_path / "run"):
        owner = (tmp_path / "run" / "owner.txt").read_text(encoding="utf-8")
        assert owner.startswith(f"process {os.getpid()} on ")


def test_locked_can_be_removed_with_its_folder(tmp_path):
    import shutil

    with locked(tmp_path / "run"):
        shutil.rmtree(tmp_path / "run")
    with locked(tmp_path / "run"):
        assert (tmp_path / "run").is_dir()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_tensors_are_readable_as_other_new_files_are(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "x.json").write_text("{}")
        write_tensors({"x": torch.eye(2)[:, :1]}, tmp_path / "out" / "model.safetensors", {"said": "so"})
    finally:
        os.umask(before)
    file = tmp_path / "out" / "model.safetensors"
    assert file.stat().st_mode & 0o777 == (tmp_path / "out" / "x.json").stat().st_mode & 0o777 == mode
    with safe_open(file, "pt") as opened:
        assert opened.metadata() == {"said": "so"}
        assert torch.equal(opened.get_tensor("x"), torch.eye(2)[:, :1])
