"""Files and folders that are written whole or not at all, wherever a run is killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from lattice.errors import InputError
from lattice.files import check_replaceable, locked, replaced_file, replaced_folder, write_tensors

MARKER = "marker.json"


def fill(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / MARKER).write_text(text)


def write(out: Path, text: str) -> None:
    with replaced_folder(out, MARKER) as part:
        fill(part, text)


def content(folder: Path) -> dict[str, str]:
    """What lies in a folder: path -> text."""
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


class Killed(BaseException):
    """What no clean-up sees."""


@pytest.fixture
def killed_between_the_renames(tmp_path, monkeypatch):
    """A folder in which the new one was ready and the old one out of the way, but not yet replaced."""
    rename = Path.rename

    def dies_onto_the_target(self, target):
        if Path(target) == tmp_path / "out":
            raise Killed
        return rename(self, target)

    fill(tmp_path / "out", "old")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dies_onto_the_target)
        with pytest.raises(Killed):
            write(tmp_path / "out", "new")
    assert content(tmp_path) == {f".out.old/{MARKER}": "old", f".out.part/{MARKER}": "new"}
    return tmp_path


def test_replaced_folder_failing_after_a_kill_loses_nothing(killed_between_the_renames):
    with pytest.raises(OSError, match="No space"), replaced_folder(killed_between_the_renames / "out", MARKER):
        raise OSError("No space left on device")
    assert content(killed_between_the_renames) == {f"out/{MARKER}": "old"}


def test_replaced_folder_succeeding_after_a_kill_cleans_up(killed_between_the_renames):
    write(killed_between_the_renames / "out", "newer")
    assert content(killed_between_the_renames) == {f"out/{MARKER}": "newer"}


def test_an_old_folder_that_was_replaced_does_not_come_back(tmp_path):
    """Killed after the second rename, before the old folder was removed."""
    fill(tmp_path / ".out.old", "old")
    fill(tmp_path / "out", "new")
    with pytest.raises(OSError, match="No space"), replaced_folder(tmp_path / "out", MARKER):
        raise OSError("No space left on device")
    assert content(tmp_path) == {f"out/{MARKER}": "new"}


# --- files -----------------------------------------------------------------------------------------------------------


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


def test_the_root_is_no_folder_to_replace():
    with pytest.raises(InputError, match="already exists"):
        check_replaceable(Path("/"), "config.json")


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
        with replaced_folder(tmp_path / "out", MARKER) as part:
            (part / MARKER).write_text("{}")
            write_tensors({"x": torch.eye(2)[:, :1]}, part / "model.safetensors", {"said": "so"})
    finally:
        os.umask(before)
    file = tmp_path / "out" / "model.safetensors"
    assert file.stat().st_mode & 0o777 == (tmp_path / "out" / MARKER).stat().st_mode & 0o777 == mode
    with safe_open(file, "pt") as opened:
        assert opened.metadata() == {"said": "so"}
        assert torch.equal(opened.get_tensor("x"), torch.eye(2)[:, :1])
