"""Raw features in a model: fixed buffers, so that they are saved with it and training never changes them."""

from collections.abc import Mapping

from torch import Tensor, nn

from lattice.errors import InputError


def check_features(model: str, features: Mapping[str, Tensor]) -> None:
    """Raise an InputError if there are no features, or a modality's name can't name a part of a module."""
    if not features:
        raise InputError(f"{model} needs at least one modality of features, and this dataset has none")
    for modality in features:
        if "." in modality or hasattr(nn.ModuleDict, modality) or modality == "training":
            raise InputError(f"modality {modality!r} can't name a part of a model; choose another name")


def register_features(model: nn.Module, features: Mapping[str, Tensor]) -> tuple[str, ...]:
    """Keep modality -> raw features [n_items, d_m] as buffers `raw_<modality>`; return the modalities in order."""
    for modality, matrix in features.items():
        model.register_buffer(f"raw_{modality}", matrix)
    return tuple(features)


def get_features(model: nn.Module, modality: str) -> Tensor:
    """Return the features [n_items, d_m] that `register_features` kept."""
    return model.get_buffer(f"raw_{modality}")


def xavier_linear(n_in: int, n_out: int, bias: bool = True) -> nn.Linear:
    """Return a linear map whose weights start Xavier-uniform, as in the paper for every model."""
    layer = nn.Linear(n_in, n_out, bias)
    nn.init.xavier_uniform_(layer.weight)
    return layer
