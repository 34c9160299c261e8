"""Put the repository (sdk: docker) or an exported site (sdk: static) on Hugging Face as a Space.

    python -m hosting.space --repo OWNER/NAME --site site/             lists what would go
    python -m hosting.space --repo OWNER/NAME --site site/ --upload    creates or updates the Space, and waits for it

Without --site the repository goes, as a Docker Space. The token is read from HF_TOKEN, or from `hf auth login`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lattice.cli import run
from lattice.errors import InputError
from lattice.export_app.export import MARKER
from lattice.files import link_or_copy

ROOT = Path(__file__).parents[1]
ATTRIBUTES = Path(__file__).with_name("gitattributes")
LEFT_OUT = ("tests/", "benchmarks/figures/", ".github/")  # of the repository: what the app doesn't read
HEALTH = {"docker": "/_stcore/health", "static": "/"}  # what a Space answers once it runs
SECONDS_BETWEEN = 5.0


@dataclass(frozen=True)
class Space:
    """A Space to upload to."""

    repo: str  # OWNER/NAME
    sdk: str  # docker or static
    private: bool = False


def assemble_repository(folder: Path, root: Path = ROOT) -> None:
    """Put the repository's files that are in git, and .gitattributes, into an empty folder."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True)
    if listed.returncode:
        raise InputError(f"{root} is not a git clone; upload from one, so that only its own files go")
    for name in listed.stdout.split("\0"):
        if name and not name.startswith(LEFT_OUT) and (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            link_or_copy(root / name, folder / name)
    shutil.copyfile(ATTRIBUTES, folder / ".gitattributes")


def assemble_site(site: Path, folder: Path, title: str) -> None:
    """Put an exported site, .gitattributes and a README.md with the front matter of a static Space into a folder."""
    if not (site / MARKER).is_file():
        raise InputError(f"{site} is not an exported site; write one with `lattice export-app CHECKPOINT --out {site}`")
    shutil.copytree(site, folder, copy_function=link_or_copy, dirs_exist_ok=True)
    shutil.copyfile(ATTRIBUTES, folder / ".gitattributes")
    (folder / "README.md").write_text(static_card(title), encoding="utf-8")


def static_card(title: str) -> str:
    """Return the README.md of a static Space: its front matter, and a line on what it is."""
    from huggingface_hub import SpaceCardData

    data = SpaceCardData(
        title=title,
        sdk="static",
        app_file="index.html",
        emoji="🧵",
        colorFrom="green",
        colorTo="indigo",
        pinned=False,
        short_description="See a multimodal recommender think",
    )
    return f"---\n{data.to_yaml()}\n---\n\n# {title}\n\nWritten by `lattice export-app` of LATTICE Explorer.\n"


def listing(folder: Path) -> list[tuple[str, int, bool]]:
    """Return name, size and whether it goes through Xet or LFS, of every file that would go."""
    suffixes = {
        line.split()[0].removeprefix("*") for line in ATTRIBUTES.read_text("utf-8").splitlines() if line[:1] == "*"
    }
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path.relative_to(folder).as_posix(), path.stat().st_size, path.suffix in suffixes) for path in files]


def upload(space: Space, folder: Path, endpoint: str | None = None, token: str | None = None) -> str:
    """Create the Space where it doesn't exist, make its files those of the folder, and return its address.

    Raises an InputError where the hub refuses: no token, no right, or a plan that can't create such a Space.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

    api = HfApi(endpoint=endpoint, token=token)
    try:
        api.create_repo(
            space.repo, repo_type="space", space_sdk=space.sdk, private=space.private or None, exist_ok=True
        )
        api.upload_folder(
            repo_id=space.repo,
            repo_type="space",
            folder_path=folder,
            delete_patterns="*",
            commit_message="Upload LATTICE Explorer",
        )
        host = api.space_info(space.repo).host
    except LocalTokenNotFoundError:
        raise InputError(
            "there is no token: set HF_TOKEN to one that may write, from huggingface.co/settings/tokens"
        ) from None
    except HfHubHTTPError as error:
        raise InputError(f"the hub refused: {' '.join(str(error).split())[:300]}") from None
    return host or f"https://{space.repo.replace('/', '-').replace('_', '-').replace('.', '-').lower()}.hf.space"


def wait_until_it_answers(
    address: str, seconds: float, token: str | None = None, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Ask an address until it answers with 200; raise an InputError after so many seconds."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    said = "no answer"
    for _ in range(max(1, round(seconds / SECONDS_BETWEEN))):
        try:
            with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
                if answer.status == 200:
                    return
                said = f"status {answer.status}"
        except (urllib.error.URLError, OSError) as error:
            said = str(error)
        sleep(SECONDS_BETWEEN)
    raise InputError(f"{address} doesn't answer after {seconds:.0f} s ({said}); read the Space's build log")


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    repo: Annotated[str, typer.Option(help="OWNER/NAME of the Space.")],
    site: Annotated[
        Path | None, typer.Option(help="An exported site: a static Space. Without it: a Docker Space.")
    ] = None,
    title: Annotated[str, typer.Option(help="Title of a static Space.")] = "LATTICE Explorer",
    private: Annotated[bool, typer.Option(help="Create it as private.")] = False,
    upload_it: Annotated[bool, typer.Option("--upload", help="Upload; without it only list what would go.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait until the Space answers; 0: don't.")] = 900,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Put the repository, or an exported site, on Hugging Face as a Space."""
    space = Space(repo, "docker" if site is None else "static", private)
    if repo.count("/") != 1 or not all(repo.split("/")):
        raise InputError(f"--repo {repo!r}: write OWNER/NAME")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if site is None:
            assemble_repository(folder)
        else:
            assemble_site(site, folder, title)
        files = listing(folder)
        _show(space, files, as_json)
        if not upload_it:
            typer.echo("nothing was sent: add --upload", err=True)
            return
        token = os.environ.get("HF_TOKEN")
        address = upload(space, folder, os.environ.get("HF_ENDPOINT"), token)
    if wait:
        typer.echo(f"waiting for {address}", err=True)
        wait_until_it_answers(address + HEALTH[space.sdk], wait, token if private else None)
    typer.echo(address)


def _show(space: Space, files: list[tuple[str, int, bool]], as_json: bool) -> None:
    """Print what would go: every file but pictures, which are counted."""
    if as_json:
        rows = [{"name": name, "bytes": size, "xet": xet} for name, size, xet in files]
        typer.echo(json.dumps({"repo": space.repo, "sdk": space.sdk, "files": rows}, indent=2))
        return
    pictures = [size for name, size, _ in files if name.endswith((".webp", ".png"))]
    for name, size, xet in files:
        if not name.endswith((".webp", ".png")):
            typer.echo(f"{size:>12,}  {'xet' if xet else '   '}  {name}")
    typer.echo(f"{sum(pictures):>12,}  xet  {len(pictures):,} pictures")
    typer.echo(
        f"{sum(size for _, size, _ in files):>12,}       {len(files):,} files to the {space.sdk} Space {space.repo}"
    )


if __name__ == "__main__":
    sys.exit(run(app))
