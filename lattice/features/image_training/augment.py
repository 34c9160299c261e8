"""Random views of pictures, on tensors: what may change in a picture and leave it the same thing.

Pictures are float [n, 3, s, s] in 0..1; every function leaves them so. `drawn` is bool [n]: drawings, not photos.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional


def degraded(views: Tensor, drawn: Tensor, pixels: int, generator: torch.Generator) -> Tensor:
    """Degrade views as a careless phone does: shifted, before clutter, in odd light, blurred, partly hidden."""
    views = frames(views, random_frames(len(views), 0.65, 0.0, 0.0, generator), pixels)
    views = random_clutter(views, 0.15, generator)
    views = random_light(views, torch.where(drawn, 0.15, 0.35).to(views), generator)
    return random_patch(random_blur(views, 0.15, generator), generator)


def random_frames(n: int, area: float, turn: float, tilt: float, generator: torch.Generator) -> Tensor:
    """Draw homographies [n, 3, 3] of n views, from a view's coordinates to a picture's, both in -1..1.

    A view takes `area`..1 of its picture, a little wider or taller, half of the time mirrored, turned by up to
    `turn` radians and seen at a slant of up to `tilt` (0: from straight ahead).
    """
    side = _uniform(n, area, 1.0, generator).sqrt()
    aspect = _uniform(n, math.log(0.8), math.log(1.25), generator).mul(0.5).exp()
    flip = torch.where(_uniform(n, 0, 1, generator) < 0.5, -1.0, 1.0)
    angle = _uniform(n, -turn, turn, generator)
    across, down = (side * aspect).clamp(max=1.0), (side / aspect).clamp(max=1.0)
    right, below = (_uniform(n, -1, 1, generator) * (1 - size) for size in (across, down))
    slant = [_uniform(n, -tilt, tilt, generator) for _ in range(2)]
    rows = (
        torch.stack([across * angle.cos() * flip, -down * angle.sin(), right], dim=1),
        torch.stack([across * angle.sin() * flip, down * angle.cos(), below], dim=1),
        torch.stack([*slant, torch.ones(n)], dim=1),
    )
    return torch.stack(rows, dim=1)


def frames(pictures: Tensor, homographies: Tensor, pixels: int) -> Tensor:
    """Warp [n, c, s, s] by homographies [n, 3, 3] to [n, c, pixels, pixels]; beyond the edge, mirrored."""
    place = (torch.arange(pixels, device=pictures.device) + 0.5) / pixels * 2 - 1
    y, x = torch.meshgrid(place, place, indexing="ij")
    here = torch.stack([x, y, torch.ones_like(x)], dim=-1)
    there = torch.einsum("hwc,nrc->nhwr", here, homographies.to(pictures))
    grid = there[..., :2] / there[..., 2:].clamp(min=0.1)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def random_clutter(views: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Put a `share` of the views, smaller, somewhere on another view."""
    chosen = torch.nonzero(_uniform(len(views), 0, 1, generator) < share)[:, 0]
    if not len(chosen):
        return views
    whole = views.shape[-1]
    small = round(whole * float(_uniform(1, 0.6, 0.9, generator)))
    top, left = (int(_uniform(1, 0, whole - small + 1, generator)) for _ in range(2))
    others = torch.randperm(len(views), generator=generator)[: len(chosen)]
    scenes = views[others.to(views.device)].clone()
    scenes[:, :, top : top + small, left : left + small] = functional.interpolate(
        views[chosen.to(views.device)], size=small, mode="bilinear"
    )
    views = views.clone()
    views[chosen.to(views.device)] = scenes
    return views


def random_light(views: Tensor, strength: Tensor, generator: torch.Generator) -> Tensor:
    """Change brightness, contrast and saturation by up to `strength` [n], tint by up to a third of it.

    A tenth of the views is taken in the dark: a quarter to a half of the light. All of it is one linear map of colours.
    """
    n = len(views)

    def factor(share: float = 1.0, channels: int = 1) -> Tensor:
        change = _uniform(n * channels, -1, 1, generator).view(n, channels)
        return 1 + share * strength.cpu()[:, None] * change

    bright, tint, contrast, saturation = factor(), factor(0.3, 3), factor(), factor()
    dark = _uniform(n, 0, 1, generator) < 0.1
    night = torch.where(dark, _uniform(n, 0.25, 0.5, generator), torch.ones(n))[:, None]
    mixed = saturation[..., None] * torch.eye(3) + (1 - saturation[..., None]) / 3
    colours = ((night * bright * contrast)[..., None] * mixed * tint[:, None, :]).to(views)
    middle = ((1 - contrast) * night * bright).to(views) * views.mean(dim=(1, 2, 3))[:, None]
    return torch.baddbmm(middle[..., None], colours, views.flatten(2)).view_as(views).clamp_(0, 1)


def random_blur(views: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Take the fine detail from a `share` of the views: they are shrunk to a third or a half and enlarged again."""
    chosen = (_uniform(len(views), 0, 1, generator) < share).to(views.device)
    if not chosen.any():
        return views
    small = max(2, round(views.shape[-1] * float(_uniform(1, 0.33, 0.5, generator))))
    coarse = functional.interpolate(views[chosen], size=small, mode="bilinear", antialias=True)
    views = views.clone()
    views[chosen] = functional.interpolate(coarse, size=views.shape[-1], mode="bilinear")
    return views


def random_patch(views: Tensor, generator: torch.Generator) -> Tensor:
    """Hide a rectangle (up to 40% of each side) of about a third of the views behind a random colour."""
    n, _, height, width = views.shape
    down, across = (_uniform(n, 0.1, 0.4, generator) for _ in range(2))
    top, left = _uniform(n, 0, 1, generator) * (1 - down), _uniform(n, 0, 1, generator) * (1 - across)
    y, x = torch.linspace(0, 1, height), torch.linspace(0, 1, width)
    inside = ((y >= top[:, None]) & (y <= (top + down)[:, None]))[:, :, None] & (
        (x >= left[:, None]) & (x <= (left + across)[:, None])
    )[:, None, :]
    hidden = inside & (_uniform(n, 0, 1, generator) < 0.35)[:, None, None]
    colour = torch.rand(n, 3, 1, 1, generator=generator)
    return torch.where(hidden[:, None].to(views.device), colour.to(views), views)


def random_backdrop(drawings: Tensor, scenes: Tensor, generator: torch.Generator) -> Tensor:
    """Put half of the drawings [n, 3, s, s] before a scene [n, 3, s, s] each, blurred or not.

    A drawing's own backdrop is read off its left and right edges, row by row; what differs is the product.
    """
    chosen = _uniform(len(drawings), 0, 1, generator) < 0.5
    blurred = _uniform(1, 0, 1, generator) < 0.5
    side = drawings.shape[-1]
    across = torch.linspace(0, 1, side, device=drawings.device)
    paper = torch.lerp(drawings[..., :3].mean(-1, keepdim=True), drawings[..., -3:].mean(-1, keepdim=True), across)
    different = (drawings - paper).abs().amax(dim=1, keepdim=True)
    product = functional.avg_pool2d(((different - 0.06) / 0.06).clamp(0, 1), 3, stride=1, padding=1)
    if blurred:
        scenes = functional.interpolate(functional.adaptive_avg_pool2d(scenes, 8), size=side, mode="bilinear")
    return torch.where(chosen[:, None, None, None].to(drawings.device), torch.lerp(scenes, drawings, product), drawings)


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low
