"""The library as `pip install` gets it: what is in the wheel, and that it works outside the repository."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The library as `pip install` gets it, made from a copy of it."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "lattice", source / "lattice", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out)]
    subprocess.run([*pip, str(source)], check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_library_and_its_weights(wheel):
    with ZipFile(wheel) as opened:
        names = set(opened.namelist())
        command = opened.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    expected = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lattice").rglob("*.py")}
    weights = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lattice/features/weights").iterdir()}
    site = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lattice/export_app/site").iterdir()}
    assert len(weights) == 2
    assert {name for name in names if ".dist-info/" not in name} == expected | weights | site | {"lattice/py.typed"}
    assert "lattice = lattice.cli:main" in command


def test_the_wheel_works_outside_the_repository(wheel, tmp_path):
    with ZipFile(wheel) as opened:
        opened.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "lattice", "doctor", "--json", str(ROOT / "checkpoints" / "demo" / "mf")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert done.returncode == 0
    assert "lattice-image" in findings["image encoder"]["found"]
    assert "MiniLM" in findings["text encoder"]["found"]
    assert "mf on" in findings["checkpoint"]["found"]
