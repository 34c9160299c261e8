"""Text files are the same on every machine: whoever reads or writes one names its encoding."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = [path for folder in ("lattice", "app", "benchmarks", "demo") for path in (ROOT / folder).rglob("*.py")]


def calls_without_encoding(path: Path) -> list[str]:
    """Return the calls of read_text and write_text in a file that don't name an encoding."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    named = [call for call in calls if call.func.attr in ("read_text", "write_text")]
    return [ast.unparse(call) for call in named if "encoding" not in {word.arg for word in call.keywords}]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_text_file_names_its_encoding(path):
    assert calls_without_encoding(path) == []
