"""The training program learns, keeps to its losses' definitions, and writes what can be loaded again."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch.nn import functional

from lattice.data import Dataset
from lattice.errors import InputError
from lattice.features import image
from lattice.features.augment import random_backdrop, random_views
from lattice.features.train_image import (
    ImageTrainingOptions,
    TrainingData,
    colour_histogram,
    contrastive_loss,
    distillation_loss,
    draw_batches,
    neighbour_loss,
    train_image_encoder,
)
from lattice.features.training_pictures import (
    CLOTHING_TYPES,
    PictureSet,
    catalogue_drawings,
    clothing_photos,
    grocery_photos,
    read_pictures,
)
from tests.real import DATA

TINY = ImageTrainingOptions(
    network=image.ImageNetworkOptions(pixels=32, width=8, dimension=16),
    epochs=2,
    batch_size=16,
    lr=5e-3,
    small_pixels=16,
    bfloat16=False,
    threads=1,
    device="cpu",
)


def sources():
    """Two sources of coloured noise: three labels, one colour each, and a teacher for the photos."""
    random = torch.Generator().manual_seed(0)
    made = []
    for drawn in (False, True):
        labels = [("red", "green", "blue")[row % 3] for row in range(48)]
        pictures = torch.randint(0, 90, (48, 3, 128, 128), generator=random, dtype=torch.uint8)
        for row in range(48):
            pictures[row, row % 3] += 150
        teacher = None if drawn else torch.eye(3)[[row % 3 for row in range(48)]]
        made.append(PictureSet(f"drawn {drawn}", pictures, tuple(labels), teacher, drawn))
    return made


def test_a_short_training_lowers_its_loss_and_is_loaded_again(tmp_path):
    out = tmp_path / "encoders" / "tiny.safetensors"
    losses = train_image_encoder(TINY, sources(), out, name="tiny")
    assert len(losses) == 2
    assert losses[1] < losses[0]
    encoder = image.load(out)
    card = json.loads(out.with_suffix(".json").read_text())
    assert card["name"] == encoder.name == "tiny"
    assert card["data"] == {"drawn False": 48, "drawn True": 48}
    assert card["training"]["seed"] == 0
    assert encoder.encode([Image.new("RGB", (9, 9), "red")]).shape == (1, 16)


def test_one_seed_gives_one_encoder(tmp_path):
    one, two, other = (tmp_path / f"{name}.safetensors" for name in ("one", "two", "other"))
    short = ImageTrainingOptions(**{**vars(TINY), "epochs": 1})
    for out, seed in ((one, 0), (two, 0), (other, 1)):
        train_image_encoder(ImageTrainingOptions(**{**vars(short), "seed": seed}), sources(), out)
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != other.read_bytes()


def test_the_contrastive_loss_is_the_papers():
    torch.manual_seed(0)
    vectors, labels = torch.randn(6, 4, dtype=torch.float64), torch.tensor([0, 0, 1, 1, 1, 2])
    z = functional.normalize(vectors, dim=1)
    total = 0.0
    for i in range(6):
        others = [j for j in range(6) if j != i]
        denominator = torch.stack([(z[i] @ z[a] / 0.1).exp() for a in others]).sum()
        positives = [p for p in others if labels[p] == labels[i]]
        if positives:
            total -= sum(((z[i] @ z[p] / 0.1).exp() / denominator).log() for p in positives) / len(positives)
    torch.testing.assert_close(contrastive_loss(vectors, labels, 0.1), total / 6)


def test_distillation_counts_only_rows_with_a_teacher():
    teacher = torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    predicted = torch.tensor([[2.0, 0.0], [1.0, 1.0], [3.0, 0.0]])
    assert distillation_loss(predicted, teacher).item() == pytest.approx(0.5)
    assert distillation_loss(predicted, torch.zeros(3, 2)).item() == 0


def test_the_neighbour_loss_is_nothing_for_the_teachers_own_neighbours():
    torch.manual_seed(0)
    teacher = functional.normalize(torch.randn(6, 3), dim=1)
    turned = teacher @ torch.linalg.qr(torch.randn(3, 3))[0]
    assert neighbour_loss(5 * turned, teacher, 0.1).item() == pytest.approx(0, abs=1e-5)
    assert neighbour_loss(torch.randn(6, 3), teacher, 0.1).item() > 0.1
    assert neighbour_loss(torch.randn(6, 3), torch.zeros(6, 3), 0.1).item() == 0


def test_a_colour_histogram_is_a_distribution_that_tells_colours_apart():
    views = torch.zeros(2, 3, 56, 56)
    views[0, 0], views[1, 2] = 1, 1
    counts = colour_histogram(views)
    torch.testing.assert_close(counts.sum(dim=1), torch.ones(2))
    assert counts[0].argmax() != counts[1].argmax()


def test_views_stay_pictures_and_follow_the_seed():
    pictures = sources()[0].pictures[:8]
    drawn = torch.arange(8) % 2 == 0
    once, again = (random_views(pictures, drawn, 32, torch.Generator().manual_seed(3)) for _ in range(2))
    assert once.shape == (8, 3, 32, 32)
    assert once.min() >= 0
    assert once.max() <= 1
    torch.testing.assert_close(once, again)


def test_only_drawings_get_another_backdrop_and_the_product_stays():
    pictures = torch.full((16, 3, 64, 64), 0.9)
    pictures[:, :, 20:44, 20:44] = 0.2
    pictures[8:] = torch.rand(8, 3, 64, 64)
    drawn = torch.arange(16) < 8
    swapped = random_backdrop(pictures, drawn, torch.Generator().manual_seed(0))
    torch.testing.assert_close(swapped[8:], pictures[8:])
    torch.testing.assert_close(swapped[:8, :, 24:40, 24:40], pictures[:8, :, 24:40, 24:40])
    assert not torch.allclose(swapped[:8, :, :4, :4], pictures[:8, :, :4, :4])


def test_a_batch_draws_photos_and_drawings_of_one_label_evenly():
    data = TrainingData.of(sources())
    rows = next(draw_batches(data, TINY, np.random.default_rng(0)))
    assert len(rows) == 16
    for group in rows.view(-1, 4):
        assert len(set(data.labels[group].tolist())) == 1
        assert data.drawn[group].sum() == 2


def test_an_unlabelled_picture_stands_for_itself():
    photos = sources()[0]
    data = TrainingData.of([PictureSet("free", photos.pictures, ("",) * 48)])
    assert len(data.labels.unique()) == 48
    assert data.teacher.shape == (48, 1)


def test_nothing_to_learn_from_and_teachers_that_differ_are_refused(tmp_path):
    with pytest.raises(InputError, match="at least one source"):
        train_image_encoder(TINY, [], tmp_path / "a.safetensors")
    with pytest.raises(InputError, match="no pictures found"):
        read_pictures("none", [], [])
    photos = sources()[0]
    other = PictureSet("other", photos.pictures, photos.labels, torch.ones(48, 5))
    with pytest.raises(InputError, match="use one teacher"):
        TrainingData.of([photos, other])


def test_drawings_take_their_label_from_the_type(tmp_path):
    Image.new("RGB", (20, 20), "red").save(tmp_path / "a.png")
    items = pd.DataFrame({"item": ["1", "2"], "title": "", "image": ["a.png", ""], "type": ["hat", "dress"]})
    pairs = pd.DataFrame({"user": ["u"] * 2, "item": ["1", "2"], "split": ["train", "test"]})
    drawings = catalogue_drawings(Dataset("tiny", items, pairs, folder=tmp_path))
    assert drawings.labels == ("hat",)
    assert drawings.drawn
    with pytest.raises(InputError, match="no column 'type'"):
        catalogue_drawings(Dataset("tiny", items.drop(columns="type"), pairs, folder=tmp_path))


@pytest.mark.skipif(not (DATA / "photos-grocery").exists(), reason="the photos are not at hand")
def test_the_photos_are_read_with_their_classes_and_teacher():
    clothing, grocery = clothing_photos(DATA, "validation"), grocery_photos(DATA, "val")
    assert len(clothing.labels) == 341
    assert set(clothing.labels) == set(CLOTHING_TYPES.values())
    assert grocery.labels[0].startswith("grocery ")
    for source in (clothing, grocery):
        assert source.teacher.shape == (len(source.labels), 1280)
        assert source.pictures.shape[1:] == (3, 128, 128)
