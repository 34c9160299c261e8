"""A picture from outside is opened safely or refused in one line."""

import contextlib
import io
import zlib

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
@pytest.mark.parametrize("side", [8_100, 10_000, 20_000])
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


def test_too_large_empty_and_missing_files_are_refused(tmp_path):
    raw = data(noise(200, 200))
    assert "larger than 0.01 MB" in refusal(raw, max_bytes=10_486)
    assert open_picture(raw, max_bytes=None).size == (200, 200)
    assert "empty" in refusal(b"")
    assert "'gone.png' can't be read" in refusal(tmp_path / "gone.png")
    (tmp_path / "folder").mkdir()
    assert "'folder' can't be read" in refusal(tmp_path / "folder")


def test_a_name_is_quoted_in_the_error():
    assert "'a\\nb'" in refusal(b"x", name="a\nb")


def chunk(kind: bytes, content: bytes, check: int | None = None) -> bytes:
    """A chunk of a PNG, its checksum right unless another is given."""
    right = zlib.crc32(kind + content) if check is None else check
    return len(content).to_bytes(4, "big") + kind + content + right.to_bytes(4, "big")


@pytest.mark.parametrize(
    "side",
    [
        chunk(b"tEXt", b"Comment\0x", check=1),
        chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(2 * 2**20))),
        chunk(b"eXIf", b"no TIFF"),
        chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8))),
    ],
    ids=["checksum", "profile", "exif", "bomb"],
)
def test_damage_in_side_chunks_is_ignored(side):
    raw = data(noise())
    assert open_picture(raw[:33] + side + raw[33:]).tobytes() == noise().tobytes()


def test_damage_in_pixels_of_a_png_is_not():
    raw = data(noise())
    at = raw.index(b"IDAT") + 30
    assert "damaged" in refusal(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_alone_is_taken_of_exif(form, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if form == "WEBP" else {"quality": 100, "subsampling": 0} if form == "JPEG" else {}
    image = Image.new("RGB", (40, 30), "white")
    image.paste("red", (0, 0, 20, 15))  # the corner by which the eight are told apart, with the sides' lengths
    seen = open_picture(data(image, form, exif=exif, **options))
    corners = {
        (x, y): seen.getpixel((x * (seen.width - 1), y * (seen.height - 1)))[1] < 90 for x in (0, 1) for y in (0, 1)
    }
    where = {
        1: (0, 0),
        2: (1, 0),
        3: (1, 1),
        4: (0, 1),
        5: (0, 0),
        6: (1, 0),
        7: (1, 1),
        8: (0, 1),
    }  # the EXIF standard
    assert [place for place, red in corners.items() if red] == [where[orientation]]
    assert seen.size == ((30, 40) if orientation > 4 else (40, 30))


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0garbage", b"Exif\0\0MM\0\x2a\0\0\0\x08\xff\xff", b"x" * 60_000]
)
def test_broken_exif_costs_no_picture(exif):
    assert open_picture(data(noise(), "JPEG", exif=exif)).size == (40, 30)


def test_sixteen_bits_of_grey_may_be_transparent():
    pixels = np.array([[60_000, 128 * 256]], dtype=np.uint16).repeat(4, axis=0)
    raw = data(Image.fromarray(pixels), transparency=60_000)
    seen = open_picture(raw)
    assert [seen.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (128, 128, 128)]


def test_long_sides_shrink_by_a_whole_factor_in_any_mode():
    for mode, form in (("RGB", "PNG"), ("RGBA", "PNG"), ("P", "PNG"), ("L", "JPEG"), ("RGB", "WEBP")):
        image = Image.new(mode, (6200, 100), 0)
        image.paste(255 if mode in "LP" else "white", (3100, 0, 6200, 100))
        seen = open_picture(data(image, form))
        assert 2048 <= seen.width < 4096
        assert seen.mode == "RGB"


def test_many_scans_and_large_webps_are_refused_from_the_header():
    raw = data(noise(2000, 2000), "JPEG", progressive=True)
    assert open_picture(raw).size == (2000, 2000)
    end = raw.rindex(b"\xff\xd9")
    scan = raw[raw.rindex(b"\xff\xda") : end]
    assert "scans over 2000 × 2000 pixels" in refusal(raw[:end] + scan * 300 + raw[end:], max_bytes=None)
    large = data(Image.new("RGB", (4000, 4000)), "WEBP", lossless=True)
    assert "WebP of 4000 × 4000" in refusal(large)
