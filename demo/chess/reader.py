"""Train the encoder that reads boards of any style, on our own drawings alone.

A grid network (`lattice.features.grid`) learns which of 13 things each square holds: nothing, or one of twelve pieces.
Half of the pictures are openings, half are pieces thrown on the board, so that it looks at every square and doesn't
guess from what is usually there. Whether Black is at the bottom is learned from openings.
The linear map at the end isn't learned but computed: principal components of the openings' pieces.
"""

import copy
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from demo.chess.board import picture
from demo.chess.position import Board, Square, play
from demo.chess.themes import random_theme
from lattice.device import hardware
from lattice.features.grid import GridNetwork, GridNetworkOptions
from lattice.features.image import picture_tensor, save

PIECES = ".PNBRQKpnbrqk"  # what a cell's classes are


@dataclass(frozen=True)
class ReaderOptions:
    """How to train."""

    network: GridNetworkOptions = field(default_factory=GridNetworkOptions)
    pictures: int = 4000  # drawn before training; each is seen many times, degraded otherwise each time
    steps: int = 2200
    batch_size: int = 32
    lr: float = 3e-3
    weight_decay: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Drawings:
    """What to learn from: pictures uint8 [n, 3, pixels, pixels], cells int64 [n, 8, 8] in the picture's order."""

    pictures: Tensor
    cells: Tensor
    opening: Tensor  # [n] whether it is an opening, by which the right way up can be told
    flipped: Tensor  # [n] whether Black is at the bottom


def lines(moves: list[str]) -> list[tuple[Board, list[Square]]]:
    """Return each position on the way of some openings, once, with the squares of the last move."""
    found: dict[frozenset[tuple[Square, str]], tuple[Board, list[Square]]] = {}
    for text in moves:
        words = text.split()
        for end in range(2, len(words) + 1):
            board, played = play(" ".join(words[:end]))
            last = [played[-1].origin, played[-1].target] if played else []
            found.setdefault(frozenset(board.items()), (board, last))
    return list(found.values())


def thrown(rng: np.random.Generator) -> Board:
    """Return pieces thrown on the board, each kind as often as the others."""
    filled = np.argwhere(rng.random((8, 8)) < rng.uniform(0.15, 0.7))
    return {(int(a), int(b)): PIECES[rng.integers(1, 13)] for a, b in filled}


def cells_of(board: Board, flipped: bool) -> np.ndarray:
    """Return int64 [8, 8]: the class of each square, in the rows and columns of the picture."""
    cells = np.zeros((8, 8), dtype=np.int64)
    for (column, row), letter in board.items():
        cells[7 - row, column] = PIECES.index(letter)
    return cells[::-1, ::-1].copy() if flipped else cells


def draw(openings: list[tuple[Board, list[Square]]], options: ReaderOptions, progress: bool = False) -> Drawings:
    """Draw the pictures to learn from, half openings and half pieces thrown."""
    rng = np.random.default_rng(options.seed)
    pictures, cells, opening, flipped = [], [], [], []
    for number in tqdm(range(options.pictures), desc="boards", disable=not progress):
        theme = random_theme(rng)
        real = number % 2 == 0
        board, marked = openings[rng.integers(len(openings))] if real else (thrown(rng), [])
        if not real or rng.random() < 0.4:
            marked = [(int(a), int(b)) for a, b in rng.integers(0, 8, (rng.integers(0, 4), 2))]
        size = int(rng.integers(88, 176))
        pictures.append(picture_tensor(picture(board, theme, marked, size), options.network.pixels + 8))
        cells.append(torch.from_numpy(cells_of(board, theme.flipped)))
        opening.append(real)
        flipped.append(theme.flipped)
    return Drawings(torch.stack(pictures), torch.stack(cells), torch.tensor(opening), torch.tensor(flipped))


def degraded(pictures: Tensor, pixels: int, generator: torch.Generator) -> Tensor:
    """Return float [n, 3, pixels, pixels] in 0..1: shifted, scaled and tinted a little, blurred, noisy."""
    n = len(pictures)
    x = pictures.float() / 255

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=generator)

    places = torch.zeros(n, 2, 3)
    places[:, 0, 0], places[:, 1, 1] = uniform(0.95, 1.04, n), uniform(0.95, 1.04, n)
    places[:, :, 2] = uniform(-0.03, 0.03, n, 2)
    grid = functional.affine_grid(places, [n, 3, pixels, pixels], align_corners=False)
    x = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    soft = functional.avg_pool2d(functional.pad(x, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    x = torch.lerp(x, soft, (uniform(-0.6, 1.0, n, 1, 1, 1)).clamp(min=0))
    grey = x.mean(1, keepdim=True)
    x = torch.lerp(x, grey, (uniform(-1.0, 1.0, n, 1, 1, 1)).clamp(min=0))
    x = (x - 0.5) * uniform(0.75, 1.15, n, 1, 1, 1) + 0.5 + uniform(-0.1, 0.1, n, 3, 1, 1)
    noise = torch.randn(x.shape, generator=generator)
    return (x + noise * uniform(0, 0.035, n, 1, 1, 1)).clamp(0, 1)


def train(openings: list[tuple[Board, list[Square]]], options: ReaderOptions, progress: bool = False) -> GridNetwork:
    """Train a network and set its linear map; the same options give the same weights on the same machine."""
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    data = draw(openings, options, progress)
    network = GridNetwork(options.network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.lr, weight_decay=options.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, options.lr, options.steps, pct_start=0.1)
    with tqdm(range(options.steps), desc="reader", disable=not progress) as bar:
        for step in bar:
            rows = torch.randint(len(data.pictures), (options.batch_size,), generator=generator)
            views = degraded(data.pictures[rows], options.network.pixels, generator)
            loss, wrong = _loss(network, views, data, rows)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            if step % 50 == 0:
                bar.set_postfix(loss=f"{loss.item():.3f}", wrong=f"{wrong:.4f}")
    set_projection(network, [board for board, _ in openings])
    return network.eval()


def _loss(network: GridNetwork, views: Tensor, data: Drawings, rows: Tensor) -> tuple[Tensor, float]:
    """Return the loss of cells and of the right way up, and the share of cells that were read wrongly."""
    logits, cells = network.read(views.contiguous(memory_format=torch.channels_last)), data.cells[rows]
    read = functional.cross_entropy(logits, cells, label_smoothing=0.02)
    real = data.opening[rows]
    turned = network.upside_down(logits.detach().softmax(1))[real]
    wrong = (logits.argmax(1) != cells).float().mean().item()
    return read + 0.2 * functional.binary_cross_entropy_with_logits(turned, data.flipped[rows][real].float()), wrong


@torch.no_grad()
def set_projection(network: GridNetwork, boards: list[Board]) -> None:
    """Set the linear map to the first principal components of the boards' pieces, centred."""
    cells = torch.from_numpy(np.stack([cells_of(board, flipped=False) for board in boards]))
    held = functional.one_hot(cells, network.options.classes).permute(0, 3, 1, 2).flatten(1).double()
    centred = held - held.mean(0)
    components = torch.linalg.svd(centred, full_matrices=False).Vh[: network.options.dimension]
    network.project.weight.copy_(components)
    network.project.bias.copy_(-components @ held.mean(0))


def write(network: GridNetwork, out: Path, options: ReaderOptions, scores: Mapping[str, float], seconds: float) -> None:
    """Write the weights as float16, which no reading of a board minds, and the card beside them."""
    card = {
        "name": out.stem,
        "parameters": sum(parameter.numel() for parameter in network.parameters()),
        "classes": PIECES,
        "data": {"boards drawn by this program, openings and pieces thrown": options.pictures},
        "training": {name: value for name, value in asdict(options).items() if name != "network"},
        "hardware": f"{hardware(torch.device('cpu'))}, {torch.get_num_threads()} threads, torch {torch.__version__}",
        "seconds": round(seconds, 1),
        "scores": dict(scores),
    }
    save(copy.deepcopy(network).half(), out, card)


@torch.inference_mode()
def score(network: GridNetwork, openings: list[tuple[Board, list[Square]]], seed: int = 1) -> dict[str, float]:
    """Return how well boards in looks that training didn't draw are read: shares of cells and of whole boards."""
    rng = np.random.default_rng(seed)
    right = []
    for number in rng.choice(len(openings), min(200, len(openings)), replace=False):
        board, marked = openings[number]
        view = picture_tensor(picture(board, random_theme(rng), marked), network.options.pixels)[None].float() / 255
        cells = network.read(view).softmax(1)
        cells = cells.flip(2, 3) if network.upside_down(cells)[0] > 0 else cells
        right.append(cells.argmax(1)[0].numpy() == cells_of(board, flipped=False))
    return {
        "cells_right": round(float(np.mean(right)), 4),
        "boards_right": round(float(np.mean([one.all() for one in right])), 4),
    }
