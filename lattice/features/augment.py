"""Random views of pictures, on tensors: what may change in a picture and leave it the same thing."""

import math

import torch
from torch import Tensor
from torch.nn import functional


def random_views(pictures: Tensor, drawn: Tensor, pixels: int, generator: torch.Generator) -> Tensor:
    """Uint8 [n, 3, s, s] -> float [n, 3, pixels, pixels] in 0..1: moved, recoloured and partly hidden.

    drawn: bool [n]. A drawing's colours are the product's own and change little; a photo's follow the light.
    """
    views = random_backdrop(pictures.float() / 255, drawn, generator)
    views = random_frame(views, pixels, generator)
    views = random_light(views, torch.where(drawn, 0.1, 0.35).to(views), generator)
    return random_patch(views, generator)


def random_backdrop(pictures: Tensor, drawn: Tensor, generator: torch.Generator) -> Tensor:
    """Put half of the drawings [n, 3, s, s] before a blurred picture of the batch; the rest stays as it is.

    A drawing's own backdrop is read off its left and right edges, row by row; what differs is the product.
    """
    chosen = (drawn.cpu() & (_uniform(len(pictures), 0, 1, generator) < 0.5)).to(pictures.device)
    if not chosen.any():
        return pictures
    drawings = pictures[chosen]
    side = drawings.shape[-1]
    across = torch.linspace(0, 1, side, device=pictures.device)
    paper = torch.lerp(drawings[..., :3].mean(-1, keepdim=True), drawings[..., -3:].mean(-1, keepdim=True), across)
    different = (drawings - paper).abs().amax(dim=1, keepdim=True)
    product = functional.avg_pool2d(((different - 0.06) / 0.06).clamp(0, 1), 3, stride=1, padding=1)
    others = pictures[torch.randperm(len(pictures), generator=generator)[: len(drawings)].to(pictures.device)]
    blurred = functional.interpolate(functional.adaptive_avg_pool2d(others, 8), size=side, mode="bilinear")
    swapped = pictures.clone()
    swapped[chosen] = torch.lerp(blurred, drawings, product)
    return swapped


def random_frame(pictures: Tensor, pixels: int, generator: torch.Generator) -> Tensor:
    """Crop to 50-100% of the area, change the aspect, rotate by up to 12 degrees, flip, in one sampling."""
    n = len(pictures)
    side = _uniform(n, 0.5, 1.0, generator).sqrt()
    aspect = _uniform(n, math.log(0.8), math.log(1.25), generator).mul(0.5).exp()
    flip = torch.where(_uniform(n, 0, 1, generator) < 0.5, -1.0, 1.0)
    angle = _uniform(n, -math.pi / 15, math.pi / 15, generator)
    across, down = (side * aspect).clamp(max=1.0), (side / aspect).clamp(max=1.0)
    rows = (
        torch.stack(
            [across * angle.cos() * flip, -down * angle.sin(), _uniform(n, -1, 1, generator) * (1 - across)],
            1,
        ),
        torch.stack([across * angle.sin() * flip, down * angle.cos(), _uniform(n, -1, 1, generator) * (1 - down)], 1),
    )
    theta = torch.stack(rows, dim=1).to(pictures)
    grid = functional.affine_grid(theta, [n, 3, pixels, pixels], align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def random_light(views: Tensor, strength: Tensor, generator: torch.Generator) -> Tensor:
    """Change brightness, contrast and saturation by up to `strength` [n], and tint by up to a third of it."""

    def factor(*shape: int, share: float = 1.0) -> Tensor:
        change = _uniform(len(views) * math.prod(shape), -1, 1, generator).view(len(views), *shape)
        return 1 + share * strength.view(-1, *[1] * len(shape)) * change.to(views)

    views = views * factor(1, 1, 1) * factor(3, 1, 1, share=0.3)
    middle = views.mean(dim=(1, 2, 3), keepdim=True)
    views = middle + (views - middle) * factor(1, 1, 1)
    grey = views.mean(dim=1, keepdim=True)
    return (grey + (views - grey) * factor(1, 1, 1)).clamp(0, 1)


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


def _uniform(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low
