"""Folders that are written whole or not at all, and when one that exists may be replaced.

Every folder that this program writes has a manifest of its files, and a file that only its kind has: the marker. A
folder is replaced if it is empty, or if its manifest lists the marker and every other file in it.
"""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from lattice.errors import InputError
from lattice.files import check_above, link_or_copy
from lattice.untrusted import manifest
from lattice.untrusted.files import shown

LEFT_BEHIND = {*manifest.OF_THE_SYSTEM, ".DS_Store", ".directory"}  # by file managers, besides names that begin with ._


def check_replaceable(out: Path, marker: str, source: Path | None = None) -> None:
    """Raise an InputError unless a folder can be written at `out`, and one that exists there may be replaced.

    Args:
        out: the folder to write.
        marker: the file that only this kind of folder has.
        source: what the new folder is made from and refers to, which must not be removed with the old one.
    """
    resolved = _resolved(out)
    check_above(resolved, out)
    for folder in resolved.parents:
        if manifest.listed(folder):
            raise InputError(f"{out} is inside {folder}, which this program writes as a whole; choose a folder outside")
    if not resolved.exists():
        return
    if not resolved.is_dir():
        raise InputError(f"{out} already exists and is not a folder; choose another name")
    listed = manifest.listed(resolved)
    foreign = _first_foreign(resolved, listed)
    if marker not in listed and (listed or foreign):
        raise InputError(
            f"{out} already exists, and no {manifest.NAME} in it lists {marker}, so it holds something else"
            f"{f' ({shown(foreign)})' if foreign else ''}; choose another folder, or remove it yourself"
        )
    if foreign:
        raise InputError(
            f"{out} already exists and holds {shown(foreign)}, which is not in its {manifest.NAME} and would be lost; "
            "move that elsewhere, or choose another folder"
        )
    if source is not None and source.resolve().is_relative_to(resolved):
        raise InputError(f"{source} is in {out} and would be removed with it; choose another folder to write")


@contextmanager
def replaced_folder(out: Path, marker: str, source: Path | None = None) -> Iterator[Path]:
    """Yield a new folder to fill, which gets a manifest and replaces `out` when the block ends; a failure removes it.

    A folder that may not be replaced (see `check_replaceable`) is left alone, with an InputError before any work is
    done, or at the end if a file was put there meanwhile. A link to a folder stays: what it leads to is replaced.
    """
    check_replaceable(out, marker, source)
    with _swapped(_resolved(out)) as part:
        yield part
        manifest.write(part)
        check_replaceable(out, marker, source)


@contextmanager
def amended_folder(folder: Path) -> Iterator[Path]:
    """Yield a copy of a folder, to put files into, which takes its place with a new manifest when the block ends.

    The copy shares its files with the folder where the system can: remove a file before writing it.
    """
    with _swapped(_resolved(folder)) as part:
        shutil.copytree(folder, part, copy_function=link_or_copy, dirs_exist_ok=True)
        yield part
        manifest.write(part)


@contextmanager
def _swapped(out: Path) -> Iterator[Path]:
    """Yield a new folder beside `out` that takes its place when the block ends, or is removed if it fails."""
    part, old = (out.with_name(f".{out.name}.{kind}") for kind in ("part", "old"))
    if old.exists() and not out.exists():  # a run was killed between the two renames below
        old.rename(out)
    _remove(part)
    _remove(old)
    part.mkdir(parents=True)
    try:
        yield part
    except BaseException:
        shutil.rmtree(part)
        raise
    if out.exists():
        out.rename(old)
    part.rename(out)
    _remove(old)


def _first_foreign(folder: Path, listed: Collection[str]) -> str | None:
    """Return the first file or link below a folder, hidden ones too, that is neither listed nor left by the system."""
    for place, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*files, *links]):
            path = (Path(place) / name).relative_to(folder).as_posix()
            known = path in listed or (listed and path in (manifest.NAME, f".{manifest.NAME}.part"))
            if not known and name not in LEFT_BEHIND and not name.startswith("._"):
                return path
    return None


def _resolved(out: Path) -> Path:
    """Return the folder that a path leads to, which need not exist; an InputError for links in a circle."""
    try:
        resolved = Path(out).resolve()
        if not resolved.is_symlink():
            return resolved
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        pass
    raise InputError(f"{out} can't be followed to a folder; choose another")


def _remove(path: Path) -> None:
    """Remove what a killed run left behind, a link or a folder."""
    if path.is_symlink():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)
