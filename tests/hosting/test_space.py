"""Uploading a Space: what would go, and that just this arrives at a local stand-in for the Hub."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hosting.space import assemble_site, listing, wait_until_it_answers
from lattice.errors import InputError
from tests.hosting.hub import REPO, fake_hub

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path):
    """The bones of an exported site."""
    folder = tmp_path / "site"
    (folder / "pictures").mkdir(parents=True)
    (folder / "lattice-site.json").write_text("{}")
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "pictures" / "0.webp").write_bytes(bytes(range(256)))
    return folder


def space(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the program as `make space` does."""
    changed = {**os.environ, "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1", "HF_TOKEN": "hf_secret", **environment}
    command = [sys.executable, "-m", "hosting.space", "--repo", REPO, *arguments]
    return subprocess.run(command, cwd=ROOT, env=changed, capture_output=True, text=True)


def front_matter(text: str) -> dict[str, str]:
    lines = text.split("---\n")[1].splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_nothing_is_sent_without_being_asked(site):
    with fake_hub() as hub:
        done = space("--site", str(site), HF_ENDPOINT=hub.address)
    assert done.returncode == 0
    assert "index.html" in done.stdout
    assert "nothing was sent" in done.stderr
    assert not hub.created
    assert list(hub.files) == ["old.html"]


def test_a_site_replaces_what_the_space_had(site):
    with fake_hub() as hub:
        done = space("--site", str(site), "--upload", "--wait", "0", HF_ENDPOINT=hub.address)
    assert done.returncode == 0, done.stderr
    assert hub.created[0]["sdk"] == "static"
    assert hub.created[0]["name"] == "explorer"
    assert set(hub.files) == {".gitattributes", "README.md", "index.html", "lattice-site.json", "pictures/0.webp"}
    assert hub.files["pictures/0.webp"] == bytes(range(256))
    assert len(hub.objects) == 1  # binary files don't go into git
    assert hub.tokens == {"Bearer hf_secret"}
    assert "hf_secret" not in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"{hub.address}/host"


def test_a_plan_that_can_not_create_the_space_is_told(site):
    with fake_hub(refuse="Docker Spaces need a PRO subscription") as hub:
        done = space("--site", str(site), "--upload", HF_ENDPOINT=hub.address)
    assert done.returncode == 2
    assert done.stderr.count("error: ") == 1
    assert "PRO subscription" in done.stderr


def test_the_space_is_asked_until_it_answers():
    with fake_hub(busy=2) as hub:
        wait_until_it_answers(f"{hub.address}/host/", 60, sleep=lambda seconds: None)
        assert hub.asked_host == 3
        hub.busy = 1000
        with pytest.raises(InputError, match="doesn't answer after 20 s"):
            wait_until_it_answers(f"{hub.address}/host/", 20, sleep=lambda seconds: None)
        assert hub.asked_host == 7


def test_front_matter_of_both_kinds(site, tmp_path):
    (tmp_path / "made").mkdir()
    assemble_site(site, tmp_path / "made", "My shop: a demo")
    static = front_matter((tmp_path / "made" / "README.md").read_text(encoding="utf-8"))
    assert static["sdk"] == "static"
    assert static["app_file"] == "index.html"
    assert "My shop: a demo" in static["title"]
    docker = front_matter((ROOT / "README.md").read_text(encoding="utf-8"))
    assert docker["sdk"] == "docker"
    assert f"EXPOSE {docker['app_port']}" in (ROOT / "Dockerfile").read_text()


def test_binary_files_are_listed_for_xet(site):
    assert {name: xet for name, _, xet in listing(site)} == {
        "index.html": False,
        "lattice-site.json": False,
        "pictures/0.webp": True,
    }


def test_the_repository_goes_as_it_is_in_git():
    done = space("--json")
    if "not a git clone" in done.stderr:
        pytest.skip("not a git clone")
    said = json.loads(done.stdout)
    names = {entry["name"] for entry in said["files"]}
    assert said["sdk"] == "docker"
    assert {"Dockerfile", "README.md", "app/main.py", ".gitattributes", ".streamlit/config.toml"} <= names
    assert not [name for name in names if name.startswith(("tests/", ".git/"))]
    binary = {entry["name"] for entry in said["files"] if entry["xet"]}
    text = names - binary - {".gitattributes"}
    assert not [name for name in text if b"\0" in (ROOT / name).read_bytes()]  # plain git refuses binary files


def test_what_can_not_be_uploaded_is_refused(tmp_path):
    done = space("--site", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not an exported site" in done.stderr
    command = [sys.executable, "-m", "hosting.space", "--repo", "nobody"]
    assert "write OWNER/NAME" in subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stderr
