"""Read the header of a PNG, JPEG or WEBP, and remove from the file what isn't pixels, such as a colour profile."""

import zlib
from dataclasses import dataclass

from PIL import Image

PIXEL_CHUNKS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
ORIENTATION = 0x0112
EXIF = b"Exif\0\0"


@dataclass(frozen=True)
class Header:
    """kind: "PNG", "JPEG", "WEBP" or "". data: the file to decode. size: width and height, (0, 0) where unknown.

    scans: how often a JPEG goes over its pixels. orientation: EXIF's, 1 (upright) where there is none to be read.
    """

    kind: str
    data: bytes
    size: tuple[int, int] = (0, 0)
    scans: int = 1
    orientation: int = 1
    animated: bool = False


def read_header(data: bytes) -> Header:
    """Read the header of a picture; ValueError where a part that holds pixels is damaged."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp(data)
    return Header("", data)


def _png(data: bytes) -> Header:
    """Read a PNG without its side chunks; ValueError for a chunk of pixels with a wrong checksum."""
    kept, at, orientation, animated = [data[:8]], 8, 1, False
    size = (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    while at + 12 <= len(data):
        kind, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):  # the rest is missing: the decoder finds out whether it is needed
            kept.append(data[at:])
            break
        if kind in PIXEL_CHUNKS:
            if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
                raise ValueError(f"wrong checksum of {kind.decode()}")
            kept.append(data[at:end])
        elif kind == b"acTL":
            animated = animated or int.from_bytes(data[at + 8 : at + 12], "big") > 1
        elif kind == b"eXIf":
            orientation = _orientation(data[at + 8 : end - 4])
        at = end
        if kind == b"IEND":
            break
    return Header("PNG", b"".join(kept), size, orientation=orientation, animated=animated)


def _jpeg(data: bytes) -> Header:
    """Read a JPEG; of its application segments only JFIF's and Adobe's are kept."""
    kept, at, orientation, size = [data[:2]], 2, 1, (0, 0)
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xDA:
            break
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xE1 and data[at + 4 : at + 10] == EXIF:
            orientation = _orientation(data[at + 10 : end])
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            kept.append(data[at:end])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            size = (int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big"))
        at = end
    stop = data.find(b"\xff\xd9", at)  # a phone's JPEG may hold a second picture after the first
    pixels = data[at:] if stop < 0 else data[at : stop + 2]
    scans = max(1, pixels.count(b"\xff\xda"))
    return Header("JPEG", b"".join((*kept, pixels)), size, scans, orientation)


def _webp(data: bytes) -> Header:
    kind, orientation, animated, size = data[12:16], 1, False, (0, 0)
    if kind == b"VP8X":
        size = (1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little"))
        animated = bool(data[20] & 2) and data.count(b"ANMF") > 1
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        size = (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    elif kind == b"VP8 ":
        size = (int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF)
    at = 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"EXIF":
            orientation = _orientation(data[at + 8 : at + 8 + length].removeprefix(EXIF))
        at += 8 + length + length % 2
    return Header("WEBP", data, size, orientation=orientation, animated=animated)


def _orientation(exif: bytes) -> int:
    """Return EXIF's orientation; 1 where it can't be read, as the rest of EXIF is of no concern."""
    try:
        found = Image.Exif()
        found.load(EXIF + exif)
        return int(found.get(ORIENTATION, 1))
    except Exception:
        return 1
