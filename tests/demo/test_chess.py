"""Chess: positions, moves, boards and words of the data set; the figures of the shipped one."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from demo.chess.board import CLASSIC, SLATE, WALNUT, picture, svg
from demo.chess.catalogue import build
from demo.chess.newcomers import NEWCOMERS
from demo.chess.position import START, play, read_fen
from demo.chess.reader import PIECES, cells_of
from demo.chess.words import in_words, slug
from lattice.data import load
from lattice.errors import InputError
from lattice.features import load_encoder

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "assets" / "chess"


def test_a_position_is_read_square_by_square():
    board = read_fen(START)
    assert len(board) == 32
    assert (board[4, 0], board[3, 7], board[0, 1], board[7, 6]) == ("K", "q", "P", "p")


@pytest.mark.parametrize("fen", ["", "8/8", "x7/8/8/8/8/8/8/8", "9/8/8/8/8/8/8/8", "7/8/8/8/8/8/8/8"])
def test_what_is_no_position_is_refused(fen):
    with pytest.raises(ValueError, match=r"\w"):
        read_fen(fen)


@pytest.mark.parametrize(
    ("moves", "fen"),
    [
        # Written down by hand: castling, taking in passing, promotion, and a pinned knight that can't move.
        ("1. e4 e5 2. Nf3 Nc6 3. Bc4 Bc5 4. O-O", "r1bqk1nr/pppp1ppp/2n5/2b1p3/2B1P3/5N2/PPPP1PPP/RNBQ1RK1"),
        ("1. e4 a6 2. e5 d5 3. exd6", "rnbqkbnr/1pp1pppp/p2P4/8/8/8/PPPP1PPP/RNBQKBNR"),
        ("1. a4 b5 2. axb5 a6 3. bxa6 Bb7 4. axb7 h6 5. bxa8=Q", "Qn1qkbnr/2ppppp1/7p/8/8/8/1PPPPPPP/RNBQKBNR"),
        ("1. d4 e6 2. Nc3 Bb4 3. e3 f6 4. Ne2", "rnbqk1nr/pppp2pp/4pp2/8/1b1P4/2N1P3/PPP1NPPP/R1BQKB1R"),
    ],
)
def test_moves_lead_to_the_position(moves, fen):
    assert play(moves)[0] == read_fen(fen)


@pytest.mark.parametrize("moves", ["1. e5", "1. e4 Ke7", "1. Nd2", "1. hello"])
def test_a_move_that_cannot_be_played_is_refused(moves):
    with pytest.raises(ValueError, match=moves.split()[-1]):
        play(moves)


def test_moves_are_told_in_words():
    told = in_words("1. e4 d5 2. exd5 Qxd5 3. Nc3 Qe5+")
    assert told == (
        "White plays pawn to e4, Black pawn to d5; White plays pawn takes on d5, Black queen takes on d5; "
        "White plays knight to c3, Black queen to e5 with check."
    )
    assert slug("Réti Opening: Van't Kruijs") == "reti-opening-vant-kruijs"


def test_a_board_has_its_pieces_where_they_stand():
    """White's queen alone on d1: its square differs from the empty board, and no other."""
    for theme in (CLASSIC, SLATE):
        empty, queen = (np.asarray(picture(board, theme), dtype=int) for board in ({}, {(3, 0): "Q"}))
        changed = np.abs(queen - empty).max(-1) > 8
        cells = changed.reshape(8, 24, 8, 24).any((1, 3))
        assert cells[7, 3]
        assert cells.sum() == 1


def test_a_board_is_turned_for_black():
    assert cells_of({(0, 0): "R"}, flipped=False)[7, 0] == PIECES.index("R")
    assert cells_of({(0, 0): "R"}, flipped=True)[0, 7] == PIECES.index("R")


def test_a_board_needs_no_installed_font():
    assert "<text" not in svg(read_fen(START), WALNUT)


def test_newcomers_are_not_in_the_catalogue():
    titles = set(load(SHIPPED).items["title"])
    positions = {moves.split(". White plays")[0] for moves in load(SHIPPED).items["description"]}
    for one in NEWCOMERS:
        assert one.title not in titles
        assert not any(position.endswith(f" {one.told}") for position in positions)


def test_a_table_that_contradicts_itself_is_refused(tmp_path):
    row = {"item": 0, "eco": "A00", "name": "X", "family": "X", "volume": "V", "moves": "1. e4", "fen": START}
    pd.DataFrame([row]).to_csv(tmp_path / "items.csv", index=False)
    pd.DataFrame({"user": [0], "item": [0]}).to_csv(tmp_path / "interactions.csv", index=False)
    with pytest.raises(InputError, match="doesn't lead to"):
        build(tmp_path, tmp_path / "out")
    with pytest.raises(InputError, match="can't be read"):
        build(tmp_path / "nowhere", tmp_path / "out")


def test_the_shipped_data_set_says_what_it_is():
    dataset = load(SHIPPED)
    assert (dataset.n_users, dataset.n_items, len(dataset.interactions)) == (937, 557, 13_174)
    assert (dataset.words.users, dataset.words.item) == ("players", "opening")
    assert "CC0" in dataset.about.credits
    assert "lichess" in dataset.about.line


@pytest.mark.parametrize("theme", [CLASSIC, WALNUT, SLATE])
def test_the_shipped_encoder_reads_boards_in_any_style(theme):
    """The same position in another style is its own nearest neighbour among 557 openings."""
    dataset = load(SHIPPED)
    rows = [100, 200, 300, 400, 500]
    lines = [dataset.items["description"][row].split(". ", 1)[1].split(". White plays")[0] for row in rows]
    encoder = load_encoder("image", dataset.encoders["visual"].name, "cpu", SHIPPED)
    assert encoder.fingerprint == dataset.encoders["visual"].fingerprint
    vectors = encoder.encode([picture(play(line)[0], theme, size=240) for line in lines])
    nearest = (vectors @ dataset.features["visual"].T).argmax(1)
    held = dataset.features["visual"]
    assert np.allclose(held[nearest], held[rows], atol=0.02)
