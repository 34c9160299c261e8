"""Train the image encoder: a compact network that puts photos and drawings of one product type side by side.

Four terms, all on random views of pictures:
- supervised contrastive (Khosla et al. 2020): pictures with one label attract, whether drawn or photographed;
- distillation: a linear head imitates a larger network's features of the photos, which say more than labels;
- neighbours: photos that are near each other for that larger network are to be near here;
- colour: a linear head tells the colours in the middle of the view, so that looks survive beside the kind.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from lattice.device import hardware, resolve_device
from lattice.errors import InputError
from lattice.features.augment import random_views
from lattice.features.image import DEFAULT_NAME, ImageNetwork, ImageNetworkOptions, save
from lattice.features.training_pictures import PictureSet

COLOUR_LEVELS = 3


@dataclass(frozen=True)
class ImageTrainingOptions:
    """How to train.

    The loss weighs its terms 1 (contrastive), `distil`, `neighbours` and `colour`. The first `small_share` of the
    epochs sees views of `small_pixels` a side, which cost less; the rest sees the network's own size. threads: of the
    CPU; None leaves the number to torch.
    """

    network: ImageNetworkOptions = field(default_factory=ImageNetworkOptions)
    epochs: int = 12
    batch_size: int = 128
    pictures_per_label: int = 4
    lr: float = 2e-3
    weight_decay: float = 0.05
    temperature: float = 0.1
    distil: float = 1.0
    neighbours: float = 2.0
    colour: float = 0.5
    small_pixels: int = 64
    small_share: float = 0.75
    bfloat16: bool = True
    threads: int | None = None
    device: str = "auto"
    seed: int = 0


def train_image_encoder(
    options: ImageTrainingOptions,
    sources: Sequence[PictureSet],
    out: Path,
    name: str = DEFAULT_NAME,
    progress: bool = False,
) -> list[float]:
    """Train on all `sources` and write `out` (safetensors) with its card; the mean loss of each epoch.

    Raises InputError when there is nothing to learn from.
    """
    started = time.perf_counter()
    if not sources:
        raise InputError("no pictures to train on; give at least one source")
    device = resolve_device(options.device)
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    data = TrainingData.of(sources)
    network = ImageNetwork(options.network).to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    distil_head = nn.Linear(options.network.dimension, data.teacher.shape[1]).to(device)
    colour_head = nn.Linear(options.network.dimension, COLOUR_LEVELS**3).to(device)
    modules = nn.ModuleList([network, distil_head, colour_head])
    optimizer = torch.optim.AdamW(modules.parameters(), lr=options.lr, weight_decay=options.weight_decay)
    steps = max(1, len(data.pictures) // options.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.lr, total_steps=steps * options.epochs, pct_start=0.15
    )
    generator = torch.Generator().manual_seed(options.seed)
    batches = draw_batches(data, options, np.random.default_rng(options.seed))
    losses = []
    with tqdm(total=steps * options.epochs, desc="image encoder", disable=not progress) as bar:
        for epoch in range(options.epochs):
            small = epoch < options.small_share * options.epochs
            pixels = options.small_pixels if small else options.network.pixels
            total = 0.0
            for _ in range(steps):
                rows = next(batches)
                pictures, drawn = data.pictures[rows].to(device), data.drawn[rows].to(device)
                views = random_views(pictures, drawn, pixels, generator)
                with torch.autocast(device.type, torch.bfloat16, enabled=options.bfloat16):
                    vectors = network(views.contiguous(memory_format=torch.channels_last))
                vectors = vectors.float()
                loss = (
                    contrastive_loss(vectors, data.labels[rows].to(device), options.temperature)
                    + options.distil * distillation_loss(distil_head(vectors), data.teacher[rows].to(device))
                    + options.neighbours * neighbour_loss(vectors, data.teacher[rows].to(device), options.temperature)
                    + options.colour * colour_loss(colour_head(vectors), colour_histogram(views))
                )
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                schedule.step()
                total += loss.item()
                bar.update()
            losses.append(total / steps)
            bar.set_postfix(loss=f"{losses[-1]:.3f}")
    seconds = time.perf_counter() - started
    save(network, out, training_card(options, sources, name, hardware(device), seconds, losses))
    return losses


@dataclass(frozen=True)
class TrainingData:
    """All sources in one.

    pictures: uint8 [n, 3, s, s]; labels: int [n], where an unlabelled picture has a label of its own, so that
    only its own views attract; teacher: float [n, d], centred, rows of length 1, zero where unknown;
    drawn: bool [n].
    """

    pictures: Tensor
    labels: Tensor
    teacher: Tensor
    drawn: Tensor

    @classmethod
    def of(cls, sources: Sequence[PictureSet]) -> "TrainingData":
        """Put `sources` together."""
        names = [label or f"{source.name} {row}" for source in sources for row, label in enumerate(source.labels)]
        _, labels = np.unique(names, return_inverse=True)
        widths = {source.teacher.shape[1] for source in sources if source.teacher is not None} or {1}
        if len(widths) > 1:
            raise InputError(f"teacher features of different lengths {sorted(widths)}; use one teacher")
        width = widths.pop()
        return cls(
            pictures=torch.cat([source.pictures for source in sources]),
            labels=torch.from_numpy(labels),
            teacher=torch.cat([_centred(source, width) for source in sources]),
            drawn=torch.cat([torch.full((len(source.labels),), source.drawn) for source in sources]),
        )


def _centred(source: PictureSet, width: int) -> Tensor:
    if source.teacher is None:
        return torch.zeros(len(source.labels), width)
    return functional.normalize(source.teacher - source.teacher.mean(dim=0), dim=1)


def draw_batches(data: TrainingData, options: ImageTrainingOptions, random: np.random.Generator) -> Iterator[Tensor]:
    """Endless batches of rows: labels in proportion to their pictures, a few pictures each.

    Of a label that has both photos and drawings, half of the pictures are drawn from either.
    """
    labels, drawn = data.labels.numpy(), data.drawn.numpy()
    share = np.bincount(labels) / len(labels)
    photos = [np.flatnonzero((labels == label) & ~drawn) for label in range(len(share))]
    drawings = [np.flatnonzero((labels == label) & drawn) for label in range(len(share))]
    few = options.pictures_per_label
    while True:
        rows = []
        for label in random.choice(len(share), max(2, options.batch_size // few), p=share):
            pools = [pool for pool in (photos[label], drawings[label]) if len(pool)]
            rows += [random.choice(pools[i % len(pools)]) for i in range(few)]
        yield torch.from_numpy(np.array(rows))


def contrastive_loss(vectors: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Supervised contrastive loss (Khosla et al. 2020, Eq. 2) of vectors [n, d] with labels [n]."""
    vectors = functional.normalize(vectors, dim=1)
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    logits = (vectors @ vectors.T / temperature).masked_fill(itself, float("-inf"))
    log_share = logits.log_softmax(dim=1).masked_fill(itself, 0.0)
    positive = (labels[:, None] == labels) & ~itself
    return -((log_share * positive).sum(dim=1) / positive.sum(dim=1).clamp(min=1)).mean()


def neighbour_loss(vectors: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """How far neighbours among vectors [n, d] differ from those among the teacher's [n, e], rows of length 1 or 0.

    Each row's cosines to all others, as a softmax, against the teacher's (relational distillation, Park et al. 2019,
    as divergence); only rows that have a teacher count.
    """
    known = teacher.any(dim=1)
    if known.sum() < 3:
        return vectors.sum() * 0
    vectors, teacher = functional.normalize(vectors[known], dim=1), teacher[known]
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    ours = (vectors @ vectors.T / temperature).masked_fill(itself, -1e4).log_softmax(dim=1)
    theirs = (teacher @ teacher.T / temperature).masked_fill(itself, -1e4).softmax(dim=1)
    return functional.kl_div(ours, theirs, reduction="batchmean")


def distillation_loss(predicted: Tensor, teacher: Tensor) -> Tensor:
    """Mean of 1 - cosine over the rows that have a teacher; both [n, d], the teacher's of length 1 or 0."""
    known = teacher.any(dim=1)
    cosine = (functional.normalize(predicted, dim=1) * teacher).sum(dim=1)
    return ((1 - cosine) * known).sum() / known.sum().clamp(min=1)


def colour_loss(logits: Tensor, histogram: Tensor) -> Tensor:
    """Cross-entropy, less the histogram's own entropy, of logits [n, c] against a histogram [n, c]."""
    return functional.kl_div(logits.log_softmax(dim=1), histogram, reduction="batchmean")


def colour_histogram(views: Tensor) -> Tensor:
    """[n, 3, s, s] in 0..1 -> [n, COLOUR_LEVELS³]: soft shares of RGB colours, mostly in the middle."""
    small = functional.adaptive_avg_pool2d(views, 28)
    level = torch.linspace(0, 1, COLOUR_LEVELS, device=views.device)
    near = (-((small[..., None] - level) ** 2) / (2 * 0.2**2)).softmax(dim=-1)  # [n, 3, 28, 28, levels]
    place = torch.linspace(-1, 1, 28, device=views.device)
    bell = (-(place**2) / (2 * 0.4**2)).exp()
    weight = bell[:, None] * bell / bell.sum() ** 2
    counts = torch.einsum("nhwr,nhwg,nhwb,hw->nrgb", near[:, 0], near[:, 1], near[:, 2], weight)
    return counts.flatten(1)


def training_card(
    options: ImageTrainingOptions,
    sources: Sequence[PictureSet],
    name: str,
    device: str,
    seconds: float,
    losses: Sequence[float],
) -> dict[str, object]:
    """What the JSON beside the weights says: name, data, options, hardware, time and losses."""
    settings = asdict(options)
    settings.pop("network")
    return {
        "name": name,
        "parameters": sum(parameter.numel() for parameter in ImageNetwork(options.network).parameters()),
        "data": {source.name: len(source.labels) for source in sources},
        "training": settings,
        "hardware": f"{device}, {torch.get_num_threads()} threads, torch {torch.__version__}",
        "seconds": round(seconds, 1),
        "loss": {"first epoch": round(losses[0], 4), "last epoch": round(losses[-1], 4)},
    }
