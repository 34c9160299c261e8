"""The app's layers: pages don't know each other, and what lies in app/components is shared."""

import ast
import re
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
FILES = sorted(APP.rglob("*.py"))
PAGES = sorted(folder.name for folder in (APP / "views").iterdir() if (folder / "page.py").exists())
COMPONENTS = sorted(
    f"app.components.{path.stem}" for path in (APP / "components").glob("*.py") if path.stem != "__init__"
)


def module_of(path: Path) -> str:
    """Return a file's dotted name."""
    return ".".join(path.relative_to(APP.parent).with_suffix("").parts).removesuffix(".__init__")


def literal(node: ast.AST) -> str | None:
    """Return a string literal of one word, the name of a column say."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and value.isidentifier() else None


def app_imports(path: Path) -> set[str]:
    """Return the app's modules that a file imports anywhere in it."""
    known, found = {module_of(file) for file in FILES}, set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return (found & known) - {"app", "app.components", "app.views"}


IMPORTS = {module_of(path): app_imports(path) for path in FILES}


def defined(path: Path) -> set[str]:
    """Return the names that a file defines at its top level."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return names


DEFINED = {module_of(path): defined(path) for path in FILES}
SOURCES = [*FILES, *sorted((APP.parent / "lattice").rglob("*.py"))]
WORDS = {
    word
    for path in SOURCES
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    for word in (*(getattr(node, field, None) for field in ("name", "arg", "id", "attr")), literal(node))
}


def page_of(module: str) -> str | None:
    """Return the page that a module belongs to, None for shared code."""
    parts = module.split(".")
    return parts[2] if parts[1:2] == ["views"] and len(parts) > 2 else None


@pytest.mark.parametrize("page", PAGES)
def test_a_page_imports_no_other_page(page):
    own = {module: names for module, names in IMPORTS.items() if page_of(module) == page}
    assert own
    assert not {(module, name) for module, names in own.items() for name in names if page_of(name) not in (None, page)}


def test_shared_code_imports_no_page():
    shared = {module: names for module, names in IMPORTS.items() if page_of(module) is None}
    assert not {(module, name) for module, names in shared.items() for name in names if page_of(name)}


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_is_shared(component):
    users = {page_of(module) or module for module, names in IMPORTS.items() if component in names}
    assert len(users & set(PAGES)) >= 2 or users - set(PAGES), f"{component} is used by {users or 'nothing'} alone"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_name_is_imported_from_where_it_is_defined(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in IMPORTS:
            names = {alias.name for alias in node.names} - DEFINED[node.module]
            assert not {name for name in names if f"{node.module}.{name}" not in IMPORTS}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_name_in_backticks_exists(path):
    """A docstring that names what was renamed or removed leads a reader nowhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.FunctionDef | ast.ClassDef)]
    for text in filter(None, map(ast.get_docstring, nodes)):
        for name in re.findall(r"`([A-Za-z_][\w.]*)`", text):
            assert name.rpartition(".")[2] in WORDS, f"`{name}` is not a name in app/ or lattice/"
