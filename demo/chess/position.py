"""Positions: a position read from FEN, and moves in algebraic notation played on it.

Moves are taken to be legal. They are played, and not generated, so that this needs no chess engine: a move names its
piece and its target, and what is left to find is where the piece comes from.
"""

import re
from dataclasses import dataclass

Square = tuple[int, int]  # column 0..7 is a..h, row 0..7 is rank 1..8
Board = dict[Square, str]  # square -> "P", "N", "B", "R", "Q", "K" for White, the same in small letters for Black

START = "rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR"
_MOVE = re.compile(r"([NBRQK]?)([a-h]?)([1-8]?)x?([a-h])([1-8])(?:=([NBRQ]))?[+#]?")
_DIAGONAL = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
_STRAIGHT = [(1, 0), (-1, 0), (0, 1), (0, -1)]
_LEAPS = [(1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2)]
_STEPS = {"N": _LEAPS, "B": _DIAGONAL, "R": _STRAIGHT, "Q": _DIAGONAL + _STRAIGHT, "K": _DIAGONAL + _STRAIGHT}


@dataclass(frozen=True)
class Move:
    """One move as it was played: the piece in White's letter, its squares, and what happened."""

    piece: str
    origin: Square
    target: Square
    captures: bool = False
    castles: bool = False
    checks: bool = False


def read_fen(fen: str) -> Board:
    """Return the pieces of a FEN string, of which only the first field counts; ValueError if it isn't one."""
    rows = (fen.split() or [""])[0].split("/")
    board: Board = {}
    for row, text in zip(range(7, -1, -1), rows, strict=False):
        column = 0
        for letter in text:
            if letter.isdigit():
                column += int(letter)
            elif letter.upper() in "PNBRQK":
                board[column, row] = letter
                column += 1
            else:
                raise ValueError(f"{letter!r} is not a piece in {fen!r}")
        if column != 8:
            raise ValueError(f"a row of {fen!r} doesn't have 8 squares")
    if len(rows) != 8:
        raise ValueError(f"{fen!r} doesn't have 8 rows")
    return board


def square_name(square: Square) -> str:
    """Return "e4" for (4, 3)."""
    return "abcdefgh"[square[0]] + str(square[1] + 1)


def play(moves: str) -> tuple[Board, list[Move]]:
    """Play moves such as "1. e4 e5 2. Nf3" from the start; ValueError names the first that can't be played."""
    board, played = read_fen(START), []
    for number, text in enumerate(word for word in moves.split() if not word[0].isdigit()):
        move = _find(board, text, white=number % 2 == 0)
        board = _after(board, move, _MOVE.fullmatch(text))
        played.append(move)
    return board, played


def _find(board: Board, text: str, white: bool) -> Move:
    row = 0 if white else 7
    checks = text[-1] in "+#"
    if text.startswith("O-O"):
        return Move("K", (4, row), (2 if text.startswith("O-O-O") else 6, row), castles=True, checks=checks)
    parsed = _MOVE.fullmatch(text)
    if not parsed:
        raise ValueError(f"{text!r} is not a move")
    piece = parsed[1] or "P"
    target = "abcdefgh".index(parsed[4]), int(parsed[5]) - 1
    found = [
        origin
        for origin, standing in board.items()
        if standing == (piece if white else piece.lower())
        and (not parsed[2] or "abcdefgh"[origin[0]] == parsed[2])
        and (not parsed[3] or str(origin[1] + 1) == parsed[3])
        and _reaches(board, origin, target, takes="x" in text)
    ]
    if len(found) > 1:  # notation doesn't tell two pieces apart when one of them is pinned
        found = [origin for origin in found if not _in_check(_moved(board, origin, target), white)]
    if len(found) != 1:
        raise ValueError(f"{text!r} can be played by {len(found)} pieces")
    return Move(piece, found[0], target, captures="x" in text, checks=checks)


def _after(board: Board, move: Move, parsed: re.Match[str] | None) -> Board:
    letter = board[move.origin]
    passant = move.piece == "P" and move.captures and move.target not in board
    board = _moved(board, move.origin, move.target)
    if passant:
        del board[move.target[0], move.origin[1]]
    if move.castles:
        row, short = move.origin[1], move.target[0] == 6
        board = _moved(board, (7 if short else 0, row), (5 if short else 3, row))
    if parsed and parsed[6]:
        board[move.target] = parsed[6] if letter.isupper() else parsed[6].lower()
    return board


def _moved(board: Board, origin: Square, target: Square) -> Board:
    return {square: piece for square, piece in board.items() if square not in (origin, target)} | {
        target: board[origin]
    }


def _reaches(board: Board, origin: Square, target: Square, takes: bool) -> bool:
    """Return whether the piece on `origin` moves to `target` in one move, own king's safety apart."""
    letter = board[origin]
    if target in board and board[target].isupper() == letter.isupper():
        return False
    if letter in "Pp":
        ahead = 1 if letter == "P" else -1
        if takes:
            return abs(target[0] - origin[0]) == 1 and target[1] - origin[1] == ahead
        steps, home = (target[1] - origin[1]) * ahead, 1 if letter == "P" else 6
        free = all((origin[0], origin[1] + ahead * step) not in board for step in range(1, steps + 1))
        return target[0] == origin[0] and free and (steps == 1 or (steps == 2 and origin[1] == home))
    far = letter.upper() in "BRQ"
    for across, up in _STEPS[letter.upper()]:
        square = origin[0] + across, origin[1] + up
        while square != target and far and square not in board and min(square) >= 0 and max(square) < 8:
            square = square[0] + across, square[1] + up
        if square == target:
            return True
    return False


def _in_check(board: Board, white: bool) -> bool:
    king = next(square for square, piece in board.items() if piece == ("K" if white else "k"))
    return any(_reaches(board, square, king, takes=True) for square, piece in board.items() if piece.islower() == white)
