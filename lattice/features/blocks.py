"""What our image networks are built of."""

from torch import Tensor, nn
from torch.nn import functional


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions with a shortcut (ResNet-D, He et al. 2019: it averages before it narrows)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        """Draw weights; `inputs` and `outputs` are channels; the side shrinks by `stride`."""
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and inputs == outputs
            else nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, inputs, s, s] to [n, outputs, s / stride, s / stride]."""
        inner = functional.relu(self.first_norm(self.first(x)))
        return functional.relu(self.second_norm(self.second(inner)) + self.shortcut(x))


def halve(inputs: int, outputs: int) -> list[nn.Module]:
    """Return a convolution to half the side, normalised and rectified; `inputs` and `outputs` are channels."""
    return [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
