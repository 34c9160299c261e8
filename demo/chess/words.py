"""What is said of an opening: its moves in words, as they are read aloud."""

import re
import unicodedata

from demo.chess.position import Move, play, square_name

NAMES = {"P": "pawn", "N": "knight", "B": "bishop", "R": "rook", "Q": "queen", "K": "king"}


def in_words(moves: str) -> str:
    """Return "White plays pawn to e4; Black answers pawn to c5; ..." for "1. e4 c5 ..."."""
    said = [_said(move) for move in play(moves)[1]]
    pairs = [said[start : start + 2] for start in range(0, len(said), 2)]
    sentences = [f"White plays {pair[0]}" + (f", Black {pair[1]}" if len(pair) == 2 else "") for pair in pairs]
    return "; ".join(sentences) + "."


def slug(name: str) -> str:
    """Return a name as an id: "french-defense-reti-spielmann-attack"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _said(move: Move) -> str:
    if move.castles:
        text = "castles short" if move.target[0] == 6 else "castles long"
    else:
        text = f"{NAMES[move.piece]} {'takes on' if move.captures else 'to'} {square_name(move.target)}"
    return text + (" with check" if move.checks else "")
