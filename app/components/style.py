"""The app's own look, on top of the theme: static CSS that works on light and dark alike."""

from collections.abc import Sequence

import streamlit as st

# Mid-tones: at least 3:1 on white and on the dark background, so that charts need not know the theme.
PALETTE = ("#26978f", "#cf7429", "#7a78d8", "#c4588f", "#8a8f2a", "#4f8abf")
NEUTRAL = "#8a9a9c"
CONTENT_COLOUR = "#b59f3b"
CONTENT = "content"  # the name of a score's content part, of all modalities
COLLABORATIVE = "collaborative"  # the name of a score's collaborative part among its sources

_SHAPE = (
    '<g stroke="#26978f" stroke-width="2.6" stroke-linecap="round"><path d="M8 24 16 8 24 24Z" fill="none"/></g>'
    '<circle cx="16" cy="8" r="4.6" fill="#26978f"/><circle cx="8" cy="24" r="4.6" fill="#cf7429"/>'
    '<circle cx="24" cy="24" r="4.6" fill="#7a78d8"/>'
)
MARK = f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">{_SHAPE}</svg>'
WORDMARK = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="196" height="32" viewBox="0 0 196 32">{_SHAPE}'
    '<text x="38" y="22" font-family="Source Sans, Helvetica, Arial, sans-serif" font-size="17" font-weight="700" '
    'fill="#26978f">LATTICE <tspan font-weight="400">Explorer</tspan></text></svg>'
)

CSS = """
<style>
.stMainBlockContainer { max-width: 1240px; padding-top: 4.5rem; padding-bottom: 4rem; }
.stMainBlockContainer h1 { padding: 0 0 .3rem; letter-spacing: -.015em; line-height: 1.25; }
.stMainBlockContainer h2, .stMainBlockContainer h3 { padding: .3rem 0; letter-spacing: -.01em; }
.lx-strip { display: flex; flex-wrap: wrap; gap: 8px; }
.lx-strip img { width: 64px; height: 64px; }
.lx img, .lx-strip img { border-radius: 8px; object-fit: cover; background: #8a9a9c33; display: block; }
.lx-strip .more { align-self: center; opacity: .7; font-size: .85rem; padding: 0 4px; }
/* The focus ring of Why? goes beyond its row. */
[class*="st-key-row_"] { overflow: visible; }
.lx-row { display: flex; align-items: center; gap: 12px; min-height: 58px; }
.lx-row .rank { width: 1.6em; text-align: right; opacity: .75; font-variant-numeric: tabular-nums; flex: none; }
.lx-row img { width: 54px; height: 54px; flex: none; }
.lx-row .text, .lx-card .text { min-width: 0; flex: 1; line-height: 1.32; }
.lx .title { font-weight: 600; font-size: .93rem; overflow: hidden; display: -webkit-box;
  -webkit-line-clamp: 1; -webkit-box-orient: vertical; overflow-wrap: anywhere; }
.lx-row .title { -webkit-line-clamp: 2; }
.lx .meta { font-size: .8rem; opacity: .72; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lx .marks { display: flex; flex-wrap: wrap; gap: 4px 8px; font-size: .78rem; align-items: center;
  font-variant-numeric: tabular-nums; }
.lx .mark { padding: 0 7px; border-radius: 999px; border: 1px solid #8a9a9c66; white-space: nowrap; }
.lx .mark.hit { background: #0b6b67; border-color: #0b6b67; color: #fff; font-weight: 600; }
/* Mixed with the text around them: a dialog is outside the page and knows the theme by its text's colour alone. */
.lx .up { color: color-mix(in srgb, currentColor 45%, #26978f); font-weight: 600; }
.lx .down { color: color-mix(in srgb, currentColor 35%, #cf7429); font-weight: 600; }
.lx .same { opacity: .75; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: .8; }
[data-testid^="stBaseButton-primary"]:not(:disabled), [data-testid^="stBaseButton-primary"]:not(:disabled) p {
  color: light-dark(#fff, #10191c); }
.stMultiSelect [data-tag] { background: light-dark(#e1eeec, #1d3b3a); color: inherit; }
.stMultiSelect [data-tag] button { color: inherit; }
[class*="st-key-hint_"] { padding: .25rem .9rem; }
.lx-hero { display: flex; gap: 16px; align-items: center; }
.lx-hero img { width: 96px; height: 96px; flex: none; }
.lx-hero .text { min-width: 0; line-height: 1.4; }
.lx-hero .title { font-size: 1.1rem; -webkit-line-clamp: 2; }
.lx-hero .meta { white-space: normal; font-size: .85rem; }
.lx-grid { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); }
.lx-card { display: flex; flex-direction: column; gap: 6px; min-width: 0; }
.lx-card img { width: 100%; aspect-ratio: 1; }
.lx-card .title { font-size: .82rem; -webkit-line-clamp: 2; min-height: 2.64em; }
.lx-legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: .82rem; opacity: .9; }
.lx-legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 6px; }
.lx-bar { display: flex; height: 10px; border-radius: 5px; overflow: hidden; background: #8a9a9c2e; margin-top: 5px; }
.lx-bar i { display: block; height: 100%; }
.lx-bars { display: grid; gap: 0 3rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); }
[class*="st-key-example_card"] .lx-hero { align-items: flex-start; }
[class*="st-key-example_card"] .lx-hero img { width: 76px; height: 76px; }
[class*="st-key-example_card"] .lx-hero .title { font-size: 1rem; }
.lx-barrow { display: flex; align-items: center; gap: 12px; min-height: 54px; }
.lx-barrow img { width: 46px; height: 46px; flex: none; }
.lx-barrow .text { min-width: 0; flex: 1; line-height: 1.3; }
.lx-barrow .value { flex: none; width: 3.6em; text-align: right; font-size: .85rem;
  font-variant-numeric: tabular-nums; }
.st-key-catalogue .annotation { pointer-events: none !important; }
.st-key-catalogue .annotation text { paint-order: stroke; stroke: light-dark(#ffffffd9, #10191cd9) !important;
  stroke-width: 4px !important; stroke-linejoin: round; fill: light-dark(#1b2a2e, #e4eded) !important; }
@media (max-width: 640px) {
  .st-key-neighbourhood .stEChartsChart { height: 380px !important; }
  .st-key-neighbourhood div:has(.stEChartsChart) { height: auto !important; flex-basis: auto !important; }
  .st-key-trail_4, .st-key-trail_5, .st-key-trail_6 { display: none; }
  .st-key-catalogue .annotation:nth-child(n+9 of .annotation) { display: none; }
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; padding-top: 4.25rem; }
  .lx-strip img { width: 54px; height: 54px; }
  .lx-grid { grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); }
}
</style>
"""


def apply_style() -> None:
    """Put the CSS on the page."""
    st.html(CSS)


def colours(names: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Return a colour for each name, the same on every page."""
    return {name: PALETTE[position % len(PALETTE)] for position, name in enumerate(names)}


def ink() -> str:
    """Return the colour of text in a chart, on the visitor's theme."""
    return "#c4d0d0" if st.context.theme.type == "dark" else "#44565a"


def content_source(modality: str) -> str:
    """Return the name of a modality's content scores among the sources of a score."""
    return f"{modality} · content"


def source_colours(modalities: Sequence[str]) -> dict[str, str]:
    """Return a colour by source: each modality's for learned edges, paler for initial ones, neutral for the rest."""
    found = {COLLABORATIVE: NEUTRAL, CONTENT: CONTENT_COLOUR}
    for modality, colour in colours(tuple(modalities)).items():
        found[content_source(modality)] = colour + "55"
        found |= {f"{modality} · initial": colour + "8c", f"{modality} · learned": colour, modality: colour}
    return found
