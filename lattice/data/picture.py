"""Open a picture that nobody vouches for: PNG, JPEG or WEBP, of bounded size, as plain RGB pixels."""

import io
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from lattice.errors import InputError

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_BYTES = 25 * 2**20
MAX_PIXELS = 50_000_000  # a phone's full-size photo

PictureSource = str | Path | bytes | BinaryIO


def open_picture(source: PictureSource, max_bytes: int | None = MAX_BYTES, name: str | None = None) -> Image.Image:
    """The picture in `source` (a path, bytes or a binary file), upright, in RGB, transparency laid on white.

    The size is read and checked before any pixel is decoded, and nothing but pixels survives. `name` is what
    errors call the picture. Raises InputError (one line) for a file that is missing, larger than `max_bytes`
    (None: any size), larger than MAX_PIXELS, of another format, animated or damaged.
    """
    name = repr(name or _name(source))
    data = _read(source, max_bytes, name)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as probe:
            _check(probe, name)
            probe.verify()
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _plain(ImageOps.exif_transpose(image))
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


def _check(image: Image.Image, name: str) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise InputError(
            f"{name} has {width} × {height} pixels; make it smaller (at most {MAX_PIXELS // 10**6} million)"
        )
    # A phone's JPEG may hold a second picture (Pillow calls it MPO): the first one is the photo.
    if image.format != "MPO" and getattr(image, "n_frames", 1) != 1:
        raise InputError(f"{name} is animated; choose a still picture")


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel
        image = image.point(lambda value: value / 256).convert("L")
    bare = Image.new("RGB", image.size, "white")  # a fresh picture has no metadata to pass on
    if image.has_transparency_data:
        image = image.convert("RGBA")
        bare.paste(image, mask=image.getchannel("A"))
    else:
        bare.paste(image.convert("RGB"))
    return bare
