"""The command `fetch`: public data by name, into a folder that `prepare` reads."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lattice.commands.shared import Json, show
from lattice.errors import InputError

if TYPE_CHECKING:
    from lattice.data.public_data import Download

NAMES = "amazon-2014, amazon-2023, movielens-100k, -1m, -latest-small or -32m, recbole."


def fetch(
    name: Annotated[str, typer.Argument(help=NAMES)],
    part: Annotated[str | None, typer.Argument(help="Amazon's category (Baby), or RecBole's name (ml-100k).")] = None,
    out: Annotated[Path | None, typer.Option(help="The folder; by default named after the data.")] = None,
    address: Annotated[str | None, typer.Option(help="Where else the same files are, up to their path.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch a public data set; one that was broken off goes on where it stopped."""
    from lattice.data.download import download, unpack
    from lattice.data.public_data import public_data

    data = public_data(name, part)
    folder = out or Path("-".join(filter(None, (name, part))))
    base = (address or data.address).rstrip("/")
    typer.echo(f"licence: {data.licence}\ncite: {data.citation}", err=True)
    there = []
    for file in data.files:
        path = folder / file.name
        if path.exists():
            typer.echo(f"{path}: already fetched", err=True)
        else:
            try:
                download(f"{base}/{file.path}", path, progress=True)
            except InputError as error:
                if not file.optional:
                    raise
                typer.echo(f"warning: {error}; continuing without this optional file", err=True)
                continue
        _check(base, file, path)
        there += unpack(path, folder) if file.unpack else [file.name]
    command = f"lattice prepare {folder} {data.prepare}".rstrip() + f" --out data/{folder.name}"
    show({"folder": str(folder), "files": there, "next": command}, as_json)


def _check(base: str, file: "Download", path: Path) -> None:
    """Compare with the checksum that the source gives, if it does; a file that differs is removed."""
    from lattice.data.download import download, md5_of

    if not file.checksum_path:
        return
    beside = path.with_name(f".{path.name}.md5")
    try:
        download(f"{base}/{file.checksum_path}", beside)
        words = beside.read_text(encoding="utf-8", errors="replace").replace("=", " ").split()
    except InputError:
        typer.echo(f"warning: {path.name}: the source's checksum can't be fetched, so it isn't checked", err=True)
        return
    finally:
        beside.unlink(missing_ok=True)
    wanted = next((word.lower() for word in words if len(word) == 32), None)
    if wanted is not None and md5_of(path) != wanted:
        path.unlink()
        raise InputError(f"{path}: its checksum doesn't match the source's; it was removed, fetch it again")
