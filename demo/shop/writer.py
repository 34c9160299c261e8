"""Titles and descriptions: a small grammar of `words/phrases.txt` about what `words/facts.txt` knows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from demo.shop.cuts import Cut
from demo.shop.facts import FACTS
from demo.shop.materials import Look
from demo.shop.palette import COLOUR_WORDS

_TEXTURE_MATERIALS = {
    "knit": ("soft knit", "lambswool knit", "cotton knit", "ribbed knit"),
    "denim": ("denim", "washed denim", "organic denim", "stretch denim"),
    "leather": ("leather", "grained leather", "full-grain leather", "vegetable-tanned leather"),
}
_PATTERN_WORDS = {
    "stripes": "stripes",
    "breton": "stripes",
    "pinstripe": "pinstripes",
    "checks": "checks",
    "gingham": "gingham checks",
    "dots": "dots",
    "floral": "flowers",
    "stars": "stars",
    "zigzag": "zigzags",
}
# How a title says it.
_PATTERN_TITLES = {
    "stripes": ("Striped", "Wide-Striped"),
    "breton": ("Striped", "Breton-Striped"),
    "pinstripe": ("Pinstriped", "Pinstripe"),
    "checks": ("Checked", "Plaid"),
    "gingham": ("Gingham", "Gingham-Check"),
    "dots": ("Dotted", "Polka-Dot"),
    "floral": ("Floral", "Flower-Print"),
    "stars": ("Starry", "Star-Print"),
    "zigzag": ("Zigzag", "Zigzag-Print"),
    "camo": ("Camo", "Camouflage"),
    "knit": ("Knitted", "Chunky-Knit"),
    "denim": ("Denim",),
    "leather": ("Leather",),
}


def _read() -> dict[str, tuple[str, ...]]:
    sections: dict[str, list[str]] = {}
    for row in Path(__file__).with_name("words").joinpath("phrases.txt").read_text(encoding="utf-8").splitlines():
        if row.startswith("["):
            current = sections.setdefault(row.strip("[]"), [])
        elif row.startswith("tag:"):
            sections[f"tag.{list(sections)[-1].removeprefix('purpose.')}"] = [w.strip() for w in row[4:].split("|")]
        else:
            current.extend(part.strip() for part in row.split("|"))
    return {name: tuple(lines) for name, lines in sections.items()}


PHRASES = _read()
PURPOSES = tuple(name.removeprefix("purpose.") for name in PHRASES if name.startswith("purpose."))


@dataclass(frozen=True)
class Text:
    """The words of one item."""

    title: str
    description: str


def _pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[rng.integers(len(options))]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _article(sentence: str) -> str:
    words = sentence.split(" ")
    for k in range(len(words) - 1):
        if (
            words[k] in ("a", "A")
            and words[k + 1][:1].lower() in "aeiou"
            and not words[k + 1].lower().startswith(("uni", "one", "eu"))
        ):
            words[k] += "n"
    return " ".join(words)


def _has_colour(cut: Cut, look: Look) -> bool:
    """Return whether the text may name a colour; denim is called denim, never blue or grey."""
    return cut.coloured and look.pattern != "denim"


def _title(rng: np.random.Generator, headline: str, material: str, cut: Cut, look: Look, brand: str, tag: str) -> str:
    """Write a title; a few say a colour or a pattern, but only one that the picture shows."""
    name, chance = _pick(rng, PHRASES["name"]), rng.random()
    if look.pattern in _PATTERN_TITLES and chance < 0.25:
        pattern = _pick(rng, _PATTERN_TITLES[look.pattern])
        if pattern.lower() not in headline.lower():
            headline = f"{pattern} {headline}"
    elif _has_colour(cut, look) and chance < 0.4:
        colour = " ".join(_capital(word) for word in _pick(rng, COLOUR_WORDS[look.family]).split(" "))
        return _pick(
            rng, (f"{name} {headline} in {colour}", f"{tag} {headline}, {colour}", f"{brand} {headline}, {colour}")
        )
    return _pick(
        rng,
        (
            f"{name} {headline}",
            f"{tag} {headline}",
            f"{name} {tag} {headline}",
            f"{brand} {name} {headline}",
            f"{name} {headline}, {_capital(material)}",
            f"The {name} {headline}",
        ),
    )


def write(
    rng: np.random.Generator, kind: str, cut: Cut, look: Look, brand: str, purposes: tuple[str, ...], poor: bool
) -> Text:
    """Write title and description of an item; `poor` gives a short, uninformative text, as in real shops."""
    facts = FACTS[kind]
    noun = _pick(rng, cut.nouns or facts.nouns)
    material = _pick(rng, _TEXTURE_MATERIALS.get(look.pattern) or cut.materials or facts.materials)
    plain_noun = noun.removeprefix("pair of ").removeprefix("set of ")
    words = {
        "noun": noun,
        "Noun": _capital(noun),
        "goods": plain_noun,
        "material": material,
        "Material": _capital(material),
        "Brand": brand,
        "number": str(rng.integers(1000, 10000)),
    }

    def fill(template: str) -> str:
        more = {name: _pick(rng, PHRASES[name]) for name in ("adjective", "quality")}
        pattern = _PATTERN_WORDS.get(look.pattern, "")
        return _capital(
            _article(template.format(**words, **more, colour=_pick(rng, COLOUR_WORDS[look.family]), pattern=pattern))
        )

    if poor:
        name = _pick(rng, PHRASES["name"])
        titles = (f"{brand} {plain_noun}", f"{name} {plain_noun}", f"{_capital(plain_noun)} no. {rng.integers(2, 900)}")
        return Text(_pick(rng, titles), fill(_pick(rng, PHRASES["oneline"])))

    headline = " ".join(_capital(word) for word in plain_noun.split(" "))
    title = _title(rng, headline, material, cut, look, brand, _pick(rng, PHRASES[f"tag.{purposes[0]}"]))
    told = [fill(_pick(rng, PHRASES[f"purpose.{purpose}"])) for purpose in purposes]
    middle = [*told, fill(_pick(rng, facts.details)), fill(_pick(rng, PHRASES[f"group.{facts.group}"]))]
    if _has_colour(cut, look) and rng.random() < 0.3:
        middle.append(fill(_pick(rng, PHRASES["seen"])))
    elif look.pattern in _PATTERN_WORDS and rng.random() < 0.3:
        middle.append(fill(_pick(rng, PHRASES["patterned"])))
    order = rng.permutation(len(middle))
    return Text(title, " ".join([fill(_pick(rng, PHRASES["opening"])), *(middle[k] for k in order)]))
