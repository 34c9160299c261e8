"""Lines above a table that are not part of it: comments, and headings as spreadsheets export them."""

from collections import Counter
from collections.abc import Callable, Sequence

from lattice.data.tables.dialect import find_dialect
from lattice.errors import InputError

MARKS = ("#", "%", "//")  # of a comment
MATRIX_MARKET = "%%MatrixMarket"  # its first line that is no comment holds the sizes
LOOKED_AT = 30  # lines in which the table must begin
ROWS = 50  # by which the width of its rows is judged


def table_start(
    lines: Sequence[str], ending: str, separator: str | None, known: Callable[[str], bool]
) -> tuple[int, bool]:
    """Return on which of some lines a table begins, and whether that line is a comment that holds its header.

    It begins with the line that names columns, where the lines above it have another number of values or are
    comments; without such a line it begins below the comments that have another number of values than the rows.

    known: says of a value whether it names a column.
    """
    if lines and lines[0].startswith(MATRIX_MARKET):
        return next((n + 1 for n, line in enumerate(lines) if line.strip() and not line.startswith("%")), 0), False
    names = _named(lines[0], lines, ending, separator, known) if lines else 0
    if names and not lines[0].lstrip().startswith(MARKS):
        return 0, False
    for start, line in enumerate(lines[:LOOKED_AT]):
        bare = line.lstrip()
        commented = bare.startswith(MARKS)
        text = bare.lstrip("#%/ \t") if commented else line
        width = _named(text, lines[start + 1 :], ending, separator, known)
        above = [other for other in lines[:start] if not other.lstrip().startswith(MARKS)]
        if width and all(_is_apart(other, width, lines[start + 1 :], ending, separator) for other in above):
            return start, commented
    comments = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith(MARKS)), 0)
    if not comments or comments > LOOKED_AT:
        return 0, False
    below = lines[comments:]
    width = _width(below, ending, separator)
    return (
        (comments, False)
        if all(_is_apart(c, width, below, ending, separator) for c in lines[:comments])
        else (0, False)
    )


def _named(line: str, below: Sequence[str], ending: str, separator: str | None, known: Callable[[str], bool]) -> int:
    """Return the number of values of a line of which two or more name columns; else 0."""
    values = _values(line, [line, *below[:ROWS]], ending, separator)
    return len(values) if sum(map(known, values)) > 1 else 0


def _is_apart(line: str, width: int, below: Sequence[str], ending: str, separator: str | None) -> bool:
    """Say whether a line is no row of a table of `width` columns, which is seen in the lines `below`."""
    return not line.strip() or len(_values(line, below[:ROWS], ending, separator)) != width


def _width(lines: Sequence[str], ending: str, separator: str | None) -> int:
    widths = [len(_values(line, lines[:ROWS], ending, separator)) for line in lines[:ROWS] if line.strip()]
    return Counter(widths).most_common(1)[0][0] if widths else 0


def _values(line: str, table: Sequence[str], ending: str, separator: str | None) -> list[str]:
    try:
        dialect = find_dialect(table, ending, separator)
    except InputError:  # the option's fault, which is told where the table is read
        return []
    fields, _ = dialect.cut(line)
    return [value.strip() for value in fields or dialect.split(line)]
