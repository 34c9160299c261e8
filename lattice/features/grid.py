"""A network that reads a picture as a grid of cells, such as a board, a keypad or a contact sheet.

It says of every cell which of n classes is in it, turns the grid the right way up if the picture is upside down, and
maps what it has read to a vector by a fixed linear map. So two drawings of the same grid get the same vector, whatever
their style. What the classes mean is known to the weights alone.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from lattice.features.blocks import ResidualBlock, halve


@dataclass(frozen=True)
class GridNetworkOptions:
    """Sizes of the network."""

    pixels: int = 128  # side of the square input
    rows: int = 8  # of the grid
    columns: int = 8
    classes: int = 13  # of a cell
    stem: int = 16  # channels of the first layer
    widths: tuple[int, ...] = (32, 64, 96)  # channels of each stage, which has half the side of the one before
    depths: tuple[int, ...] = (0, 1, 2)  # blocks of each stage
    dimension: int = 128  # length of the output


class GridNetwork(nn.Module):
    """Convolutions down to one vector per cell, a classifier of cells, and a linear map of all their probabilities."""

    def __init__(self, options: GridNetworkOptions) -> None:
        """Draw random weights; `options` stay with the network, so that it can be saved and built again."""
        super().__init__()
        self.options = options
        channels = options.widths[0]
        layers = [*halve(3, options.stem), *halve(options.stem, channels)]
        for stage, (width, depth) in enumerate(zip(options.widths, options.depths, strict=True)):
            for block in range(depth):
                layers.append(ResidualBlock(channels, width, 2 if stage and not block else 1))
                channels = width
        grid = nn.AdaptiveAvgPool2d((options.rows, options.columns))
        self.body = nn.Sequential(*layers, grid, nn.Conv2d(channels, options.classes, 1))
        read = options.rows * options.columns * options.classes
        self.turned = nn.Linear(read, 1)
        self.project = nn.Linear(read, options.dimension)

    def read(self, pictures: Tensor) -> Tensor:
        """Return logits [n, classes, rows, columns] of pictures [n, 3, pixels, pixels] in 0..1."""
        return self.body((pictures - 0.5) / 0.25)

    def upside_down(self, cells: Tensor) -> Tensor:
        """Return logits [n] of whether the grids of probabilities [n, classes, rows, columns] are upside down."""
        return self.turned(cells.flatten(1))[:, 0]

    def forward(self, pictures: Tensor) -> Tensor:
        """Return vectors [n, dimension], not yet of length 1."""
        cells = self.read(pictures).softmax(1)
        turned = (self.upside_down(cells) > 0)[:, None, None, None]
        return self.project(torch.where(turned, cells.flip(2, 3), cells).flatten(1))

    def describe(self, pictures: Tensor) -> Tensor:
        """Return vectors [n, dimension] of length 1."""
        return functional.normalize(self(pictures))
