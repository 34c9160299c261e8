"""Open a picture from anywhere: PNG, JPEG or WEBP, its cost judged before it is decoded, as plain RGB pixels."""

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from lattice.data.picture_header import Header, read_header
from lattice.errors import InputError

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_BYTES = 25 * 2**20
MAX_PIXELS = 65_000_000  # a phone's photo of 64 megapixels
MAX_SCANNED = 10**9  # pixels times scans of a JPEG: fifteen scans of the largest one
MAX_WEBP = 15_000_000  # pixels: its decoder takes 16 bytes for each, so 250 MB in all
LONGEST = 2048  # pixels of a side that are enough: from twice as many on, a picture is decoded or made smaller
STRIP = 2**20  # pixels that are converted at a time
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

PictureSource = str | Path | bytes | BinaryIO


def open_picture(source: PictureSource, max_bytes: int | None = MAX_BYTES, name: str | None = None) -> Image.Image:
    """Return the picture in `source` (a path, bytes or a binary file), upright, in RGB, transparency laid on white.

    Of what else a file holds, the orientation alone is used; a colour profile, comments and damage in them are
    ignored. Sides of twice LONGEST or more come smaller, by a whole factor. At most one copy of all pixels is held.
    `name` is what errors call the picture. Raises InputError (one line) for a file that is missing, larger than
    `max_bytes` (None: any size), of another format, animated, damaged, or that takes too long or too much memory.
    """
    name = repr(name or _name(source))
    data = _read(source, max_bytes, name)
    try:
        header = read_header(data)
        del data
        _check(header, name)
        with Image.open(io.BytesIO(header.data), formats=FORMATS) as image:
            _check_size(image, name)
            image.draft(None, _enough(image.size))
            image.load()
            plain = _plain(image)
        method = UPRIGHT.get(header.orientation)
        return plain if method is None else plain.transpose(method)
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(f"{name} is not a PNG, JPEG or WEBP picture; convert it to one of these") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"{name} has too many pixels; at most {MAX_PIXELS // 10**6} million fit") from None
    except Exception as error:  # a damaged file makes Pillow's readers raise almost anything
        reason = (str(error) or error.__class__.__name__).splitlines()[0][:120]
        raise InputError(f"{name} is damaged and can't be read ({reason}); save it again") from None


def _name(source: PictureSource) -> str:
    if isinstance(source, str | Path):
        return Path(source).name
    return Path(str(getattr(source, "name", ""))).name or "the picture"


def _read(source: PictureSource, max_bytes: int | None, name: str) -> bytes:
    most = -1 if max_bytes is None else max_bytes + 1
    try:
        if isinstance(source, bytes):
            data = source
        elif isinstance(source, str | Path):
            with Path(source).open("rb") as file:
                data = file.read(most)
        else:
            data = source.read(most)
    except OSError as error:
        raise InputError(f"{name} can't be read ({error.strerror or error}); check the path") from None
    if max_bytes is not None and len(data) > max_bytes:
        raise InputError(f"{name} is larger than {max_bytes / 2**20:.3g} MB; make it smaller")
    if not data:
        raise InputError(f"{name} is empty; choose a PNG, JPEG or WEBP picture")
    return data


def _check(header: Header, name: str) -> None:
    """Refuse what would cost too much, by what the header says alone."""
    if header.animated:
        raise InputError(f"{name} is animated; choose a still picture")
    width, height = header.size
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{name} has {width} × {height} pixels; make it smaller (at most {MAX_PIXELS // 10**6} million)"
        )
    if header.kind == "WEBP" and width * height > MAX_WEBP:
        raise InputError(
            f"{name} is a WebP of {width} × {height} pixels, which takes too much memory to decode; "
            f"make it smaller (at most {MAX_WEBP // 10**6} million), or save it as JPEG"
        )
    if header.scans * width * height > MAX_SCANNED:
        raise InputError(
            f"{name} is a JPEG of {header.scans} scans over {width} × {height} pixels, which takes too long to decode; "
            "save it again"
        )


def _check_size(image: Image.Image, name: str) -> None:
    """Refuse more pixels than the header said, and more than one frame."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{name} has {width} × {height} pixels; make it smaller (at most {MAX_PIXELS // 10**6} million)"
        )
    if getattr(image, "n_frames", 1) != 1:
        raise InputError(f"{name} is animated; choose a still picture")


def _enough(size: tuple[int, int]) -> tuple[int, int]:
    """Return the smallest size to decode a JPEG to: its longer side has LONGEST pixels."""
    factor = min(1.0, LONGEST / max(size))
    return max(1, int(size[0] * factor)), max(1, int(size[1] * factor))


def _plain(image: Image.Image) -> Image.Image:
    """Return RGB pixels without anything else, smaller by a whole factor where the sides are long.

    It goes strip by strip, so that no second copy of all pixels is made on the way.
    """
    width, height = image.size
    factor = max(1, max(width, height) // LONGEST)
    if factor == 1 and image.mode == "RGB" and not image.has_transparency_data:
        bare = Image.new("RGB", image.size)
        bare.paste(image)
        return bare
    bare = Image.new("RGB", (-(-width // factor), -(-height // factor)), "white")
    step = factor * max(1, STRIP // (width * factor))
    for top in range(0, height, step):
        strip = _on_white(image.crop((0, top, width, min(height, top + step))), image.info.get("transparency"))
        bare.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return bare


def _on_white(strip: Image.Image, transparent: object) -> Image.Image:
    if strip.mode.startswith("I"):  # 16 bits per pixel; one value may mean transparency
        values = np.asarray(strip).astype(np.int64)
        grey = np.clip(values // 256, 0, 255).astype(np.uint8)
        if isinstance(transparent, int):
            grey[values == transparent] = 255
        return Image.fromarray(grey).convert("RGB")
    if not strip.has_transparency_data:
        return strip.convert("RGB")
    strip = strip.convert("RGBA")
    bare = Image.new("RGB", strip.size, "white")
    bare.paste(strip, mask=strip.getchannel("A"))
    return bare
