"""Random views stay pictures, follow the seed, and change what they say they change."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from lattice.features.image_training.augment import (
    degraded,
    frames,
    random_backdrop,
    random_blur,
    random_clutter,
    random_frames,
    random_light,
    random_patch,
)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(n=8, side=64):
    return torch.rand(n, 3, side, side, generator=seeded(5))


def test_degraded_views_stay_pictures_and_follow_the_seed():
    drawn = torch.arange(8) % 2 == 0
    once, again, other = (degraded(pictures(), drawn, 32, seeded(seed)) for seed in (3, 3, 4))
    assert once.shape == (8, 3, 32, 32)
    assert once.min() >= 0
    assert once.max() <= 1
    torch.testing.assert_close(once, again)
    assert not torch.allclose(once, other)


def test_frames_are_affine_sampling_where_nothing_is_slanted():
    theta = torch.eye(3).repeat(4, 1, 1)
    theta[:, :2] += 0.2 * torch.randn(4, 2, 3, generator=seeded())
    grid = functional.affine_grid(theta[:, :2], [4, 3, 20, 20], align_corners=False)
    expected = functional.grid_sample(pictures(4), grid, padding_mode="reflection", align_corners=False)
    torch.testing.assert_close(frames(pictures(4), theta, 20), expected)


def test_a_slanted_frame_maps_points_as_its_homography_does():
    """A picture whose colours are its own coordinates tells where every pixel of a view was taken."""
    place = (torch.arange(200) + 0.5) / 100 - 1
    y, x = torch.meshgrid(place, place, indexing="ij")
    chart = torch.stack([x, y, torch.zeros_like(x)])[None]
    homography = torch.tensor([[0.5, 0.1, 0.05], [-0.1, 0.6, 0.0], [0.1, -0.1, 1.0]])
    seen = frames(chart, homography[None], 10)[0]
    for row, column in ((0, 0), (3, 7), (9, 2)):
        here = np.array([(column + 0.5) / 5 - 1, (row + 0.5) / 5 - 1, 1])
        there = homography.numpy() @ here
        assert seen[:2, row, column].numpy() == pytest.approx(there[:2] / there[2], abs=0.01)


def test_a_frame_keeps_its_share_and_half_are_mirrored():
    found = random_frames(4000, 0.4, 0.3, 0.1, seeded())
    area = torch.det(found[:, :2, :2]).abs()
    assert area.min() > 0.4 * 0.9
    assert area.max() <= 1.0 + 1e-5
    assert (torch.det(found[:, :2, :2]) < 0).float().mean().item() == pytest.approx(0.5, abs=0.03)
    turned = torch.atan2(found[:, 1, 0] * found[:, 0, 0].sign(), found[:, 0, 0].abs())
    assert turned.abs().max() < math.atan(math.tan(0.3) * 1.01)
    assert found[:, 2, :2].abs().max() <= 0.1


def test_light_of_no_strength_changes_only_the_views_in_the_dark():
    plain = pictures(400, 8)
    lit = random_light(plain, torch.zeros(400), seeded())
    ratio = lit.mean(dim=(1, 2, 3)) / plain.mean(dim=(1, 2, 3))
    same = (ratio - 1).abs() < 1e-4
    torch.testing.assert_close(lit[same], plain[same], rtol=0, atol=1e-5)
    assert 0.05 < (~same).float().mean() < 0.16
    assert ratio[~same].min() >= 0.25 - 1e-4
    assert ratio[~same].max() <= 0.5 + 1e-4


def test_light_moves_grey_pictures_by_no_more_than_its_strength():
    grey = torch.full((500, 3, 4, 4), 0.5)
    lit = random_light(grey, torch.full((500,), 0.3), seeded())
    bright = lit[lit.mean(dim=(1, 2, 3)) > 0.3]
    # Brightness by 1.3, tint by 1.09, whose distance from grey contrast and saturation stretch by 1.3 each.
    assert bright.max() <= 0.5 * 1.3 * (1 + 0.09 * 1.3**2) + 1e-5
    assert bright.amax(dim=1).sub(bright.amin(dim=1)).max() > 0.01


def test_blur_takes_detail_from_its_share_and_no_light():
    plain = pictures(200, 32)
    blurred = random_blur(plain, 0.3, seeded())
    changed = (blurred != plain).flatten(1).any(dim=1)
    assert changed.float().mean().item() == pytest.approx(0.3, abs=0.1)
    assert blurred[changed].std() < 0.7 * plain[changed].std()
    torch.testing.assert_close(blurred[changed].mean(), plain[changed].mean(), rtol=0.01, atol=0)
    assert torch.equal(random_blur(plain, 0.0, seeded()), plain)


def test_clutter_shows_the_whole_view_smaller_on_another():
    plain = torch.arange(40).float().view(40, 1, 1, 1).expand(40, 3, 30, 30) / 40
    cluttered = random_clutter(plain, 0.5, seeded())
    changed = [row for row in range(40) if (cluttered[row] != plain[row]).any()]
    assert 8 < len(changed) < 32
    for row in changed:
        own = (cluttered[row] == plain[row])[0]
        assert 0.3 < own.float().mean() < 0.9
    assert torch.equal(random_clutter(plain, 0.0, seeded()), plain)


def test_a_patch_hides_a_rectangle_of_about_a_third():
    plain = pictures(300, 32)
    hidden = (random_patch(plain, seeded()) != plain).any(dim=1)
    assert hidden.flatten(1).any(dim=1).float().mean().item() == pytest.approx(0.35, abs=0.08)
    assert hidden.flatten(1).float().mean(dim=1).max() <= 0.45**2


def test_drawings_get_another_backdrop_and_the_product_stays():
    drawings = torch.full((16, 3, 64, 64), 0.9)
    drawings[:, :, 20:44, 20:44] = 0.2
    swapped = random_backdrop(drawings, pictures(16), seeded())
    torch.testing.assert_close(swapped[:, :, 24:40, 24:40], drawings[:, :, 24:40, 24:40])
    corner = (swapped[:, :, :4, :4] != drawings[:, :, :4, :4]).flatten(1).any(dim=1)
    assert 3 <= corner.sum() <= 13
