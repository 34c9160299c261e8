"""The documentation: links lead somewhere, the snippet prints what it says, commands and options exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lattice.cli import COMMANDS, main
from tests.test_project import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", without_code(page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page):
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_of_docs_is_linked_from_the_readme():
    linked = set(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert {page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").glob("*.md")} <= linked


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.slow
def test_the_snippet_prints_what_the_readme_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    program, output = re.search(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", text, flags=re.DOTALL).groups()
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.rstrip() for line in done.stdout.splitlines()] == output.splitlines()


def test_the_command_line_s_page_has_every_command():
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert set(COMMANDS) <= set(re.findall(r"^## (.*)$", text, flags=re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_options_of_commands_on_a_page_exist(page, capsys):
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    for command, rest in re.findall(r"\blattice ([a-z-]+)([^\n`]*)", text):
        if command in COMMANDS:
            main([command, "--help"])
            known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
            assert set(re.findall(r"--[a-z][a-z-]*", rest)) <= known, (command, rest)
