"""Views made before training: each with what the teacher sees in it, so that the teacher runs once per view."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from lattice.errors import InputError
from lattice.features.image_training.augment import frames, random_backdrop, random_frames, random_light
from lattice.features.image_training.pictures import PictureSet
from lattice.features.image_training.teacher import Teacher

BATCH = 32
VIEW_PIXELS = 128


@dataclass(frozen=True, eq=False)
class TrainingViews:
    """All sources in one, v views of each of n pictures. About 50 KB a view.

    pictures: uint8 [n, v, 3, VIEW_PIXELS, VIEW_PIXELS]. teacher: float16 [n, v, d], rows of length 1, centred in each
    source, zero where unknown. labels: int [n], -1 = unlabelled; names: what they mean. drawn: bool [n].
    weight: float [n], how often a picture is drawn from the whole, relative to the others.
    """

    pictures: Tensor
    teacher: Tensor
    labels: Tensor
    drawn: Tensor
    weight: Tensor
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class SourceViews:
    """The views of one source: pictures uint8 [n, v, 3, s, s], teacher float32 [n, v, d] or None."""

    source: PictureSet
    pictures: Tensor
    teacher: Tensor | None


def training_views(
    sources: Sequence[PictureSet], teacher: Teacher | None, n_views: int, seed: int = 0, progress: bool = False
) -> TrainingViews:
    """Make the views of all sources. With no teacher, the sources' stored features are used for every view.

    The teacher sees the plain view; the training picture is the same one under other light and through JPEG. Drawings
    stand before photos half of the time and have no teacher: it knows photos. Raises InputError where stored features
    differ in length.
    """
    photos = [source.pictures for source in sources if not source.drawn]
    scenes = torch.cat(photos) if photos else None
    return join(
        [source_views(source, scenes, None if source.drawn else teacher, n_views, seed, progress) for source in sources]
    )


def source_views(
    source: PictureSet,
    scenes: Tensor | None,
    teacher: Teacher | None,
    n_views: int,
    seed: int = 0,
    progress: bool = False,
) -> SourceViews:
    """Make `n_views` of each picture; scenes: uint8 [m, 3, s, s], backgrounds of drawings."""
    generator = torch.Generator().manual_seed(seed)
    pictures, features = [], []
    with tqdm(total=len(source.labels) * n_views, desc=f"views of {source.name}", disable=not progress) as bar:
        for start in range(0, len(source.labels), BATCH):
            plain = source.pictures[start : start + BATCH].float() / 255
            made = [_view(plain, source.drawn, scenes, teacher, generator) for _ in range(n_views)]
            pictures.append(torch.stack([view for view, _ in made], dim=1))
            features.append(torch.stack([seen for _, seen in made], dim=1))
            bar.update(len(plain) * n_views)
    stored = None if source.teacher is None else source.teacher[:, None].expand(-1, n_views, -1)
    return SourceViews(source, torch.cat(pictures), torch.cat(features) if teacher else stored)


def join(made: Sequence[SourceViews]) -> TrainingViews:
    """Join the views of several sources."""
    widths = {views.teacher.shape[-1] for views in made if views.teacher is not None} or {1}
    if len(widths) > 1:
        raise InputError(f"teacher features of different lengths {sorted(widths)}; use one teacher")
    width = widths.pop()
    names = sorted({label for views in made for label in views.source.labels if label})
    code = {name: row for row, name in enumerate(names)} | {"": -1}
    counts = torch.tensor([len(views.source.labels) for views in made])
    return TrainingViews(
        pictures=torch.cat([views.pictures for views in made]),
        teacher=torch.cat([_centred(views, width) for views in made]),
        labels=torch.tensor([code[label] for views in made for label in views.source.labels]),
        drawn=torch.tensor([views.source.drawn for views in made]).repeat_interleave(counts),
        weight=(torch.tensor([views.source.weight for views in made]) / counts).repeat_interleave(counts),
        names=tuple(names),
    )


def _view(
    plain: Tensor, drawn: bool, scenes: Tensor | None, teacher: Teacher | None, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Make a view of each of n pictures: uint8 [n, 3, s, s], and the teacher's features of it, float [n, d]."""
    places = random_frames(len(plain), 0.35, 0.3, 0.15, generator)
    before = plain
    if drawn and scenes is not None:
        behind = scenes[torch.randint(len(scenes), (len(plain),), generator=generator)].float() / 255
        before = random_backdrop(plain, behind, generator)
    ours = frames(before, places, VIEW_PIXELS)
    ours = random_light(ours, torch.full((len(plain),), 0.05 if drawn else 0.2), generator)
    seen = teacher.features(frames(plain, places, teacher.pixels)).cpu() if teacher else torch.empty(len(plain), 0)
    return _random_jpeg((ours * 255).round().byte(), 0.3, generator), seen


def _random_jpeg(views: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Compress a `share` of views uint8 [n, 3, s, s] as JPEG, at a quality of 15 to 60."""
    for row in torch.nonzero(torch.rand(len(views), generator=generator) < share)[:, 0]:
        file = io.BytesIO()
        quality = int(torch.randint(15, 61, (1,), generator=generator))
        Image.fromarray(views[row].permute(1, 2, 0).numpy()).save(file, "JPEG", quality=quality)
        views[row] = torch.from_numpy(np.asarray(Image.open(file)).transpose(2, 0, 1).copy())
    return views


def _centred(views: SourceViews, width: int) -> Tensor:
    """Subtract the source's mean from the teacher's features: photos and drawings differ as a whole."""
    if views.teacher is None:
        return torch.zeros(*views.pictures.shape[:2], width, dtype=torch.float16)
    mean = views.teacher.mean(dim=(0, 1))
    return functional.normalize(views.teacher - mean, dim=-1).half()
