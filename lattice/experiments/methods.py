"""What a row of a result file measures, as a value; the file's text for it is parsed and written here alone."""

from dataclasses import dataclass
from typing import get_args

from lattice.inference.completion import Completion
from lattice.models.registry import DEFAULT_BACKBONE, IN_TABLE_2, MODELS

FOLD_IN = "fold-in"


@dataclass(frozen=True)
class Method:
    """A model, alone or on a backbone, and how it scores items that nobody has bought.

    In a result file it is written "mf", "lattice/feats-ngcf", "lattice" (on LightGCN, its default backbone), or
    "lattice, fold-in + both".

    Args:
        model: a key of the registry, or "content profile", which needs no model.
        backbone: the key of the model below; LightGCN by default where the model takes one, else empty.
        completion: how the collaborative part of a folded-in newcomer is filled in; None where nothing is folded in.
    """

    model: str
    backbone: str = ""
    completion: Completion | None = None

    def __post_init__(self) -> None:
        """Fill in the default backbone, so that equal methods are equal values."""
        if not self.backbone and self._takes_backbone:
            object.__setattr__(self, "backbone", DEFAULT_BACKBONE)

    @classmethod
    def parse(cls, text: str) -> "Method":
        """Return the method that a result file writes like this; an unknown model keeps the text as its name."""
        name, *ways = text.split(", ")
        model, _, backbone = (name, "", "") if name in MODELS else name.rpartition("-")
        completions: dict[str, Completion] = {_folding(one): one for one in get_args(Completion)}
        if model not in MODELS or not all(way in completions for way in ways) or len(ways) > 1:
            return cls(text)
        return cls(model, backbone, completions[ways[0]] if ways else None)

    def __str__(self) -> str:
        """Return its name in a result file."""
        named = self.backbone and not self._on_its_default
        return self._with_completion(f"{self.model}-{self.backbone}" if named else self.model)

    @property
    def label(self) -> str:
        """Return its name as the paper writes it: LATTICE, LATTICE/feats-MF, NGCF+feats, Content profile."""
        if self.model not in MODELS:
            return self.model[:1].upper() + self.model[1:]
        return self._with_completion(MODELS[self.model].label if self._on_its_default else self._label_on_backbone)

    @property
    def full_label(self) -> str:
        """Return its name with the backbone always named, as in Table 3: LATTICE-LightGCN."""
        return self.label if self.model not in MODELS else self._with_completion(self._label_on_backbone)

    @property
    def folds_in(self) -> bool:
        """Return whether newcomers are folded in, instead of being in the catalogue during training."""
        return self.completion is not None

    @property
    def _takes_backbone(self) -> bool:
        return self.model in MODELS and bool(MODELS[self.model].on_backbone)

    @property
    def _on_its_default(self) -> bool:
        """Return whether it is a model of Table 2 on its default backbone, which the table doesn't name."""
        return self.backbone == DEFAULT_BACKBONE and self.model in IN_TABLE_2

    @property
    def _label_on_backbone(self) -> str:
        entry = MODELS[self.model]
        return entry.on_backbone.format(MODELS[self.backbone].label) if self.backbone in MODELS else entry.label

    def _with_completion(self, name: str) -> str:
        return name if self.completion is None else f"{name}, {_folding(self.completion)}"


def _folding(completion: Completion) -> str:
    return FOLD_IN if completion == "none" else f"{FOLD_IN} + {completion}"
