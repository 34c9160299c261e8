"""Read the bytes of a file, decompressed if its first bytes show a compressed format: the file extension is ignored."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from lattice.errors import InputError

HEAD = 512  # bytes that are enough to know what a file is
PEEK = 2**18  # bytes read of a file only to see what it holds
DEEPEST = 2  # how often what was decompressed may be decompressed again

# First bytes -> what to say of a file that no table is read from.
REFUSED = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; unpack it, or compress the table with gzip",
    b"Rar!": "a RAR archive; unpack it, or compress the table with gzip",
    b"\xd0\xcf\x11\xe0": "an Excel workbook; save the sheet as CSV",
    b"SQLite format 3": "an SQLite database; export the table as CSV",
    b"\x89HDF": "an HDF5 file; save the table as CSV or Parquet",
    b"\x80\x04\x95": "a Python pickle, which can run code when it is read; save the table as CSV or Parquet",
    b"\x80\x05\x95": "a Python pickle, which can run code when it is read; save the table as CSV or Parquet",
    b"ORC": "an ORC file; save the table as CSV or Parquet",
    b"%PDF": "a PDF; save the table as CSV",
}


def _xz(_: Path, file: IO[bytes]) -> IO[bytes]:
    return lzma.LZMAFile(file)


def _zstd(_: Path, file: IO[bytes]) -> IO[bytes]:
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd")  # type: ignore[return-value]


OPENERS: dict[bytes, tuple[str, Callable[[Path, IO[bytes]], Any]]] = {
    b"\x1f\x8b": ("gzip", lambda _, file: gzip.GzipFile(fileobj=file, mode="rb")),
    b"BZh": ("bzip2", lambda _, file: bz2.BZ2File(file)),
    b"\xfd7zXZ\x00": ("xz", _xz),
    b"\x28\xb5\x2f\xfd": ("zstd", _zstd),
    b"PK\x03\x04": ("zip", lambda path, file: _zip_member(path, file)),
}
BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)


def read_bytes(path: Path, limit: int = -1) -> tuple[bytes, str]:
    """Return the content of a file, or its first `limit` bytes, and the name of its compression ("" for none).

    What was compressed twice is decompressed twice ("gzip in gzip"). InputError: no such file, a pipe, a file that
    can't be read to its end, or one of a kind that holds no table.
    """
    refuse_stream(path)
    try:
        with path.open("rb") as file:
            return _content(path, file, limit, "")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path or the option that names it") from None
    except OSError as error:
        raise InputError(f"{path}: can't be read ({error.strerror or error}); check the path") from None


def _content(path: Path, file: IO[bytes], limit: int, packed: str) -> tuple[bytes, str]:
    """Return the content of an open file and its compression; `packed` is what it was found in."""
    head = file.read(HEAD)
    refuse_kind(path, head)
    opener = next((found for magic, found in OPENERS.items() if head.startswith(magic)), None)
    if opener is None:
        return head + (file.read() if limit < 0 else file.read(max(0, limit - len(head)))), packed
    name, unpack = opener
    if packed.count(" in ") == DEEPEST:
        raise InputError(f"{path}: is compressed more than {DEEPEST + 1} times over; decompress it")
    try:
        if file.seekable():
            file.seek(0)
        else:
            file = io.BytesIO(head + file.read())
        return _content(path, unpack(path, file), limit, f"{name} in {packed}" if packed else name)
    except BROKEN as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: can't be read to its end as {name} ({reason}); fetch it again") from None


def refuse_stream(path: Path) -> None:
    """Raise an InputError for a pipe or a device: its bytes can be read once, and tables are read several times."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise InputError(
            f"{path}: is a pipe or a device, not a file; write what it gives to a file first (a compressed file is "
            "read as it is)"
        )


def refuse_kind(path: Path, head: bytes) -> None:
    """Raise an InputError for the first bytes of a file of a kind that holds no table."""
    for magic, said in REFUSED.items():
        if head.startswith(magic):
            raise InputError(f"{path}: is {said}")
    if head[257:262] == b"ustar":
        raise InputError(f"{path}: is a tar archive of several files; unpack it and name the folder or a file of it")


def _zip_member(path: Path, file: IO[bytes]) -> IO[bytes]:
    archive = zipfile.ZipFile(file)
    names = [name for name in archive.namelist() if not name.endswith("/")]
    if "[Content_Types].xml" in names:
        raise InputError(f"{path}: is an Excel workbook; save the sheet as CSV")
    beside = ("readme", "license", ".ds_store")
    tables = [n for n in names if not n.startswith("__MACOSX") and not Path(n).name.lower().startswith(beside)]
    if len(tables) != 1:
        listed = ", ".join(tables[:5]) + (", ..." if len(tables) > 5 else "")
        raise InputError(f"{path}: holds {len(tables)} files ({listed}); unpack it and name the folder")
    return io.BytesIO(archive.read(tables[0]))
