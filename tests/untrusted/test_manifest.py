"""A manifest finds every file that isn't the one that was written."""

import hashlib
import json
import os

import pytest

from lattice import checkpoint as checkpoints
from lattice.cli import main
from lattice.data import dataset as datasets
from lattice.errors import InputError
from lattice.folders import amended_folder
from lattice.untrusted import manifest
from tests.synthetic import clustered


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("a.txt", "b.txt", "deep/c.txt"):
        (tmp_path / name).write_text(f"this is {name[-5:]}")
    manifest.write(tmp_path)
    return tmp_path


def refusal(folder) -> str:
    with pytest.raises(InputError) as refused:
        manifest.check(folder)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_folder_as_it_was_written_passes(folder):
    manifest.check(folder)
    (folder / ".DS_Store").write_bytes(b"left by a file manager")
    manifest.check(folder)


def outside(folder):
    """A manifest that is right about a file beside the folder."""
    beside = folder.parent / f"{folder.name}-beside.txt"
    beside.write_text("outside")
    said = json.loads((folder / "manifest.json").read_text())
    name = f"../{beside.name}"
    said["files"][name] = {"sha256": hashlib.sha256(b"outside").hexdigest(), "bytes": 7}
    (folder / "manifest.json").write_text(json.dumps(said))


def linked(folder):
    """A manifest that is a link to one that fits, outside."""
    moved = (folder / "manifest.json").rename(folder.parent / f"{folder.name}-manifest.json")
    (folder / "manifest.json").symlink_to(moved)


def swapped(folder):
    (folder / "a.txt").rename(folder / "c.txt")
    (folder / "b.txt").rename(folder / "a.txt")
    (folder / "c.txt").rename(folder / "b.txt")


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (swapped, "a.txt"),
        (lambda folder: (folder / "manifest.json").unlink(), "it has no manifest.json"),
        (outside, "../"),
        (linked, "manifest.json"),
        (lambda folder: (folder / "b.txt").write_text("this is b.tx"), "b.txt"),
        (lambda folder: (folder / "b.txt").write_text("this is B.txt"), "b.txt"),
        (lambda folder: (folder / "deep" / "c.txt").unlink(), "deep/c.txt"),
        (lambda folder: (folder / "deep" / "new.txt").touch(), "deep/new.txt"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 1, "files": []}'), "manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 2, "files": {}}'), "manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 1, "files": {"../a.txt": {}}}'), "../a.txt"),
    ],
)
def test_what_is_not_as_written_is_refused_by_name(folder, harm, name):
    harm(folder)
    assert name in refusal(folder)


def test_a_missing_file_is_named_without_quotes(folder):
    (folder / "b.txt").unlink()
    assert refusal(folder) == "b.txt is in manifest.json, but missing"


def test_a_pattern_without_a_folder_is_of_names_at_the_top(folder):
    for name in ("a.csv", "deep/b.csv", "deep/er/c.csv"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("not listed")
    said = {}
    for pattern in ("*.csv", "deep/*", "er/*"):
        try:
            manifest.check(folder, (pattern,))
        except InputError as error:
            said[pattern] = str(error).split()[0]
    assert said == {"*.csv": "a.csv", "deep/*": "deep/b.csv"}


def test_a_folder_within_a_dataset_leaves_it_readable(trained, tmp_path):
    datasets.save(clustered(), tmp_path / "data")
    checkpoints.save(trained("mf"), tmp_path / "mf")
    (tmp_path / "mf").rename(tmp_path / "data" / "mf")
    assert datasets.load(tmp_path / "data").n_items == clustered().n_items
    (tmp_path / "data" / "more.parquet").touch()
    with pytest.raises(InputError, match=r"more\.parquet is not in"):
        datasets.load(tmp_path / "data")


def test_a_hash_is_computed_once_until_the_file_changes(folder, monkeypatch):
    manifest.check(folder)
    opened = []
    block = manifest.hashlib.sha256
    monkeypatch.setattr(manifest.hashlib, "sha256", lambda: opened.append(1) or block())
    manifest.check(folder)
    assert not opened
    before = (folder / "a.txt").stat()
    (folder / "a.txt").write_text("this is A.txt")
    os.utime(folder / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))  # as an archive sets them back
    assert "a.txt" in refusal(folder)
    assert len(opened) == 1


def test_a_file_of_another_checkpoint_is_refused(trained, tmp_path):
    for name in ("mf", "lightgcn"):
        checkpoints.save(trained(name), tmp_path / name)
    (tmp_path / "mf" / "model.safetensors").replace(tmp_path / "lightgcn" / "model.safetensors")
    with pytest.raises(InputError, match=r"model\.safetensors"):
        checkpoints.load(tmp_path / "lightgcn")


def test_titles_of_another_dataset_are_refused(tmp_path):
    first = clustered()
    datasets.save(first, tmp_path / "out")
    turned = first.items.assign(title=first.items["title"][::-1].to_numpy())
    turned.to_parquet(tmp_path / "out" / "items.parquet", index=False)
    with pytest.raises(InputError, match=r"items\.parquet"):
        datasets.load(tmp_path / "out")


@pytest.mark.parametrize("kind", ["checkpoint", "dataset"])
def test_a_folder_without_a_manifest_loads_after_the_command(trained, tmp_path, kind, capsys):
    folder = tmp_path / "it is mine"
    if kind == "checkpoint":
        checkpoints.save(trained("mf"), folder)
    else:
        datasets.save(clustered(), folder)
    load = checkpoints.load if kind == "checkpoint" else datasets.load
    (folder / "manifest.json").unlink()
    with pytest.raises(InputError, match=r"no manifest\.json.*python -m lattice manifest") as refused:
        load(folder)
    assert "\n" not in str(refused.value)
    assert main(["manifest", str(folder)]) == 0
    assert load(folder)
    (folder / "items.parquet").write_bytes(b"not a table")
    (folder / "manifest.json").unlink()
    assert main(["manifest", str(folder)]) == 2  # what can't be read gets none
    assert not (folder / "manifest.json").exists()


def test_a_map_is_added_with_its_entry(trained, tmp_path):
    checkpoints.save(trained("mf"), tmp_path / "model")
    with amended_folder(tmp_path / "model") as part:
        (part / "more.txt").write_text("more")
    assert checkpoints.load(tmp_path / "model").card
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]
