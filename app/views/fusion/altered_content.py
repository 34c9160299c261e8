"""The trained model with one modality's content replaced, and what that does to one user's list. Without Streamlit."""

from dataclasses import replace

import torch

from lattice.experiments.knock_out import Alteration, altered, with_features
from lattice.recommender import Recommender

ALTERED: dict[str, str] = {
    "shuffled": "shuffled between items",
    "noise": "replaced by noise",
    "constant": "all the same",
}


def with_altered(recommender: Recommender, modality: str, how: Alteration, seed: int = 0) -> Recommender:
    """Return the trained model, its weights as they are, on a catalogue in which one modality's features are altered.

    Item graphs, and content scores where the model has them, are made of the altered features. An InputError if the
    model has no item graph.
    """
    checkpoint, model = recommender.checkpoint, recommender.require_lattice()
    dataset = checkpoint.dataset
    features = {name: model.raw(name) for name in model.modalities}
    features[modality] = altered(features[modality], how, seed)
    pairs = torch.as_tensor(dataset.pairs("train"))
    changed = with_features(model, checkpoint.options, dataset.n_users, dataset.n_items, pairs, features)
    return Recommender.of(replace(checkpoint, model=changed), content_scores=recommender.content is not None)


def list_change(before: Recommender, after: Recommender, user: str, k: int) -> tuple[list[str], list[int | None]]:
    """Return a user's first k items after the change, and the place that each had before; None where beyond k."""
    old, new = ([str(item) for item in one.recommend([user], k)[0][0]] for one in (before, after))
    places = {item: place for place, item in enumerate(old, start=1)}
    return new, [places.get(item) for item in new]
