"""Files written to a temporary name, then renamed; and a lock for a working folder."""

import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lattice.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a working folder and hold it for this process; an InputError says which process has it already.

    The operating system releases the lock when the process ends, however it ends.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder} can't be made ({error.strerror}); choose another --out") from None
    lock, owner = FileLock(folder / "lock", timeout=0), folder / "owner.txt"
    try:
        lock.acquire()
    except Timeout:
        who = owner.read_text(encoding="utf-8") if owner.exists() else "another process"
        raise InputError(f"{folder} is in use by {who}; wait for it, or choose another --out") from None
    try:
        started = datetime.now().isoformat(" ", "seconds")
        owner.write_text(f"process {os.getpid()} on {platform.node()} since {started}", encoding="utf-8")
        yield
    finally:
        lock.release()


def check_above(path: Path, given: Path) -> None:
    """Raise an InputError if nothing can be made at `path`, for what is above it; `given` is its name in messages."""
    above = next((folder for folder in path.absolute().parents if folder.exists()), path)
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise InputError(f"{given} can't be written: {above} is not a writable folder; choose another")


def check_writable(path: Path) -> None:
    """Raise an InputError if no file can be written at `path`."""
    check_above(path, path)
    if path.exists() and not path.is_file():
        what = "a folder; name a file in it" if path.is_dir() else "not a plain file; choose another"
        raise InputError(f"{path} can't be written: it is {what}")


@contextmanager
def replaced_file(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to, which replaces it when the block ends, or is removed when it fails.

    The folder of `path` is made if it doesn't exist. InputError: no file can be written there.
    """
    check_writable(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_tensors(tensors: Mapping[str, "Tensor"], path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write tensors to a safetensors file, which may be read by whoever may read other new files of its folder."""
    from safetensors.torch import save_file

    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, path, metadata)
    # The library's files can be read by their owner alone, so not by a server that runs as another user.
    path.chmod(path.parent.stat().st_mode & 0o666)


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Make the file `target` the same as `source`: one file under two names, or a copy where that can't be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
