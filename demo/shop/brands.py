"""The shop's invented brands: what each sells and the style that it holds to."""

from dataclasses import dataclass

# mood: the colour families and patterns that go with it, the most typical first.
MOODS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "classic": (("navy", "white", "burgundy", "grey", "tan"), ("breton", "pinstripe", "checks")),
    "sporty": (("black", "blue", "red", "orange", "teal"), ("stripes", "zigzag", "camo")),
    "romantic": (("blush", "pink", "lilac", "white", "burgundy"), ("floral", "dots", "gingham")),
    "playful": (("mustard", "red", "sky", "green", "orange"), ("stars", "dots", "stripes")),
    "rugged": (("olive", "rust", "brown", "green", "tan"), ("checks", "camo", "zigzag")),
    "gentle": (("mint", "butter", "sky", "blush", "white"), ("stars", "gingham", "dots")),
    "minimal": (("black", "grey", "white", "tan", "navy"), ("pinstripe", "breton", "dots")),
    "retro": (("teal", "mustard", "rust", "purple", "orange"), ("zigzag", "floral", "stripes")),
}


@dataclass(frozen=True)
class Brand:
    """A brand: the departments it sells in (CL, SP, BA) and its mood."""

    name: str
    departments: tuple[str, ...]
    mood: str


# name, departments, mood
_TABLE = (
    ("Fernwhistle", "CL", "romantic"),
    ("Osterby", "CL", "classic"),
    ("Marlow Thread", "CL", "classic"),
    ("Kitto Lane", "CL", "playful"),
    ("Plain Harbour", "CL", "minimal"),
    ("Noorveld", "CL", "minimal"),
    ("Rosamund Field", "CL", "romantic"),
    ("Copperjay", "CL", "retro"),
    ("Saltwick", "CL SP", "classic"),
    ("Brackenfold", "CL SP", "rugged"),
    ("Hob & Heather", "CL", "rugged"),
    ("Velour Street", "CL", "retro"),
    ("Dovecote Nine", "CL", "gentle"),
    ("Ashgrove Tailor", "CL", "classic"),
    ("Little Almanac", "CL BA", "playful"),
    ("Juniper Fold", "CL", "minimal"),
    ("Tangent Hours", "CL", "minimal"),
    ("Calla Wren", "CL", "romantic"),
    ("Zest Parade", "CL", "retro"),
    ("Strideworth", "CL SP", "sporty"),
    ("Kelpline", "SP", "sporty"),
    ("Tarn & Tumble", "SP", "rugged"),
    ("Peakfinch", "SP", "rugged"),
    ("Northfen", "SP", "minimal"),
    ("Ridgelark", "SP", "sporty"),
    ("Volta Court", "SP", "sporty"),
    ("Sunday Pedal", "SP", "retro"),
    ("Bluebarrow", "SP", "classic"),
    ("Driftpine", "SP", "rugged"),
    ("Hummock", "SP CL", "retro"),
    ("Quickheron", "SP", "sporty"),
    ("Camp Marigold", "SP", "playful"),
    ("Pebblekin", "BA", "gentle"),
    ("Moonsprout", "BA", "gentle"),
    ("Tiddlewood", "BA", "minimal"),
    ("Hushlet", "BA", "gentle"),
    ("Oat & Owlet", "BA", "minimal"),
    ("Bumbleford", "BA", "playful"),
    ("Wren's Attic", "BA", "retro"),
    ("Cloudberry Cot", "BA", "romantic"),
    ("Nestling Row", "BA", "classic"),
    ("Pip & Thimble", "BA", "playful"),
)

BRANDS = tuple(Brand(name, tuple(departments.split()), mood) for name, departments, mood in _TABLE)
