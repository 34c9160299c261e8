"""What is trained by one process and by several: each case by its name."""

from dataclasses import dataclass, replace

from lattice.models import Options
from lattice.training import TrainingOptions
from tests.synthetic import options_of

TRAINING = TrainingOptions(lr=0.02, batch_size=64, epochs=3, device="cpu")
WHOLE = options_of("lattice-lightgcn-1")
NGCF = replace(options_of("ngcf"), dropout=0.0)


@dataclass(frozen=True)
class Case:
    """One run. stopped: it ends before its checkpoint is written, after which it is resumed with more epochs."""

    options: Options
    training: TrainingOptions = TRAINING
    stopped: bool = False


CASES = {
    "mf": Case(options_of("mf")),
    "vbpr": Case(options_of("vbpr")),
    "lightgcn": Case(options_of("lightgcn")),
    "ngcf": Case(NGCF),
    "lattice-ngcf": Case(replace(WHOLE, backbone=replace(NGCF, combine="mean"))),
    "lattice": Case(WHOLE),
    "every-step": Case(replace(options_of("lattice-mf-2"), gradient="every")),
    "features": Case(options_of("lattice/feats-lightgcn-1")),
    "cold": Case(WHOLE, replace(TRAINING, protocol="cold")),
    "freedom": Case(options_of("freedom")),
    "freedom-again": Case(replace(options_of("freedom"), l2=1e-3, content_loss=0.5), stopped=True),
    "resumed": Case(WHOLE, stopped=True),
}
REFUSED = {
    "micro": Case(options_of("micro")),
    "dropout": Case(replace(options_of("ngcf"), dropout=0.5)),
    "engine": Case(replace(WHOLE, engine="usearch")),
}
