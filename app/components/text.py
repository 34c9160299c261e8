"""Text for the screen: escaped, shortened, joined."""


def escape_markdown(text: str) -> str:
    """Return text for Markdown, with every character that Markdown acts on escaped."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|<>~:$&" else c for c in " ".join(text.split()))


def quote(text: str, most: int = 80) -> str:
    """Return the beginning of a visitor's text for Markdown; what can't be printed, or turns text around, is a �."""
    return escape_markdown("".join(c if c.isprintable() else "�" for c in text[:most]))


def shorten(text: str, most: int = 24) -> str:
    """Return a title cut to `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def join_names(names: list[str]) -> str:
    """Return names joined as in a sentence: "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
