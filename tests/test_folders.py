"""Folders that are written whole or not at all, wherever a run is killed; and which ones every command refuses."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lattice.cli import main
from lattice.data import save
from lattice.errors import InputError
from lattice.folders import amended_folder, check_replaceable, replaced_folder
from lattice.untrusted import manifest
from tests.synthetic import clustered

MARKER = "marker.json"
NO_ENCODERS = ["--text-encoder", "none", "--image-encoder", "none"]


def fill(folder: Path, text: str) -> None:
    """Make a folder as this program writes it."""
    folder.mkdir()
    (folder / MARKER).write_text(text)
    manifest.write(folder)


def write(out: Path, text: str) -> None:
    with replaced_folder(out, MARKER) as part:
        (part / MARKER).write_text(text)


def content(folder: Path) -> dict[str, str]:
    """What lies in a folder, manifests apart: path -> text."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != manifest.NAME]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder: path -> bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- killed runs ------------------------------------------------------------------------------------------------------


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


# --- which folders may be replaced ------------------------------------------------------------------------------------


@pytest.fixture
def ours(tmp_path) -> Path:
    """A folder that this program wrote."""
    write(tmp_path / "out", "old")
    return tmp_path / "out"


def refusal(out: Path, source: Path | None = None) -> str:
    """What is said where a folder may not be replaced; nothing has changed then, and no work was done."""
    before = files(out.parent)
    with pytest.raises(InputError) as refused, replaced_folder(out, MARKER, source):
        raise AssertionError("work has begun")
    assert files(out.parent) == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "name", ["notes.txt", "deep/er/notes.txt", ".git/HEAD", "a\nb.txt", ".marker.json.part", "deep/manifest.json"]
)
def test_a_file_that_is_not_ours_is_named_and_kept(ours, name):
    (ours / name).parent.mkdir(parents=True, exist_ok=True)
    (ours / name).write_text("years of work")
    assert name.replace("\n", "\\n") in refusal(ours)


def test_a_link_in_a_folder_is_named_and_kept(ours, tmp_path):
    (tmp_path / "album").mkdir()
    (ours / "pictures").symlink_to(tmp_path / "album")
    assert "pictures" in refusal(ours)


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "deep/._notes.txt", ".manifest.json.part"])
def test_what_file_managers_leave_behind_is_not_kept(ours, name):
    (ours / name).parent.mkdir(exist_ok=True)
    (ours / name).write_text("x")
    write(ours, "new")
    assert content(ours) == {MARKER: "new"}


@pytest.mark.parametrize(
    "found",
    [
        None,
        "{",
        "[]",
        '{"name": "a web page", "icons": []}',
        '{"format": 2, "files": {"marker.json": {}}}',
        '{"format": 1, "files": ["marker.json"]}',
        '{"format": 1, "files": {"dataset.json": {}, "marker.json.bak": {}}}',
    ],
)
def test_a_marker_without_our_manifest_shows_nothing(tmp_path, found):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MARKER).write_text('{"my": "own"}')
    if found is not None:
        (tmp_path / "out" / "manifest.json").write_text(found)
    assert f"no manifest.json in it lists {MARKER}" in refusal(tmp_path / "out")


def test_a_file_put_there_meanwhile_is_kept(ours):
    def interrupted():
        with replaced_folder(ours, MARKER) as part:
            (part / MARKER).write_text("new")
            (ours / "late.txt").write_text("mine")

    with pytest.raises(InputError, match=r"late\.txt"):
        interrupted()
    assert content(ours.parent) == {f"out/{MARKER}": "old", "out/late.txt": "mine"}


@pytest.mark.parametrize("below", ["", "deep"])
def test_a_source_within_the_folder_is_kept(ours, below):
    (ours / below).mkdir(exist_ok=True)
    assert "would be removed" in refusal(ours, ours / below)


def test_a_folder_within_one_of_ours_is_refused(ours):
    assert f"is inside {ours}" in refusal(ours / "deep" / "new")


def test_a_file_is_no_folder_to_replace(tmp_path):
    (tmp_path / "out").write_text("mine")
    assert "not a folder" in refusal(tmp_path / "out")


def test_the_root_is_no_folder_to_replace():
    with pytest.raises(InputError, match="already exists"):
        check_replaceable(Path("/"), "config.json")


def test_what_a_link_leads_to_is_replaced(ours, tmp_path):
    (tmp_path / "link").symlink_to("out")
    (tmp_path / ".out.old").symlink_to("nowhere")
    for text in ("new", "newer"):
        write(tmp_path / "link", text)
        assert content(ours) == {MARKER: text}
        assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "out"]


def test_links_to_nothing_and_in_a_circle(tmp_path):
    (tmp_path / "link").symlink_to("later")
    write(tmp_path / "link", "new")
    assert content(tmp_path / "later") == {MARKER: "new"}
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(InputError, match="can't be followed"):
        write(tmp_path / "circle", "new")


def test_an_amended_folder_keeps_every_file(ours):
    (ours / ".git").mkdir()
    (ours / ".git" / "HEAD").write_text("mine")
    with amended_folder(ours) as part:
        (part / "more.txt").write_text("more")
    assert content(ours) == {MARKER: "old", ".git/HEAD": "mine", "more.txt": "more"}
    manifest.check(ours)


# --- every command that writes a folder -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with a source `shop/`, its dataset `data/`, a checkpoint of it `model/` and a packed one `packed/`."""
    root = tmp_path_factory.mktemp("made")
    dataset = clustered()
    (root / "shop").mkdir()
    dataset.items[["item", "title"]].to_csv(root / "shop" / "items.csv", index=False)
    dataset.interactions.to_csv(root / "shop" / "interactions.csv", index=False)
    save(dataset, root / "data")
    train = ["train", str(root / "data"), "--model", "mf", "--set", "epochs=1", "--set", "dim=8", "--device", "cpu"]
    assert main([*train, "--out", str(root / "model")]) == 0
    assert main(["pack", str(root / "model"), "--out", str(root / "packed")]) == 0
    return root


# What a command is called with, but for --out; and the file that its folders have and other programs', too.
WRITERS: dict[str, tuple[Callable[[Path], list[object]], str]] = {
    "prepare": (lambda root: ["prepare", root / "shop", *NO_ENCODERS], "dataset.json"),
    "train": (lambda root: ["train", root / "data", "--model", "mf", "--set", "epochs=1"], "config.json"),
    "pack": (lambda root: ["pack", root / "model"], "config.json"),
    "export": (lambda root: ["export", root / "data"], "out.inter"),
    "export-app": (lambda root: ["export-app", root / "model"], "lattice-site.json"),
}


def command(root: Path, name: str, out: Path) -> int:
    return main([*map(str, WRITERS[name][0](root)), "--out", str(out)])


def error(capsys, root: Path, name: str, out: Path) -> str:
    """What a command says that has to refuse a folder; it changes nothing around it."""
    before = files(out.parent)
    capsys.readouterr()
    assert command(root, name, out) == 2
    assert files(out.parent) == before
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


@pytest.mark.parametrize("name", WRITERS)
def test_a_command_replaces_its_own_folders_only(made, tmp_path, capsys, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / WRITERS[name][1]).write_text('{"another": "program\'s"}')
    (out / "results").mkdir()
    (out / "results" / "log.txt").write_text("years of work")
    assert "already exists" in error(capsys, made, name, out)
    shutil.rmtree(out)
    for _ in range(2):
        assert command(made, name, out) == 0
        manifest.check(out)
    (out / "notes.txt").write_text("mine")
    assert "notes.txt" in error(capsys, made, name, out)


KINDS = {"shop": (), "data": ("prepare",), "packed": ("train", "pack")}  # a folder of `made` and who replaces such


@pytest.mark.parametrize(("name", "kind"), [(n, kind) for kind, own in KINDS.items() for n in WRITERS if n not in own])
def test_a_command_refuses_folders_of_other_kinds(made, tmp_path, capsys, name, kind):
    out = Path(shutil.copytree(made / kind, tmp_path / kind))
    assert "already exists" in error(capsys, made, name, out)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("kind", ["data", "model"])
def test_a_command_writes_into_no_folder_of_ours(made, tmp_path, capsys, name, kind):
    inner = Path(shutil.copytree(made / kind, tmp_path / kind)) / "inner"
    assert "is inside" in error(capsys, made, name, inner)


@pytest.mark.parametrize("name", WRITERS)
def test_a_command_follows_a_link(made, tmp_path, name):
    (tmp_path / "big").mkdir()
    (tmp_path / "link").symlink_to("big")
    for _ in range(2):
        assert command(made, name, tmp_path / "link") == 0
        manifest.check(tmp_path / "big")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big", "link"]


def test_prepare_never_replaces_its_source(made, tmp_path, capsys):
    shutil.copytree(made / "data", tmp_path / "data")
    for source in ("data", "data/interactions.parquet"):
        before = files(tmp_path)
        assert main(["prepare", str(tmp_path / source), "--out", str(tmp_path / "data"), *NO_ENCODERS]) == 2
        assert "would be removed" in capsys.readouterr().err
        assert files(tmp_path) == before
    (tmp_path / "out").mkdir()
    shutil.copytree(made / "shop", tmp_path / "out" / "raw")
    assert main(["prepare", str(tmp_path / "out" / "raw"), "--out", str(tmp_path / "out"), *NO_ENCODERS]) == 2


def test_train_never_replaces_its_dataset(made, tmp_path, capsys):
    packed = Path(shutil.copytree(made / "packed", tmp_path / "packed"))
    train = ["train", str(packed / "dataset"), "--model", "mf", "--set", "epochs=1", "--out", str(packed)]
    before = files(packed)
    assert main(train) == 2
    assert "would be removed" in capsys.readouterr().err
    assert files(tmp_path / "packed") == before


def test_slim_leaves_a_packed_checkpoint_as_it_is(made, tmp_path, capsys):
    packed = Path(shutil.copytree(made / "packed", tmp_path / "packed"))
    before = files(packed)
    assert main(["slim", str(packed)]) == 2
    assert "nothing to leave out" in capsys.readouterr().err
    assert files(packed) == before
    user = pd.read_parquet(packed / "dataset" / "interactions.parquet")["user"].iat[0]
    assert main(["recommend", str(packed), "--user", user]) == 0


def test_folders_of_before_can_be_replaced():
    """The committed ones stand for those that users have: all their files are in their manifests."""
    root = Path(__file__).parents[1]
    for pattern, marker in (("assets/*/", "dataset.json"), ("checkpoints/*/*/", "config.json")):
        found = [folder for folder in root.glob(pattern) if folder.is_dir()]
        assert found
        for folder in found:
            check_replaceable(folder, marker)
