"""From bytes to text: the encoding is found by a byte-order mark, by trial of UTF-8, or by statistics."""

import codecs
import re
from dataclasses import dataclass

from lattice.errors import InputError

MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Other alphabets than Latin, which statistics tell apart well; Latin ones they don't, and Western Europe's is taken.
OTHERS = ["cp1252", "cp1251", "cp1253", "cp932", "gb18030", "big5", "cp949"]
SAMPLE = 2**16  # bytes that statistics are made of
WORDS = re.compile(rb"[A-Za-z\x80-\xff]+")
FEW, MOSTLY = 10, 0.5  # bytes above 127 in different words, and their share there, that another alphabet has
ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Decoded:
    """Text with "\\n" at the end of each line, the encoding's name, a remark, and which lines held bad bytes."""

    text: str
    encoding: str
    remark: str = ""
    bad_lines: tuple[int, ...] = ()


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode `data`, by `encoding` where one is given. InputError: an unknown one, or one that doesn't fit."""
    if encoding:
        try:
            return Decoded(_newlines(data.decode(encoding)), encoding)
        except LookupError:
            raise InputError(f"encoding {encoding!r} is unknown; examples are utf-8, utf-16 and cp1252") from None
        except UnicodeError as error:
            raise InputError(f"not {encoding} text ({error}); leave `--encoding` out, or name another") from None
    for mark, name in MARKS.items():
        if data.startswith(mark):
            text = data.decode(name, errors="replace").removesuffix("\ufffd")  # half a letter, where it was cut
            return Decoded(_newlines(text), name.removesuffix("-sig"), bad_lines=_lines_of(text, re.compile("\ufffd")))
    if (wide := _without_mark(data)) is not None:
        return Decoded(_newlines(data.decode(wide, errors="replace").removesuffix("\ufffd")), wide)
    try:
        return Decoded(_newlines(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        return _not_utf8(data)


def _newlines(text: str) -> str:
    """Return text with "\\n" at the ends of lines, and no byte-order marks, as files put together have within."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return re.sub(r"(?m)^\ufeff+", "", text) if "\ufeff" in text else text


def _without_mark(data: bytes) -> str | None:
    """Name UTF-16 without a byte-order mark, which shows in every second byte being zero."""
    sample = data[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) >= 4 and max(even, odd) > 0.3 * len(sample) / 2 and min(even, odd) < 0.05 * len(sample):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _not_utf8(data: bytes) -> Decoded:
    """Decode UTF-8 with a few bad bytes, or text of an older encoding."""
    text = data.decode("utf-8", errors="surrogateescape")
    bad = len(ESCAPED.findall(text))
    others = sum(map(len, re.findall("[^\x00-\x7f\udc80-\udcff]+", text)))
    if bad <= others / 4:
        lines = _lines_of(_newlines(text), ESCAPED)
        return Decoded(_newlines(ESCAPED.sub("\ufffd", text)), "utf-8", bad_lines=lines)
    name = _by_statistics(data)
    text = _newlines(data.decode(name, errors="replace"))
    remark = f"it is not UTF-8 and was read as {name}; override with `--encoding NAME`"
    return Decoded(text, name, remark)


def _by_statistics(data: bytes) -> str:
    """Name an encoding of another alphabet where words are written in it; else Western Europe's, of a few accents."""
    from charset_normalizer import from_bytes

    words = [word for word in WORDS.findall(data[: 50 * SAMPLE]) if max(word) > 127]
    letters = b"".join(dict.fromkeys(words))
    high = sum(byte > 127 for byte in letters)
    if high < max(FEW, MOSTLY * len(letters)):
        return "cp1252"
    found = [match.encoding for match in from_bytes(b" ".join(words)[:SAMPLE], cp_isolation=OTHERS, threshold=0.2)]
    return "cp1252" if "cp1252" in found or not found else found[0]


def _lines_of(text: str, pattern: re.Pattern[str]) -> tuple[int, ...]:
    found: list[int] = []
    line, position = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        if not found or found[-1] != line:
            found.append(line)
    return tuple(found)
