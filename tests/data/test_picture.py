"""A picture from outside is opened safely or refused in one line."""

import contextlib
import io

import numpy as np
import pytest
from PIL import Image

from lattice.data.picture import MAX_BYTES
from lattice.errors import InputError
from lattice.features import open_picture


def data(image, form="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def noise(width=40, height=30, seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def refusal(source, **options):
    with pytest.raises(InputError) as caught:
        open_picture(source, **options)
    message = str(caught.value)
    assert "\n" not in message
    return message


def bomb(side=20_000):
    return data(Image.new("1", (side, side)))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_three_formats_open_as_rgb_from_bytes_path_and_file(form, tmp_path):
    raw = data(noise(), form)
    path = tmp_path / "picture.bin"
    path.write_bytes(raw)
    with path.open("rb") as file:
        opened = [open_picture(raw), open_picture(path), open_picture(str(path)), open_picture(file)]
    assert all(picture.mode == "RGB" and picture.size == (40, 30) for picture in opened)
    assert len({picture.tobytes() for picture in opened}) == 1


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8_000, 10_000, 20_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    raw = bomb(side)
    assert len(raw) < MAX_BYTES
    assert "million" in refusal(raw)


@pytest.mark.parametrize("form", ["TIFF", "GIF", "BMP"])
def test_another_format_in_disguise_is_refused(form, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(data(noise(), form))
    assert "'photo.jpg' is not a PNG, JPEG or WEBP" in refusal(path)


def test_svg_and_plain_text_are_refused():
    assert "not a PNG" in refusal(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    assert "not a PNG" in refusal(b"hello")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_picture_is_refused(form, share):
    raw = data(noise(200, 200), form)
    refusal(raw[: int(len(raw) * share)])


def test_random_damage_never_escapes_as_another_error():
    random = np.random.default_rng(0)
    for form in ("PNG", "JPEG", "WEBP"):
        raw = np.frombuffer(data(noise(), form), dtype=np.uint8)
        for _ in range(60):
            broken = raw.copy()
            broken[random.integers(0, len(raw), 8)] = random.integers(0, 256, 8)
            with contextlib.suppress(InputError):
                assert open_picture(broken.tobytes()).mode == "RGB"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_is_refused(form):
    frames = [noise(seed=seed) for seed in range(3)]
    raw = data(frames[0], form, save_all=True, append_images=frames[1:], duration=50)
    assert "animated" in refusal(raw)


def test_the_second_picture_in_a_phones_jpeg_is_ignored():
    raw = data(noise(), "MPO", save_all=True, append_images=[noise(seed=1)])
    assert open_picture(raw).size == (40, 30)


def test_exif_rotation_is_applied_and_the_rest_dropped():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right by 90 degrees
    exif[0x010E] = "where I live"
    picture = open_picture(data(noise(40, 30), "JPEG", exif=exif))
    assert picture.size == (30, 40)
    assert not picture.info
    assert not picture.getexif()


def test_transparency_is_laid_on_white():
    image = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    image.putpixel((0, 0), (0, 0, 255, 255))
    for picture in (open_picture(data(image)), open_picture(data(image.convert("P")))):
        assert picture.mode == "RGB"
        assert picture.getpixel((5, 5)) == (255, 255, 255)
    assert open_picture(data(image)).getpixel((0, 0)) == (0, 0, 255)
    assert open_picture(data(Image.new("LA", (8, 8), (0, 0)))).getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_every_mode_becomes_rgb(mode):
    image = Image.new(mode, (8, 8))
    assert open_picture(data(image, "JPEG" if mode == "CMYK" else "PNG")).mode == "RGB"


def test_sixteen_bits_are_scaled_not_clipped():
    image = Image.fromarray(np.full((4, 4), 128 * 256, dtype=np.uint16))
    assert open_picture(data(image)).getpixel((0, 0)) == (128, 128, 128)


def test_too_many_bytes_an_empty_file_and_a_missing_one_are_refused(tmp_path):
    raw = data(noise(200, 200))
    assert "larger than 0.01 MB" in refusal(raw, max_bytes=10_486)
    assert open_picture(raw, max_bytes=None).size == (200, 200)
    assert "empty" in refusal(b"")
    assert "'gone.png' can't be read" in refusal(tmp_path / "gone.png")
    (tmp_path / "folder").mkdir()
    assert "'folder' can't be read" in refusal(tmp_path / "folder")


def test_a_name_is_quoted_in_the_error():
    assert "'a\\nb'" in refusal(b"x", name="a\nb")
