"""The command `inspect`: what a source holds and what is wrong with it, all of it at once; nothing is written."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from lattice.commands.shared import Json, show
from lattice.commands.source_options import takes_source_options
from lattice.data.options import Options


@takes_source_options
def inspect(
    source: Annotated[str, typer.Argument(help="A file or folder.")],
    options: Options,
    html: Annotated[Path | None, typer.Option(help="Also write all of it as one HTML file.")] = None,
    check_pictures: Annotated[bool, typer.Option(help="Open every picture.")] = True,
    as_json: Json = False,
) -> None:
    """Read SOURCE as `prepare` does and say what it holds and what is wrong with it; write nothing."""
    from lattice.data.check_pictures import without_bad_pictures
    from lattice.data.facts import facts
    from lattice.data.readers import read_with_report
    from lattice.data.report import Report
    from lattice.files import check_writable, replaced_file

    if html is not None:
        check_writable(html)
    report = Report(collect=True)
    with tempfile.TemporaryDirectory() as pictures:
        dataset, report = read_with_report(Path(source), options, Path(pictures), report)
        if check_pictures:
            dataset = without_bad_pictures(dataset, report, progress=True)
        report.facts |= facts(dataset)
    said = {"source": source, **report.to_dict()}
    if html is not None:
        from lattice.data.report_html import page

        with replaced_file(html) as part:
            part.write_text(page(source, said), encoding="utf-8")
    if as_json:
        show(said, as_json)
        return
    for line in report.short():
        typer.echo(line)
    for line in described(said):
        typer.echo(line)
    if html is not None:
        typer.echo(f"written to {html}")


def described(said: dict[str, Any]) -> list[str]:
    """Return the figures of a report, a line each."""
    lines = [
        f"{said['users']:,} users, {said['items']:,} items, {said['interactions']:,} interactions, "
        f"density {said['density']:.3%}",
        "split: " + ", ".join(f"{split} {count:,}" for split, count in said["splits"].items()),
    ]
    for kind in ("user", "item"):
        s = said[f"per_{kind}"]
        lines.append(
            f"interactions per {kind}: {s['least']:,} to {s['most']:,}, median {s['median']:g}, mean {s['mean']:.1f}"
        )
    if "ratings" in said:
        lines.append("ratings: " + ", ".join(f"{rating} × {count:,}" for rating, count in said["ratings"].items()))
    if "time" in said:
        lines.append(f"time: {said['time']['first']} to {said['time']['last']}")
    counted = {
        "users_too_small_to_split": "users with fewer than three interactions, all of them for training",
        "items_without_interactions": "items without interactions",
        "items_without_training": "items without interactions in training (cold)",
        "items_without_text": "items without text",
        "items_without_picture": "items without a picture",
        "pictures_by_address": "of these, items whose picture has an address (`prepare --images` fetches it)",
    }
    for key, words in counted.items():
        if n := said.get(key):
            one = words.replace("users", "user", 1).replace("items", "item", 1)
            lines.append(f"{n:,} {words if n != 1 else one}")
    for modality, matrix in said["features"].items():
        lines.append(f"{modality}: {matrix['dimensions']} dimensions, {matrix['items_without']:,} items without")
    return lines
