"""What `lattice doctor` says of machines and installations, sound and broken."""

import json
import shutil

import pytest

from lattice.checkpoint import save
from lattice.cli import main
from lattice.commands import doctor
from lattice.errors import InputError

GB = 10**9


@pytest.fixture
def folder(trained, tmp_path):
    """A folder with one checkpoint, and one whose weights are cut off."""
    for name in ("whole", "damaged"):
        save(trained("mf"), tmp_path / "shop" / name)
    weights = tmp_path / "shop" / "damaged" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    return tmp_path / "shop"


@pytest.fixture
def examined(capsys, monkeypatch):
    """A function that runs `lattice doctor --json`, without encoders: exit code, and name -> findings."""
    sound = lambda kind: doctor.Finding(f"{kind} encoder", "there", needed=True)  # noqa: E731
    monkeypatch.setattr(doctor, "encoder", sound)

    def run(*arguments):
        code = main(["doctor", "--json", *map(str, arguments)])
        return code, json.loads(capsys.readouterr().out)["findings"]

    return run


def test_doctor_reports_every_checkpoint_in_a_folder(examined, folder):
    code, findings = examined(folder)
    damaged, whole = [finding for finding in findings if finding["name"] == "checkpoint"]
    assert "mf on" in whole["found"]
    assert whole["ok"]
    assert str(folder / "damaged") in damaged["found"]
    assert not damaged["ok"]
    assert code == 1


@pytest.mark.parametrize("given", ["argument", "variable", "working folder"])
def test_doctor_is_content_where_all_that_is_needed_is_there(examined, folder, monkeypatch, given):
    shutil.rmtree(folder / "damaged")
    monkeypatch.delenv("LATTICE_CHECKPOINTS", raising=False)
    if given == "variable":
        monkeypatch.setenv("LATTICE_CHECKPOINTS", str(folder))
    if given == "working folder":
        folder.rename(folder.parent / "checkpoints")
        monkeypatch.chdir(folder.parent)
    code, findings = examined(*([folder] if given == "argument" else []))
    names = [finding["name"] for finding in findings]
    assert names == [
        "Python", "torch", "device", "threads", "BLAS", "image encoder", "text encoder", "checkpoint", "browser",
        "free memory",
    ]  # fmt: skip
    assert code == 0


def test_doctor_misses_checkpoints_only_where_they_are_named(examined, tmp_path, monkeypatch):
    monkeypatch.setenv("LATTICE_CHECKPOINTS", str(tmp_path / "none"))
    assert examined()[0] == 0
    assert examined(tmp_path / "none")[0] == 1


def test_doctor_says_what_to_do_in_the_line_itself(capsys, monkeypatch):
    torch = doctor.Finding("torch", "no module", ok=False, needed=True, advice="pip install torch")
    monkeypatch.setattr(doctor, "torch_build", lambda: torch)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(doctor, "LITTLE_MEMORY", 0)
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [text.split()[:2] for text in lines] == [
        ["ok", "Python"], ["MISSING", "torch"], ["note", "browser"], ["ok", "free"]
    ]  # fmt: skip
    assert lines[1].endswith("no module: pip install torch")


def test_doctor_names_an_encoder_that_is_broken(monkeypatch):
    def broken(kind, device):
        raise InputError("no whole pair of weights and card")

    monkeypatch.setattr("lattice.features.load_encoder", broken)
    finding = doctor.encoder("image")
    assert (finding.name, finding.ok, finding.needed) == ("image encoder", False, True)
    assert "no whole pair" in finding.found


@pytest.mark.parametrize(("version", "ok"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)])
def test_doctor_checks_the_version_of_python(version, ok):
    assert doctor.python(version).ok == ok


@pytest.mark.parametrize(
    ("available", "limit", "used", "found", "ok"),
    [
        (8 * GB, None, None, "8.0 GB", True),
        (8 * GB, "max", 1 * GB, "8.0 GB", True),
        (8 * GB, 3 * GB, 1 * GB, "2.0 GB", True),
        (8 * GB, 3 * GB, 2.5 * GB, "0.5 GB", False),
        (None, None, None, "unknown on this system", True),
    ],
)
def test_doctor_knows_the_limit_of_a_container(tmp_path, available, limit, used, found, ok):
    if available is not None:
        (tmp_path / "meminfo").write_text(f"MemTotal: 1 kB\nMemAvailable: {available // 1024} kB\n")
    if limit is not None:
        (tmp_path / "memory.max").write_text(f"{limit}\n")
        (tmp_path / "memory.current").write_text(f"{int(used)}\n")
    finding = doctor.memory(tmp_path / "meminfo", tmp_path)
    assert (finding.found, finding.ok) == (found, ok)


def test_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("lattice ")
