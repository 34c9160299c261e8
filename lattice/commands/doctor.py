"""`lattice doctor`: what this machine and this installation can do, one line each, and what to do about the rest."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from lattice.commands.shared import Json, show
from lattice.errors import InputError

PYTHONS = ((3, 11), (3, 14))  # from, and up to but not including
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LITTLE_MEMORY = 1.0  # GB; the app with the demo's models takes about as much
UNLIMITED = "max"  # what a control group's memory.max says where there is no limit


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    name: str
    found: str
    ok: bool = True
    needed: bool = False  # the exit code is 1 where a needed thing isn't ok
    advice: str = ""  # what to do, where something isn't ok


def doctor(
    checkpoints: Annotated[
        list[Path] | None,
        typer.Argument(help="Checkpoints, or folders of them; LATTICE_CHECKPOINTS or ./checkpoints by default."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Report on this installation: Python, torch, encoders, checkpoints, browser, memory."""
    findings = []
    for finding in _examined(checkpoints):
        findings.append(finding)
        if not as_json:
            typer.echo(line(finding))
    if as_json:
        show({"findings": [asdict(finding) for finding in findings]}, True)
    if any(finding.needed and not finding.ok for finding in findings):
        raise typer.Exit(1)


def line(finding: Finding) -> str:
    """Return a finding as one line of text."""
    mark = "ok" if finding.ok else "MISSING" if finding.needed else "note"
    advice = "" if finding.ok else f": {finding.advice}"
    return f"{mark:8}{finding.name:20}{finding.found}{advice}"


def _examined(checkpoints: list[Path] | None) -> Iterator[Finding]:
    yield python(sys.version_info[:2])
    torch = torch_build()
    yield torch
    if torch.ok:  # everything else computes with it
        yield device()
        yield threads()
        yield blas()
        yield encoder("image")
        yield encoder("text")
        yield from found_checkpoints(checkpoints)
    yield browser()
    yield memory(Path("/proc/meminfo"), Path("/sys/fs/cgroup"))


def python(version: tuple[int, int]) -> Finding:
    """Check the interpreter's version."""
    low, high = PYTHONS
    return Finding(
        "Python",
        f"{platform.python_version()} on {platform.system()} {platform.machine()}",
        ok=low <= version < high,
        needed=True,
        advice=f"make an environment with Python {low[0]}.{low[1]} to {high[0]}.{high[1] - 1}",
    )


def torch_build() -> Finding:
    """Check that torch can be imported."""
    try:
        import torch
    except (ImportError, OSError) as error:  # OSError: a shared library of it that isn't there
        advice = "install torch as https://pytorch.org/get-started says for this machine"
        return Finding("torch", _reason(error), ok=False, needed=True, advice=advice)
    return Finding("torch", torch.__version__, needed=True)


def device() -> Finding:
    """Report what `--device auto` means here."""
    import torch

    from lattice.device import hardware, resolve_device

    chosen = resolve_device("auto")
    found = hardware(chosen) if chosen.type == "cpu" else f"{chosen}: {hardware(chosen)}"
    unused = chosen.type == "cpu" and torch.version.cuda is not None
    return Finding("device", found, ok=not unused, advice="torch is built for CUDA but finds none; see nvidia-smi")


def threads() -> Finding:
    """Report how many threads torch computes with: more than there are cores slow each other down."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    used = torch.get_num_threads()
    found = f"{used} on {cores} cores (OMP_NUM_THREADS: {os.environ.get('OMP_NUM_THREADS', 'not set')})"
    return Finding("threads", found, ok=used <= cores, advice=f"set OMP_NUM_THREADS={cores}")


def blas() -> Finding:
    """Report the linear algebra libraries that torch, numpy and scipy brought."""
    import scipy.linalg  # noqa: F401 -- brings its own
    import torch
    from threadpoolctl import threadpool_info

    ours = {f"{pool['internal_api']} {pool['version']}" for pool in threadpool_info() if pool["user_api"] == "blas"}
    mkl = {"mkl (torch)"} if torch.backends.mkl.is_available() else set()
    return Finding("BLAS", ", ".join(sorted(ours | mkl)) or "none found")


def encoder(kind: str) -> Finding:
    """Check that a default encoder loads, without the network."""
    try:
        from lattice.features import load_encoder

        loaded = load_encoder(kind, device="cpu")
        return Finding(f"{kind} encoder", f"{loaded.name}, fingerprint {loaded.fingerprint}", needed=True)
    except (InputError, ImportError, OSError) as error:
        advice = "install lattice-explorer again, which brings it"
        return Finding(f"{kind} encoder", _reason(error), ok=False, needed=True, advice=advice)


def found_checkpoints(given: list[Path] | None) -> Iterator[Finding]:
    """Load every checkpoint in the folders that are given, or in the usual one."""
    usual = Path(os.environ.get("LATTICE_CHECKPOINTS") or "checkpoints")
    folders = [found for folder in given or [usual] for found in _checkpoints(folder)]
    if not folders:
        where = ", ".join(map(str, given or [usual.absolute()]))
        advice = "`lattice train` makes one; LATTICE_CHECKPOINTS names another folder"
        yield Finding("checkpoints", f"none in {where}", ok=False, needed=bool(given), advice=advice)
    for folder in folders:
        yield _loaded(folder)


def _checkpoints(folder: Path) -> list[Path]:
    """Return `folder` itself if it is a checkpoint, else those in it and in its folders."""
    if (folder / "config.json").exists():
        return [folder]
    inner = [*folder.glob("*/config.json"), *folder.glob("*/*/config.json")]
    return sorted(path.parent for path in inner if not path.parent.name.startswith("."))


def _loaded(folder: Path) -> Finding:
    try:
        from lattice.recommender import Recommender

        recommender = Recommender.load(folder)
    except (InputError, ImportError, OSError) as error:
        return Finding("checkpoint", _reason(error), ok=False, needed=True, advice="train it again, or remove it")
    dataset = recommender.checkpoint.dataset
    size = f"{dataset.n_users:,} users, {dataset.n_items:,} items"
    return Finding("checkpoint", f"{folder}: {recommender.name} on {dataset.name}, {size}")


def browser() -> Finding:
    """Look for the browser that the end-to-end tests drive."""
    path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    advice = "only the end-to-end tests need one; `make browser`, or apt-get install chromium"
    return Finding("browser", path or "none", ok=path is not None, advice=advice)


def memory(meminfo: Path, cgroup: Path) -> Finding:
    """Report how much memory is free, or left of what a container may take (Linux)."""
    free = min([*_free_of_machine(meminfo), *_free_of_group(cgroup)], default=None)
    if free is None:
        return Finding("free memory", "unknown on this system")
    advice = "close other programs; the app with the demo's models takes about 1 GB"
    return Finding("free memory", f"{free / 1e9:.1f} GB", ok=free >= LITTLE_MEMORY * 1e9, advice=advice)


def _free_of_machine(meminfo: Path) -> list[int]:
    if not meminfo.exists():
        return []
    lines = [text.split() for text in meminfo.read_text(encoding="utf-8").splitlines()]
    return [int(words[1]) * 1024 for words in lines if words[0] == "MemAvailable:"]


def _free_of_group(cgroup: Path) -> list[int]:
    """Return the free memory in the cgroup (version 2), if it has a limit."""
    limit, used = cgroup / "memory.max", cgroup / "memory.current"
    if not limit.exists() or not used.exists() or limit.read_text(encoding="utf-8").strip() == UNLIMITED:
        return []
    return [int(limit.read_text(encoding="utf-8")) - int(used.read_text(encoding="utf-8"))]


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
