"""The shop's colours: families of three-colour harmonies, and the little arithmetic that shades them."""

Harmony = tuple[str, str, str]

# base, second, accent. A shop buys colours in sets that go together, so no colour is ever drawn alone.
FAMILIES: dict[str, tuple[Harmony, ...]] = {
    "black": (
        ("#2b2b2f", "#efece6", "#c9a15a"),
        ("#33353b", "#8d939d", "#e25b45"),
        ("#26282c", "#5b6068", "#d7dbe0"),
    ),
    "grey": (
        ("#8f959c", "#f1efec", "#3c4650"),
        ("#b4b6b8", "#5f666e", "#e8a33d"),
        ("#747c86", "#cfd5da", "#e0664f"),
    ),
    "white": (
        ("#f4f1ec", "#3f5673", "#c0553f"),
        ("#f7f5f1", "#b9c4bd", "#c79a5b"),
        ("#efeae1", "#2f3a40", "#d9a441"),
    ),
    "navy": (
        ("#2c3e5c", "#f0ece3", "#c8553d"),
        ("#334a6b", "#9fb6cf", "#e3b448"),
        ("#263550", "#d8dee6", "#7fa8a0"),
    ),
    "blue": (
        ("#3f78b5", "#f3f1ea", "#f0b23e"),
        ("#5288c0", "#1f3a5a", "#f2dfc2"),
        ("#4470a4", "#c6dbea", "#e4674d"),
    ),
    "sky": (
        ("#a9cbe0", "#ffffff", "#3f6b8e"),
        ("#bcd5e6", "#f6e7d4", "#e39a7c"),
        ("#9cc4d8", "#f4f2ec", "#e7b54a"),
    ),
    "teal": (
        ("#2f7f83", "#f2ead9", "#e08e45"),
        ("#3d9290", "#184a50", "#f3cf6b"),
        ("#41888f", "#c3dfdc", "#e56f5a"),
    ),
    "green": (
        ("#4c8a5b", "#f1eddc", "#e6b23c"),
        ("#3f7350", "#a9c7a2", "#d96c4a"),
        ("#5e9c63", "#234a37", "#f5e3b0"),
    ),
    "olive": (
        ("#76784a", "#e9e2cc", "#b8562f"),
        ("#656b48", "#b7b387", "#2f3329"),
        ("#858457", "#3d4233", "#e2a94b"),
    ),
    "mint": (
        ("#b5d8c5", "#ffffff", "#e2917d"),
        ("#a8d0c0", "#f7ecd8", "#4e8577"),
        ("#c3dfcb", "#7fb3a0", "#f0b9a0"),
    ),
    "mustard": (
        ("#d9a137", "#f7efdc", "#37485c"),
        ("#dfae4c", "#7a4f28", "#f6eedd"),
        ("#d2983a", "#3f5a50", "#f4e4c1"),
    ),
    "butter": (
        ("#f2dc9b", "#ffffff", "#7ba3b5"),
        ("#f4e2ab", "#d98f6b", "#6d8f77"),
        ("#efd58c", "#fdf6e6", "#d97b6a"),
    ),
    "orange": (
        ("#e07b3c", "#f8ead6", "#31556b"),
        ("#d9692f", "#2e3a44", "#f4c56a"),
        ("#e58b4c", "#fff4e4", "#7a3d22"),
    ),
    "rust": (
        ("#a9512f", "#f0e2ce", "#3e5550"),
        ("#b8613c", "#e7c39c", "#4a2f27"),
        ("#9c4a33", "#d9a45c", "#ece3d4"),
    ),
    "red": (
        ("#c23b3b", "#f6efe6", "#2f4058"),
        ("#cf4a41", "#3a2a2c", "#f2c14e"),
        ("#b8343f", "#f0d3c8", "#2f3b37"),
    ),
    "burgundy": (
        ("#74283a", "#e9d3c5", "#c79a4f"),
        ("#823244", "#c98a86", "#f0e4d8"),
        ("#6a2a3b", "#3a2029", "#d9b26a"),
    ),
    "pink": (
        ("#dd7e98", "#fff2ee", "#7c3d57"),
        ("#e391a3", "#b3445f", "#fbe7c6"),
        ("#d66d8c", "#f7d5da", "#3f5c6b"),
    ),
    "blush": (
        ("#efc9c0", "#ffffff", "#b9776b"),
        ("#f0cfc8", "#a9c0b3", "#c98d72"),
        ("#ebbdb6", "#f9efe6", "#8f6a7c"),
    ),
    "lilac": (
        ("#c3b3d9", "#fbf6ff", "#6f5a93"),
        ("#b9a7d1", "#f4d9d0", "#5c4b78"),
        ("#cabddf", "#8fa9c4", "#f3d58a"),
    ),
    "purple": (
        ("#6b4c8a", "#eadff0", "#e2a94b"),
        ("#7a5a99", "#c7afd9", "#f2c9b0"),
        ("#5a4279", "#2f2744", "#d98fa6"),
    ),
    "tan": (
        ("#c69c6d", "#f6ecdd", "#5c4030"),
        ("#b98a5b", "#5a3f2c", "#e9d8bd"),
        ("#d0ab80", "#fbf4e8", "#7c8a6a"),
    ),
    "brown": (
        ("#6f4b35", "#e6d3b8", "#c98f3f"),
        ("#7d573f", "#3c2a22", "#d9b98f"),
        ("#8a5f43", "#f0e3cf", "#46604f"),
    ),
}

# What a person calls a family in a sentence; several words, so that text and family are not one and the same.
COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "black": ("black", "charcoal black", "near-black"),
    "grey": ("grey", "stone grey", "soft grey"),
    "white": ("off-white", "ivory", "chalk white"),
    "navy": ("navy", "midnight navy", "deep navy blue"),
    "blue": ("blue", "cobalt blue", "ocean blue"),
    "sky": ("pale blue", "sky blue", "powder blue"),
    "teal": ("teal", "sea teal", "peacock teal"),
    "green": ("green", "leaf green", "garden green"),
    "olive": ("olive", "moss green", "khaki olive"),
    "mint": ("mint", "soft mint green", "pale sage"),
    "mustard": ("mustard", "golden yellow", "ochre"),
    "butter": ("butter yellow", "pale yellow", "soft lemon"),
    "orange": ("orange", "tangerine", "warm orange"),
    "rust": ("rust", "terracotta", "burnt brick"),
    "red": ("red", "poppy red", "cherry red"),
    "burgundy": ("burgundy", "wine red", "deep plum red"),
    "pink": ("pink", "rose pink", "raspberry pink"),
    "blush": ("blush", "pale rose", "powder pink"),
    "lilac": ("lilac", "lavender", "pale violet"),
    "purple": ("purple", "aubergine", "violet"),
    "tan": ("tan", "camel", "honey beige"),
    "brown": ("brown", "chestnut", "cocoa brown"),
}


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of #rrggbb, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """Return `first` with `share` (0 to 1) of `second` in it."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def shade(colour: str, amount: float) -> str:
    """Return the colour darker for amount < 0, lighter for amount > 0; shadows tend to a cool ink, not to black."""
    return mix(colour, "#ffffff", amount) if amount > 0 else mix(colour, "#14151f", -amount)


def lightness(colour: str) -> float:
    """Return the perceived lightness in 0..1 (the luma weights of Rec. 601)."""
    red, green, blue = channels(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255
