"""Train the image encoder: a compact network that puts photos and drawings of one product type side by side.

Four terms (`image_losses`), all on random views of pictures:
- labels: pictures with one label, drawn or photographed, gather around a centre of their own;
- distillation: a linear head imitates what a larger network sees in the view, which says more than labels;
- neighbours: views that are near each other for that larger network are to be near here;
- colour: a linear head tells the colours in the middle of the view, so that looks survive beside the kind.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from lattice.device import hardware, resolve_device
from lattice.errors import InputError
from lattice.features.grid import GridNetwork
from lattice.features.image import DEFAULT_NAME, ImageNetwork, ImageNetworkOptions, read, save
from lattice.features.image_training.augment import degraded
from lattice.features.image_training.losses import (
    COLOUR_LEVELS,
    colour_histogram,
    colour_loss,
    distillation_loss,
    label_loss,
    neighbour_loss,
)
from lattice.features.image_training.pictures import PictureSet
from lattice.features.image_training.teacher import Teacher
from lattice.features.image_training.views import TrainingViews, training_views


@dataclass(frozen=True)
class ImageTrainingOptions:
    """How to train.

    epochs: each draws as many views as there are pictures. views: made of each picture before training. The loss
    weighs its terms 1 (labels), `distil`, `neighbours` and `colour`. The first `small_share` of the steps sees views
    of `small_pixels` a side, which cost less; the rest sees the network's own size. threads: of the CPU; None leaves
    the number to torch.
    """

    network: ImageNetworkOptions = field(default_factory=ImageNetworkOptions)
    epochs: int = 60
    views: int = 4
    batch_size: int = 192
    lr: float = 3e-3
    weight_decay: float = 0.05
    scale: float = 16.0
    smoothing: float = 0.1
    temperature: float = 0.1
    distil: float = 4.0
    neighbours: float = 1.0
    colour: float = 0.3
    small_pixels: int = 64
    small_share: float = 0.6
    bfloat16: bool = True
    threads: int | None = None
    device: str = "auto"
    seed: int = 0


def train_image_encoder(
    options: ImageTrainingOptions,
    sources: Sequence[PictureSet],
    out: Path,
    name: str = DEFAULT_NAME,
    teacher: Teacher | None = None,
    start: Path | None = None,
    progress: bool = False,
) -> list[float]:
    """Train on all `sources` and write `out` (safetensors) with its card; the mean loss of each epoch.

    teacher: None imitates the features stored with the photos, if any. start: weights to go on from, of a network of
    the same sizes. Raises InputError when there is nothing to learn from.
    """
    started = time.perf_counter()
    if not sources:
        raise InputError("no pictures to train on; give at least one source")
    device = resolve_device(options.device)
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    before = None if start is None else read(start)
    data = training_views(sources, teacher, options.views, options.seed, progress)
    learner = Learner(options, data)
    if before:
        learner.go_on_from(before[0])
    losses = fit(learner, data, device, progress)
    card = {
        "name": name,
        "parameters": sum(parameter.numel() for parameter in learner.network.parameters()),
        "data": {source.name: len(source.labels) for source in sources},
        "teacher": teacher.name if teacher else "stored",
        "training": {key: value for key, value in asdict(options).items() if key != "network"},
        "hardware": f"{hardware(device)}, {torch.get_num_threads()} threads, torch {torch.__version__}",
        "seconds": round(time.perf_counter() - started, 1),
        "loss": {"first epoch": round(losses[0], 4), "last epoch": round(losses[-1], 4)},
    }
    save(learner.network, out, card if before is None else {**card, "started_from": before[1]})
    return losses


class Learner(nn.Module):
    """The network with what it needs in training only: label centres and two linear heads."""

    def __init__(self, options: ImageTrainingOptions, data: TrainingViews) -> None:
        """Draw weights, in sizes that follow the labels and the teacher of `data`."""
        super().__init__()
        width = options.network.dimension
        self.options = options
        self.network = ImageNetwork(options.network)
        self.centres = nn.Parameter(torch.randn(max(1, len(data.names)), width) / math.sqrt(width))
        self.teacher_head = nn.Linear(width, data.teacher.shape[-1])
        self.colour_head = nn.Linear(width, COLOUR_LEVELS**3)

    def go_on_from(self, network: ImageNetwork | GridNetwork) -> None:
        """Take over the weights of `network`; InputError if its sizes differ."""
        if network.options != self.network.options:
            raise InputError(f"the weights to start from are of sizes {network.options}, not {self.network.options}")
        self.network.load_state_dict(network.state_dict())

    def forward(self, views: Tensor, labels: Tensor, teacher: Tensor) -> Tensor:
        """Return the loss of views [n, 3, s, s] with labels [n] and the teacher's features [n, d]."""
        options = self.options
        with torch.autocast(views.device.type, torch.bfloat16, enabled=options.bfloat16):
            vectors = self.network(views.contiguous(memory_format=torch.channels_last))
        vectors = vectors.float()
        return (
            label_loss(vectors, labels, self.centres, options.scale, options.smoothing)
            + options.distil * distillation_loss(self.teacher_head(vectors), teacher)
            + options.neighbours * neighbour_loss(vectors, teacher, options.temperature)
            + options.colour * colour_loss(self.colour_head(vectors), colour_histogram(views))
        )


def fit(learner: Learner, data: TrainingViews, device: torch.device, progress: bool = False) -> list[float]:
    """Train `learner` where `device` says; the mean loss of each epoch."""
    options = learner.options
    learner.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    generator = torch.Generator().manual_seed(options.seed)
    optimizer = _optimizer(learner, options)
    steps = max(1, len(data.labels) // options.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.lr, total_steps=steps * options.epochs, pct_start=0.05, cycle_momentum=False
    )
    losses = []
    with tqdm(total=steps * options.epochs, desc="image encoder", disable=not progress) as bar:
        for epoch in range(options.epochs):
            small = epoch < options.small_share * options.epochs
            pixels = options.small_pixels if small else options.network.pixels
            total = 0.0
            for _ in range(steps):
                rows, view = draw(data, options.batch_size, generator)
                views = data.pictures[rows, view].to(device).float() / 255
                views = degraded(views, data.drawn[rows].to(device), pixels, generator)
                loss = learner(views, data.labels[rows].to(device), data.teacher[rows, view].to(device).float())
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_(learner.parameters(), 5.0)
                optimizer.step()
                schedule.step()
                total += loss.item()
                bar.update()
            losses.append(total / steps)
            bar.set_postfix(loss=f"{losses[-1]:.3f}")
    return losses


def _optimizer(learner: Learner, options: ImageTrainingOptions) -> torch.optim.Optimizer:
    """Return AdamW with weight decay on matrices and kernels, but not on biases and norms."""
    matrices = [p for p in learner.parameters() if p.ndim > 1]
    vectors = [p for p in learner.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": options.weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=options.lr)


def draw(data: TrainingViews, batch_size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw rows and views of a batch: pictures by weight, with replacement, each in any of its views."""
    rows = torch.multinomial(data.weight, batch_size, replacement=True, generator=generator)
    return rows, torch.randint(data.pictures.shape[1], (batch_size,), generator=generator)
