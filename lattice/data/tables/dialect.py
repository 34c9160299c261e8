"""How a text's lines are cut into values: the separator, the quotation mark, the header."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lattice.errors import InputError

SEPARATORS = ("::", "\t", ";", ",", "|", " ")  # in the order in which they are preferred, counts being equal
NAMES = {"\t": "tab", " ": "blanks", ",": "comma", ";": "semicolon", "|": "bar", "::": "::"}
SPOKEN = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|", "space": " ", "blank": " "}
SAMPLE = 500  # lines looked at
MOST = 0.7  # share of a column's values in quotation marks from which they are the rule
FAR = 10  # times the number of columns: from there on, ids are no neighbours of 0, 1, 2
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|\.\d+)([eE][+-]?\d+)?")
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


@dataclass(frozen=True)
class Dialect:
    """separator: between values; " " means any run of blanks. quote: the quotation mark.

    quoted: are quotation marks the rule, so that `"a"` is a? In tables with tabs they rarely are.
    """

    separator: str
    quote: str = '"'
    quoted: bool = True

    def split(self, line: str) -> list[str]:
        """Cut a line at every separator, quotation marks or not."""
        return line.split() if self.separator == " " else line.split(self.separator)

    def cut(self, text: str, escaped: bool = False) -> tuple[list[str] | None, bool]:
        """Cut a line with quotation marks; None where one is open at its end. Second: is all of it well formed?

        A mark closes only before a separator or the end, so that `"12" record"` is one value. escaped: `\\"` is a
        mark within the value.
        """
        separator, quote, end = self.separator, self.quote, len(text)
        fields: list[str] = []
        start, whole = 0, True
        while True:
            p = start
            while p < end and text[p] == " ":
                p += 1
            if not text.startswith(quote, p):
                e = text.find(separator, start)
                fields.append(text[start:] if e < 0 else text[start:e])
                whole &= quote not in fields[-1] or quote != '"'
                if e < 0:
                    return fields, whole
                start = e + len(separator)
                continue
            parts: list[str] = []
            p += 1
            while True:
                e = text.find(quote, p)
                if e < 0:
                    return None, False
                after = e + 1
                while after < end and text[after] == " " and separator != " ":
                    after += 1
                if escaped and (e - len(text[:e].rstrip("\\"))) % 2:
                    parts.append(text[p : e - 1] + quote)
                    p = e + 1
                elif text.startswith(quote, e + 1):
                    parts.append(text[p : e + 1])
                    p = e + 2
                elif after == end or text.startswith(separator, after):
                    parts.append(text[p:e])
                    break
                else:
                    whole = False
                    parts.append(text[p : e + 1])
                    p = e + 1
            fields.append("".join(parts))
            if after >= end:
                return fields, whole
            start = after + len(separator)


def find_dialect(lines: Sequence[str], ending: str, separator: str | None = None) -> Dialect:
    """Find the dialect of some lines, those at the start of a file; `separator` where it is given.

    ending: the file's, such as ".csv", used only in doubt.
    """
    lines = [line for line in lines[:SAMPLE] if line.strip()]
    if separator is not None:
        separator = SPOKEN.get(separator.lower(), separator)
        if not separator or "\n" in separator or '"' in separator:
            raise InputError(f"--separator {separator!r}: name one such as `,`, `;`, tab, `|` or `::`")
    else:
        separator = _find_separator(lines, ending)
    dialect = Dialect(separator, _find_quote(lines, separator))
    return replace(dialect, quoted=separator in ",;" or dialect.quote == "'" or _marks_are_needed(dialect, lines))


def _find_separator(lines: Sequence[str], ending: str) -> str:
    usual = {".csv": ",", ".tsv": "\t", ".inter": "\t", ".item": "\t", ".user": "\t"}.get(ending)
    best = (0, 0.0, 0, 0)
    found = usual or ","
    for preference, separator in enumerate(reversed(SEPARATORS)):
        bare = [_without_quoted(line, separator) for line in lines]
        counts = [len(b.split()) - 1 if separator == " " else b.rstrip(" ").count(separator) for b in bare]
        if not counts or not counts[0]:
            continue
        usual_count, times = Counter(count for count in counts if count).most_common(1)[0]
        # Lines of a value that spans several have other numbers of separators: then it counts that each has some.
        share = max(times / len(counts), 0.6 * sum(map(bool, counts)) / len(counts) if '"' in "".join(lines) else 0)
        alone = separator in ("::", "\t") or separator == usual
        score = (separator != " ", round(min(share, 0.9), 1), int(alone), usual_count * 10 + preference)
        if share >= 0.5 and score > best:
            best, found = score, separator
    if found in ",;" and usual == "," and all(re.search(r"\d,\d", line) for line in lines if "," in line):
        # `1;2;3,5`: commas within numbers alone, between semicolons on every line
        marks = [line.count(";") for line in lines]
        return ";" if marks and min(marks) == max(marks) > 0 else found
    return found


def _without_quoted(line: str, separator: str) -> str:
    for quote in ('"', "'"):
        if quote in line:
            s = re.escape(separator)
            line = re.sub(rf"(^|{s}) *{quote}.*?{quote} *(?={s}|$)", r"\1x", line)
    return line


def _find_quote(lines: Sequence[str], separator: str) -> str:
    """Find `'` only where every value of some column is between two of them."""
    if sum(line.count('"') for line in lines) or not any("'" in line for line in lines):
        return '"'
    cut = [Dialect(separator, "'").cut(line)[0] or [] for line in lines]
    plain = [Dialect(separator).split(line) for line in lines]
    width = Counter(map(len, cut)).most_common(1)[0][0]
    body = [(c, p) for c, p in zip(cut, plain, strict=True) if len(c) == width == len(p)][-max(1, len(cut) - 1) :]
    for column in range(width):
        values = [p[column].strip() for _, p in body]
        if len(values) > 1 and all(len(v) > 1 and v[0] == v[-1] == "'" for v in values):
            return "'"
    return '"'


def _marks_are_needed(dialect: Dialect, lines: Sequence[str]) -> bool:
    """Say whether a table with tabs, bars or `::` quotes values: a whole column, or those that hold a separator."""
    marked = [line for line in lines if dialect.quote in line]
    usual = Counter(len(dialect.split(line)) for line in lines).most_common(1)[0][0] if marked else 0
    doubled, wrapped, there = False, Counter[int](), Counter[int]()
    for line in lines:
        plain = dialect.split(line)
        there.update(range(len(plain)))
        wrapped.update(i for i, value in enumerate(plain) if len(value) > 1 and value[0] == value[-1] == dialect.quote)
    if any(count > 1 and count >= MOST * there[i] for i, count in wrapped.items()):
        return True
    for line in marked:
        fields, whole = dialect.cut(line)
        if whole and fields is not None and len(fields) == usual:
            if len(dialect.split(line)) != usual:
                return True
            doubled |= dialect.quote * 2 in line
    return doubled


def looks_like_header(first: Sequence[str], rest: Sequence[Sequence[str]], known: Callable[[str], bool]) -> bool:
    """Say whether a first row names the columns, judged by itself and the rows below it.

    known: says of a value whether it names a column; one that does decides. Else a number, a date or a value that
    occurs again below it is data, and so is a row whose every value is written as those below it (u00, i04).
    """
    names = [value.strip() for value in first]
    if any(known(name) for name in names):
        return True
    if any(NUMBER.fullmatch(name) or DATE.fullmatch(name) for name in names) or not rest:
        return False
    columns = [[row[i].strip() for row in rest if i < len(row)] for i in range(len(names))]
    if any(name and name in column for name, column in zip(names, columns, strict=True)):
        return False
    if any(any(NUMBER.fullmatch(value) for value in column) for column in columns):
        return True
    alike = [_shape(name) in {_shape(v) for v in column} for name, column in zip(names, columns, strict=True) if name]
    lettered = [bool(re.search(r"\d", name)) for name in names if name]
    return not (all(alike) and any(lettered))


def numbers_columns(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Say whether a first row is `0,1,2`, which pandas writes above columns without names, and no row of data.

    It is where a column has no number below it, or two have larger ones only; so is `,0,1` above an index.
    """
    names = [value.strip() for value in first]
    index = names[0] == "" and len(names) > 2
    numbered = [str(number) for number in range(len(names) - index)]
    rows = [row for row in rest if len(row) == len(names)]
    if names[index:] != numbered or len(numbered) < 2 or len(rows) < 2:
        return False
    columns = [[row[place].strip() for row in rows] for place in range(len(names))]
    if index:
        return columns[0] == [str(number) for number in range(len(rows))]
    numbers = [[float(v.replace(",", ".")) for v in column if NUMBER.fullmatch(v)] for column in columns]
    larger = [bool(found) and min(found) >= FAR * len(names) for found in numbers]
    return not all(numbers) or sum(larger) > 1


def _shape(value: str) -> str:
    """Return the kinds of a value's characters in turn: "i04" is "a9"."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", value))


def plain_name(name: str) -> str:
    """Return a column's name without case, blanks, `_`, `-` and RecBole's type (`user_id:token` is userid)."""
    name = re.sub(r":(token|float|token_seq|float_seq)$", "", name.strip().strip("\ufeff\"'"))
    return re.sub(r"[\s_\-./]+", "", name).lower()
