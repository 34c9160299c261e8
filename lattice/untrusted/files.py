"""Paths, text and JSON: a file must be a regular one inside its folder; JSON is of bounded size and depth."""

import json
import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np

from lattice.errors import InputError

MB = 2**20
MOST_DEPTH = 32  # of objects and lists in one another
MOST_NAME = 1_024  # characters of a path
MOST_SHOWN = 120  # characters of a path in a message


def inside(folder: Path, name: object) -> Path:
    """Return the path of the plain file `name` in `folder`; an InputError where it leads out of it, or isn't one.

    Links are followed, and have to stay inside; a device, a pipe or a folder is not a plain file.
    """
    check_relative(name)
    path = folder / str(name)
    real = _resolved(path, str(name))
    if not real.is_relative_to(folder.resolve()):
        raise InputError(f"{name} is a link that leads out of the folder")
    if not real.is_file():
        raise InputError(f"{name} is not a plain file")
    return path


def _resolved(path: Path, name: str) -> Path:
    try:
        return path.resolve(strict=True)
    except FileNotFoundError:
        raise InputError(f"{name} is missing") from None
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        raise InputError(f"{name} can't be followed to a file") from None


def check_relative(name: object) -> None:
    """Raise an InputError unless `name` is a path that stays inside the folder it is joined to, on any system."""
    if not isinstance(name, str) or not 0 < len(name) <= MOST_NAME or not name.isprintable():
        shown = ascii(name)[:60]
        raise InputError(f"{shown} is not a file's name")
    windows = PureWindowsPath(name)
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root or ".." in windows.parts:
        raise InputError(f"{name!r} leads out of the folder; a path in it is relative and has no '..'")


def files_below(folder: Path) -> list[str]:
    """Return all files of a folder and its folders, as paths with `/` relative to it, hidden ones left out.

    Raises an InputError for anything, hidden or not, that is neither a plain file nor a folder, or a link out of it.
    """
    root, found, waiting = folder.resolve(), [], [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                name = Path(entry.path).relative_to(folder).as_posix()
                if entry.is_symlink() and not _resolved(Path(entry.path), name).is_relative_to(root):
                    raise InputError(f"{name} is a link that leads out of the folder")
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif not entry.is_file():
                    raise InputError(f"{name} is not a plain file")
                elif "/." not in f"/{name}":
                    found.append(name)
    return sorted(found)


def shown(name: str) -> str:
    """Return a file's name as a message shows it: on one line, of bounded length."""
    plain = name if name.isprintable() else ascii(name)[1:-1]
    return plain if len(plain) <= MOST_SHOWN else f"{plain[: MOST_SHOWN - 3]}..."


def check_folder(folder: Path) -> None:
    """Raise an InputError unless there is a folder at a path, with what is there instead."""
    if folder.is_file():
        raise InputError(f"{folder} is a file; give the folder that it is in, {folder.parent}")
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; check the path")


def read_text(folder: Path, name: str, most: int = MB) -> str:
    """Return the text of a file of at most `most` bytes of UTF-8; an InputError names it where that fails."""
    path = inside(folder, name)
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise InputError(f"{name} is larger than {most / MB:.3g} MB")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text") from None
    except OSError as error:
        raise InputError(f"{name} can't be read ({error.strerror})") from None


def read_json(folder: Path, name: str, most: int = 4 * MB) -> dict[str, Any]:
    """Return the object in a JSON file of at most `most` bytes and MOST_DEPTH levels; else an InputError."""
    text = read_text(folder, name, most)
    if _depth(text) > MOST_DEPTH:
        raise InputError(f"{name} is nested too deeply")
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InputError(f"{name} is not JSON ({error})") from None
    if not isinstance(value, dict):
        raise InputError(f"{name} holds a {type(value).__name__}, not an object")
    return value


def _depth(text: str) -> int:
    """Return an upper bound on how deeply JSON is nested: brackets in texts count too."""
    letters = np.frombuffer(text.encode(), np.uint8)
    brackets = letters[np.isin(letters, np.frombuffer(b"[{]}", np.uint8))]
    steps = np.where(np.isin(brackets, np.frombuffer(b"[{", np.uint8)), 1, -1)
    return int(steps.cumsum().max(initial=0))


def reason(error: BaseException) -> str:
    """Return what an error says, in one line of bounded length."""
    return (" ".join(str(error).split()) or error.__class__.__name__)[:160]
