"""Tables: interactions, and items beside them, in any form that `lattice.data.tables` reads; RecBole's too."""

from pathlib import Path

from lattice.data.options import Options
from lattice.data.readers.build import Found
from lattice.data.readers.discover import bare_name, discover
from lattice.data.readers.items import read_items
from lattice.data.readers.matrices import read_matrices
from lattice.data.readers.rows import read_rows
from lattice.data.readers.shards import with_one_header
from lattice.data.report import Report
from lattice.data.tables import read_table


def find(source: Path, options: Options, report: Report) -> Found:
    """Read a file of interactions, or a folder with one (or one per split, or shards) and a table of items.

    Without a table of items, those that occur in the interactions are all there are. InputError: no such file, or no
    column for the user or the item.
    """
    files = discover(source, options, report)
    folder = source if source.is_dir() else source.parent
    shards = with_one_header([read_table(path, options.reading) for path, _ in files.interactions], options)
    rows = read_rows(list(zip(shards, (split for _, split in files.interactions), strict=True)), options, report)
    tables = with_one_header([read_table(path, options.reading) for path in files.items], options)
    items = read_items(tables, options, report, rows.table["item"].cat.categories) if tables else None
    return Found(
        name=source.resolve().name if source.is_dir() else source.name.split(".")[0],
        folder=folder,
        rows=rows,
        items=items,
        listed=None if items is None else items["item"].tolist(),
        where=files.items[0].name if files.items else files.interactions[0][0].name,
        guessed=options.items is None and bool(files.items) and bare_name(files.items[0]).lower() != "items",
        matrices=read_matrices(folder, options.modalities, options),
    )
