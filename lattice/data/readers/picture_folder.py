"""The pictures below a source's folders, found by their path or by an item's id."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from lattice.untrusted import manifest

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".jfif")


class PictureFolder:
    """The pictures below some folders, but for hidden folders and those that this program wrote."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Take the folders to look in; nothing is listed yet."""
        self.folders = [folder.absolute() for folder in folders]

    def find(self, name: str) -> Path | None:
        """Return the picture that a table calls `name`: a path from any of the folders, or a name without ending.

        As it is written, or else in any case.
        """
        name = name.replace("\\", "/").removeprefix("./")
        for folder in self.folders:
            # os.path.isfile is also False for what no file can be called, as a picture written out in the table.
            if os.path.isfile(path := folder / name):  # noqa: PTH113
                return path
        lower = name.lower()
        return self._paths.get(lower) or self._names.get(name) or self._names_in_any_case.get(lower)

    def of_items(self, ids: Sequence[str]) -> list[Path | None]:
        """Return for each id the picture of that name, without its ending.

        Letters may differ in case only where no other id is the same but for case.
        """
        same = Counter(one.lower() for one in ids)
        alone = [self._names_in_any_case.get(one.lower()) if same[one.lower()] == 1 else None for one in ids]
        return [self._names.get(one) or other for one, other in zip(ids, alone, strict=True)]

    @cached_property
    def _listed(self) -> list[tuple[str, Path]]:
        """Return (path relative to its folder, path) of all pictures, folder by folder, in the order of paths."""
        below = [(folder, path) for folder in self.folders for path in _pictures_below(folder)]
        return [(path.relative_to(folder).as_posix(), path) for folder, path in below]

    @cached_property
    def _paths(self) -> dict[str, Path]:
        return _first((relative.lower(), path) for relative, path in self._listed)

    @cached_property
    def _names(self) -> dict[str, Path]:
        return _first((path.stem, path) for _, path in self._listed)

    @cached_property
    def _names_in_any_case(self) -> dict[str, Path]:
        return _first((path.stem.lower(), path) for _, path in self._listed)


def _first(pairs: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """Return a dictionary of each name's first path."""
    found: dict[str, Path] = {}
    for name, path in pairs:
        found.setdefault(name, path)
    return found


def _pictures_below(folder: Path) -> list[Path]:
    found = []
    for place, folders, files in os.walk(folder):
        # What this program wrote has pictures called by their row, which could be another item's id.
        folders[:] = [name for name in folders if name[0] != "." and not manifest.listed(Path(place, name))]
        found += [Path(place, name) for name in files if Path(name).suffix.lower() in ENDINGS]
    return sorted(found)
