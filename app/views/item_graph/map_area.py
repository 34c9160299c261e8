"""Parts of the map, as a box or a lasso names them, and which items are drawn of many. No Streamlit in here."""

from collections.abc import Sequence

import numpy as np

DRAWN = 3_500  # points that a browser is sent; more are sampled
CELLS = 60  # rows and columns of the grid that a sample is spread over
CORNERS = 40  # of a lasso, in the address
Area = tuple[float, ...]


def read_area(text: str) -> Area | None:
    """Return the area that an address names, or None.

    Four numbers are a box, "x0,y0,x1,y1"; six or more are the corners of a lasso, "x0,y0,x1,y1,x2,y2,...".
    """
    try:
        area = tuple(float(part) for part in text.split(","))
    except ValueError:
        return None
    if not all(-2 <= value <= 2 for value in area) or len(area) % 2 or not 4 <= len(area) <= 2 * CORNERS:
        return None
    if len(area) == 4 and not (area[0] < area[2] and area[1] < area[3]):
        return None
    return area


def write_area(area: Sequence[float]) -> str:
    """Return an area for the address."""
    return ",".join(f"{value:.3f}" for value in area)


def lasso(xs: Sequence[float], ys: Sequence[float]) -> Area:
    """Return a lasso as an area, of as many of its corners as an address holds."""
    corners = np.stack([xs, ys], axis=1).clip(-2, 2)
    kept = np.linspace(0, len(corners) - 1, min(len(corners), CORNERS)).astype(int)
    return tuple(float(value) for value in corners[kept].ravel())


def corners_of(area: Area) -> np.ndarray:
    """Return the corners of an area, [n, 2]."""
    if len(area) > 4:
        return np.reshape(area, (-1, 2))
    x0, y0, x1, y1 = area
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def inside(places: np.ndarray, area: Area) -> np.ndarray:
    """Return [n_items] whether a place is in an area."""
    x, y = places.T
    if len(area) == 4:
        x0, y0, x1, y1 = area
        return (x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)
    within = np.zeros(len(places), dtype=bool)
    corners = corners_of(area)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:  # a ray to the right crosses this side
            within ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return within


def view(area: Area | None) -> tuple[list[float], list[float]]:
    """Return the range of x and of y that shows an area with some room around it; of the whole map for None."""
    if area is None:
        return [-1.06, 1.06], [-1.06, 1.06]
    low, high = corners_of(area).min(axis=0), corners_of(area).max(axis=0)
    room = 0.08 * (high - low).clip(min=1e-3)
    (x0, y0), (x1, y1) = low - room, high + room
    return [float(x0), float(x1)], [float(y0), float(y1)]


def drawn_rows(places: np.ndarray, area: Area | None, among: np.ndarray, most: int = DRAWN) -> np.ndarray:
    """Return the rows in view that are drawn, ascending: all of them, or `most` that are spread over the map.

    among: [n_items] whether an item may be drawn. The sample takes turns over the cells of a grid, so that an item
    far from others is drawn as well as a crowd. It is the same each time.
    """
    x, y = view(area)
    rows = np.flatnonzero(among & inside(places, (x[0], y[0], x[1], y[1])))
    if len(rows) <= most:
        return rows
    low, high = np.array([x[0], y[0]]), np.array([x[1], y[1]])
    cell = ((places[rows] - low) / (high - low) * CELLS).astype(int) @ [1, CELLS + 1]
    mixed = np.random.default_rng(0).permutation(len(rows))
    order = mixed[np.argsort(cell[mixed], kind="stable")]
    begins = np.flatnonzero(np.diff(cell[order], prepend=-1))
    sizes = np.diff(begins, append=len(rows))
    turn = np.arange(len(rows)) - np.repeat(begins, sizes)
    # By the square root of a cell's size: every cell is seen, and crowded cells look crowded.
    share = turn / np.sqrt(np.repeat(sizes, sizes))
    return np.sort(rows[order[np.argsort(share, kind="stable")[:most]]])
