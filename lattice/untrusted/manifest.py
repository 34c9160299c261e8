"""`manifest.json`: SHA-256 and size of every file of a folder, by which a swapped, cut or missing one is found."""

import hashlib
import json
import os
from collections.abc import Collection
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from lattice.errors import InputError
from lattice.files import replaced_file
from lattice.untrusted.files import MB, files_below, read_json, shown

NAME = "manifest.json"
FORMAT = 1
MOST_BYTES = 64 * MB  # of the manifest itself: half a million files
BLOCK = 4 * MB
OF_THE_SYSTEM = {"Thumbs.db", "desktop.ini"}  # besides names that begin with a dot: what file managers leave behind


def write(folder: Path) -> int:
    """Write the manifest of all files in `folder` and below it; return how many there are."""
    files = {
        name: {"sha256": digest_of(folder / name), "bytes": (folder / name).stat().st_size} for name in _listed(folder)
    }
    with replaced_file(folder / NAME) as part:
        part.write_text(json.dumps({"format": FORMAT, "files": files}, indent=1) + "\n", encoding="utf-8")
    return len(files)


def listed(folder: Path) -> Collection[str]:
    """Return the names of the files in a folder's manifest; none where it has no manifest that this program wrote."""
    if not (folder / NAME).is_file():
        return ()
    try:
        manifest = read_json(folder, NAME, MOST_BYTES)
    except InputError:
        return ()
    files = manifest.get("files")
    return files.keys() if manifest.get("format") == FORMAT and isinstance(files, dict) else ()


def check(folder: Path, read: Collection[str] | None = None) -> None:
    """Raise an InputError that names the first file of a folder that isn't as its manifest says.

    A file that is missing or of another size or content is refused, and so is a path that leads out of the folder, and
    a folder without a manifest: who removes it would otherwise turn every check off.
    read: patterns of what is read of the folder; such a file is refused, too, if the manifest doesn't name it. One
        without a `/` is of names in the folder itself. None: everything.
    """
    there = _listed(folder)
    if not os.path.lexists(folder / NAME):
        raise InputError(
            f"it has no {NAME}, so nothing tells whether its files are those that were written; if you trust where it "
            f"comes from, write one with `python -m lattice manifest {folder.name}`"
        )
    manifest = read_json(folder, NAME, MOST_BYTES)
    files = manifest.get("files")
    if manifest.get("format") != FORMAT or not isinstance(files, dict):
        raise InputError(f"{NAME} is not of format {FORMAT}")
    for name in sorted(files.keys() | set(there)):
        if name not in files and read is not None and not any(_matches(name, pattern) for pattern in read):
            continue
        if name not in files:
            raise InputError(
                f"{shown(name)} is not in {NAME}; remove it, or run `python -m lattice manifest` on the folder"
            )
        if name not in there:
            raise InputError(f"{shown(name)} is in {NAME}, but missing")
        _compare(folder / name, name, files[name])


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) and ("/" in pattern or "/" not in name)


def _compare(path: Path, name: str, entry: object) -> None:
    """Raise an InputError unless a file is the one that the manifest's entry describes."""
    if not isinstance(entry, dict) or set(entry) != {"sha256", "bytes"}:
        raise InputError(f"{NAME} says no size and SHA-256 of {name}")
    size = path.stat().st_size
    if size != entry["bytes"]:
        raise InputError(f"{name} has {size} bytes, {str(entry['bytes'])[:20]} by {NAME}: it was cut or swapped")
    if digest_of(path) != entry["sha256"]:
        raise InputError(f"{name} is not the file that was written here: its SHA-256 is not the one in {NAME}")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, computed once for as long as its size and times of change stay the same."""
    found = path.stat()
    return _digest(str(path.resolve()), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


@lru_cache(maxsize=100_000)
def _digest(path: str, *_: int) -> str:
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _listed(folder: Path) -> list[str]:
    """Return the files that a manifest of the folder has to name."""
    return [name for name in files_below(folder) if name != NAME and Path(name).name not in OF_THE_SYSTEM]
