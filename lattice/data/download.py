"""Download a file whole: what has come already is kept and gone on from, unless the file has changed meanwhile."""

import hashlib
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import urllib3
from tqdm import tqdm

from lattice.errors import InputError

CHUNK = 2**18
ONCE = urllib3.Retry(total=None, connect=0, read=0, status=0, other=0, redirect=5)  # going on is for the caller


@dataclass(frozen=True)
class DownloadOptions:
    """How to download.

    timeout: seconds that a server may be silent. retries: how often to go on after a broken connection.
    backoff: seconds before the first of these, then doubled.
    """

    timeout: float = 30.0
    retries: int = 5
    backoff: float = 1.0


def download(address: str, path: Path, options: DownloadOptions | None = None, progress: bool = False) -> None:
    """Bring what is at an http(s) address to `path`, in one piece.

    It grows in `.<name>.part` beside, from where a later call goes on; what the server says of the file's version
    (ETag or date, and size) is kept with it, and where that has changed, the download begins again.
    InputError: no such file there, or no whole answer after all retries.
    """
    options = options or DownloadOptions()
    if not address.lower().startswith(("http://", "https://")):
        raise InputError(f"{address}: an address begins with https:// or http://")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    http = urllib3.PoolManager(headers={"User-Agent": "lattice-explorer"}, timeout=urllib3.Timeout(options.timeout))
    reason = ""
    with tqdm(desc=path.name, unit="B", unit_scale=True, disable=not progress) as bar:
        for attempt in range(options.retries + 1):
            if attempt:
                time.sleep(min(options.backoff * 2 ** (attempt - 1), 60))
            try:
                reason = _go_on(http, address, part, bar)
            except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                reason = f"no whole answer ({type(getattr(error, 'reason', None) or error).__name__})"
            if not reason:
                part.replace(path)
                _version_file(part).unlink(missing_ok=True)
                return
            if reason.startswith("HTTP 4"):
                break
    raise InputError(f"{address}: {reason}; check the address, or run the command again to go on where it stopped")


def _version_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _go_on(http: urllib3.PoolManager, address: str, part: Path, bar: tqdm) -> str:
    """Fetch what is missing of a file; "" when it is whole, or why it isn't."""
    have, version = (part.stat().st_size if part.exists() else 0), _known_version(part)
    headers = {"Accept-Encoding": "identity"}
    if have and version.get("etag", version.get("modified")):
        headers |= {"Range": f"bytes={have}-", "If-Range": version.get("etag") or version["modified"]}
    with http.request("GET", address, headers=headers, preload_content=False, retries=ONCE) as answer:
        if answer.status == 416:  # nothing is left, or the file is shorter now: begin again
            part.unlink(missing_ok=True)
            return "the file has changed"
        if answer.status not in (200, 206):
            return f"HTTP {answer.status}"
        total = _total(answer, have)
        begins = answer.status == 206 and _first_byte(answer) == have and version.get("total") in (None, total)
        if not begins and answer.status == 206:
            part.unlink(missing_ok=True)
            return "the file has changed"
        bar.total, bar.n = total, have if begins else 0
        _version_file(part).write_text(json.dumps(_version(answer, total)), encoding="utf-8")
        with part.open("ab" if begins else "wb") as file:
            for chunk in answer.stream(CHUNK, decode_content=False):
                file.write(chunk)
                bar.update(len(chunk))
    come = part.stat().st_size
    return "" if total is None or come == total else f"only {come:,} of {total:,} bytes came"


def _known_version(part: Path) -> dict:
    try:
        return json.loads(_version_file(part).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _version(answer: urllib3.BaseHTTPResponse, total: int | None) -> dict:
    etag = answer.headers.get("ETag", "")
    found = {"etag": etag if not etag.startswith("W/") else "", "modified": answer.headers.get("Last-Modified", "")}
    return {**{key: value for key, value in found.items() if value}, "total": total}


def _total(answer: urllib3.BaseHTTPResponse, have: int) -> int | None:
    if answer.status == 206:
        after = answer.headers.get("Content-Range", "").rpartition("/")[2]
        return int(after) if after.isdigit() else None
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def _first_byte(answer: urllib3.BaseHTTPResponse) -> int:
    first = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdigit() else -1


def md5_of(path: Path) -> str:
    """Return the MD5 of a file, which is what the sources give."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def unpack(path: Path, folder: Path, most: int = 20 * 2**30) -> list[str]:
    """Unpack a zip's files into `folder`, without the folders within it; return their names.

    InputError: no zip, a name that leads out of the folder, or more than `most` bytes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
            if sum(info.file_size for info in members) > most:
                raise InputError(
                    f"{path}: unpacks to more than {most / 2**30:.0f} GB; unpack it yourself if that is right"
                )
            names = [PurePosixPath(info.filename.replace("\\", "/")).name for info in members]
            for info, name in zip(members, names, strict=True):
                with archive.open(info) as source, (folder / name).open("wb") as target:
                    _copy(source.read, target.write)
    except (zipfile.BadZipFile, EOFError) as error:
        raise InputError(f"{path}: no whole zip ({error}); remove it and fetch it again") from None
    return names


def _copy(read: Callable[[int], bytes], write: Callable[[bytes], object]) -> None:
    while chunk := read(CHUNK):
        write(chunk)
