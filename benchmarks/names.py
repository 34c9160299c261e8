"""What models and scores are called where people read them."""

from math import isnan

MODELS = {
    "mf": "MF",
    "ngcf": "NGCF",
    "lightgcn": "LightGCN",
    "vbpr": "VBPR",
    "mmgcn": "MMGCN",
    "grcn": "GRCN",
    "lattice": "LATTICE",
}
METRICS = {"recall@20": "Recall@20", "precision@20": "Precision@20", "ndcg@20": "NDCG@20"}


def written(model: str) -> str:
    """A model as the paper writes it: "lattice/feats-mf" is LATTICE/feats-MF, "feats-mf" is MF+feats.

    A way of scoring may follow: "lattice, fold-in" is LATTICE, fold-in.
    """
    name, comma, way = model.partition(", ")
    kind, dash, backbone = name.partition("-")
    if kind == "feats":
        return f"{MODELS.get(backbone, backbone)}+feats{comma}{way}"
    first, slash, feats = kind.partition("/")
    return f"{MODELS.get(first, first)}{slash}{feats}{dash}{MODELS.get(backbone, backbone)}{comma}{way}"


def score(mean: float, std: float) -> str:
    """Mean ± standard deviation; the mean alone of a single run, whose deviation is NaN; – where there is no mean."""
    if isnan(mean):
        return "–"
    return f"{mean:.4f}" if isnan(std) else f"{mean:.4f} ± {std:.4f}"
