"""A frozen dataclass of tensors or tables compares and hashes by identity: by value, both would raise."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = sorted((ROOT / "lattice").rglob("*.py"))
ARRAYS = ("Tensor", "ndarray", "DataFrame", "Series", "csr_array")


def compared_by_value(path: Path) -> list[str]:
    """Return the dataclasses of a file that have a field of arrays, and no eq=False."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            decorators = [ast.unparse(one) for one in node.decorator_list]
            fields = [ast.unparse(one.annotation) for one in node.body if isinstance(one, ast.AnnAssign)]
            holds_arrays = any(
                name in annotation for annotation in fields for name in ARRAYS if "Callable" not in annotation
            )
            if holds_arrays and any("dataclass" in one and "eq=False" not in one for one in decorators):
                found.append(node.name)
    return found


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_dataclass_of_arrays_has_identity_equality(path):
    assert compared_by_value(path) == []
