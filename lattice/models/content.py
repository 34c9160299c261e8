"""Raw features in a model: fixed buffers, so that they are saved with it and no training changes what they mean."""

from collections.abc import Mapping

from torch import Tensor, nn


def hold(model: nn.Module, features: Mapping[str, Tensor]) -> tuple[str, ...]:
    """Keep modality -> raw features [n_items, d_m] as buffers `raw_<modality>`; the modalities, in their order."""
    for modality, matrix in features.items():
        model.register_buffer(f"raw_{modality}", matrix)
    return tuple(features)


def raw(model: nn.Module, modality: str) -> Tensor:
    """[n_items, d_m] what `hold` kept."""
    return model.get_buffer(f"raw_{modality}")


def linear(n_in: int, n_out: int, bias: bool = True) -> nn.Linear:
    """A linear map whose weights start Xavier-uniform, as the paper has it for every model."""
    layer = nn.Linear(n_in, n_out, bias)
    nn.init.xavier_uniform_(layer.weight)
    return layer
