"""A box to pick an item: searched on the server, and equal titles told apart."""

from collections.abc import Callable

from app.components.items import Catalogue
from app.components.pictures import SMALL
from app.components.search_picker import Match, Searchable, search_picker
from lattice.inference.search import MOST


def item_box(
    label: str,
    catalogue: Catalogue,
    chosen: str | None,
    key: str,
    on_choose: Callable[[str], None],
    *,
    index: Callable[[], Searchable] | None = None,
    help: str = "",
) -> None:
    """Draw the box; `on_choose` gets the chosen id. index: returns what is searched, by default the catalogue."""
    words = catalogue.recommender.checkpoint.dataset.words
    search_picker(
        label,
        index or (lambda: catalogue.index),
        chosen,
        key,
        lambda item: item_match(catalogue, item),
        on_choose,
        most=f"Most {words.chosen}",
        like=lambda item: catalogue.similar(item, MOST),
        placeholder="Type a title or an id",
        help=help,
    )


def item_match(catalogue: Catalogue, item: str) -> Match:
    """Return what the box shows of an item; the id at the end of the line tells equal titles apart."""
    words = catalogue.recommender.checkpoint.dataset.words
    count = catalogue.count(item)
    brief = catalogue.brief(item)
    said = [brief if brief != item else "", f"{count:,} {words.user if count == 1 else words.users}", item]
    return Match(item, catalogue.title(item), " · ".join(filter(None, said)), catalogue.picture(item, SMALL))
