"""The kinds of content that a newcomer can have. The form and the trials go through them and name none themselves."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from app.components.text import join_names
from app.views.cold_start.draft import Draft
from lattice.recommender import Recommender

ALL = "all"  # kinds together, in the URL


@dataclass(frozen=True)
class ContentKind:
    """One kind of content."""

    key: str  # as `EncoderRecord.kind` and the arguments of `Recommender.fold_in` have it
    slug: str  # in the URL
    label: str  # on a button
    of: Callable[[Draft], bytes | str | None]  # returns this content of a draft
    sample: Callable[[], bytes | str]  # something to encode, so that the encoder is loaded


def _blank() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    return buffer.getvalue()


KINDS = (
    ContentKind("image", "picture", "Picture", lambda draft: draft.image, _blank),
    ContentKind("text", "words", "Words", lambda draft: draft.words or None, lambda: "words"),
)


def readable_kinds(recommender: Recommender) -> list[ContentKind]:
    """Return the kinds of content that this checkpoint's encoders can read."""
    read = {record.kind for record in recommender.checkpoint.encoders.values()}
    return [kind for kind in KINDS if kind.key in read]


def given_content(draft: Draft, kinds: Sequence[ContentKind], use: str = ALL) -> dict[str, bytes | str]:
    """Return key -> content of the kinds that a draft has. use: ALL, or the slug of the only kind to take."""
    found = {kind.key: kind.of(draft) for kind in kinds if use in (ALL, kind.slug)}
    return {key: content for key, content in found.items() if content is not None}


def use_options(kinds: Sequence[ContentKind]) -> Mapping[str, str]:
    """Return what a newcomer may be based on (for `given_content`) -> its label."""
    return {ALL: "Both" if len(kinds) == 2 else "All", **{kind.slug: kind.label for kind in kinds}}


def use_in_words(use: str) -> str:
    """Return what a newcomer is based on, in a sentence."""
    return join_names([kind.slug for kind in KINDS]) if use == ALL else f"its {use} only"
