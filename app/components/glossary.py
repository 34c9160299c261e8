"""One-line explanations of the field's terms, shown on hover."""

from app.components.words import fill

TERMS = {
    "alpha": "α: the modality weights. They sum to 1 and are learned; they say how much each modality's graph counts.",
    "lambda": "λ: the share of the initial graph. λ = 1 keeps the graph of raw features, λ = 0 only the learned one.",
    "k": "k: how many neighbours each {item} keeps in each graph. The {item} itself counts as one of them.",
    "layers": "How many times the vectors of {items} are averaged over the item graph.",
    "initial": "Initial graph: nearest neighbours by the cosine of raw features (pixels or words, before training).",
    "learned": "Learned graph: nearest neighbours after features pass through a transformation that training adjusts.",
    "mixed": "Mixed: λ × initial + (1 − λ) × learned, the graph that the model uses.",
    "gained": "Gained by learning: edges whose learned weight has no or a smaller initial counterpart, by the "
    "difference; modality by modality.",
    "lost": "Lost by learning: edges whose initial weight has no or a smaller learned counterpart, by the difference. "
    "Learned = initial + gained − lost.",
    "hops": "1 hop: the {items} that flow into this one. 2 hops: those that flow into these, too; both weights "
    "multiplied and summed over all ways there.",
    "nodes": "How many {items} to show, the one in the middle included: the nearer hop first, then the heavier.",
    "map": "Two {items} are close together where the vectors that the item graph gives them point the same way "
    "(t-SNE); only what is near means something, not what is far.",
    "popularity": "Popularity: how many {users} have the {item} in training.",
    "lean": "Modality: the one whose share of the weight of the {item}'s edges is highest above its share in the "
    "whole catalogue.",
    "agreement": "Agreement: the share of the {item}'s neighbours that two or more modalities name.",
    "fused": "Fused: the modality graphs added up, each times its weight α.",
    "weight": "The entry of the normalised graph: how much of the neighbour's vector flows into the {item}'s.",
    "cosine": "Cosine of the raw features: 1 is the same direction, 0 is unrelated.",
    "score": "Inner product of the {user}'s and the {item}'s vector. Only its order matters; models' scales differ.",
    "collaborative": "Collaborative part: what {interactions} alone contribute inside LATTICE. "
    "It is not the LightGCN model, which is trained separately.",
    "item_graph": "Item-graph part: what the {item}'s neighbours in pictures and words contribute.",
    "shift": "How many ranks higher (↑) or lower (↓) the {item} is here than in the other list.",
    "held_out": "The {user} really has this {item}, but it was hidden from training: a hit.",
    "fold_in": "Fold-in: a new {item} gets its vector from its picture and words. Nothing is retrained.",
    "completion": "The paper's form has the item-graph part alone. With + neighbours, the missing collaborative part "
    "is the weighted mean of the neighbours'; with + content, half that and half what content predicts, learned from "
    "the whole catalogue.",
    "exposure": "Exposure: how much of their Recall@20 the other {items} may lose to new {items}. From the curve it "
    "gives what is added to a new {item}'s scores, in units of the spread of each {user}'s scores.",
    "content_part": "Content part: how well the {item}'s content matches the content of what the {user} has, a ridge "
    "regression per {user}. It is a sum over the {user}'s own {items}; the paper has no such part.",
    "use": "A picture alone, words alone, or both: what is left out finds no neighbours, and its α goes to the other.",
    "overlap": "The neighbours that more than one modality chose, of all that any of them chose.",
    "h": "h: the newcomer's vector, the sum of its warm neighbours' learned vectors, each times the weight of its edge "
    "(Eq. 7). Two {items} with nearly the same h are the same thing to the item graph.",
    "rare": "Rarely {chosen}: the tenth of the catalogue with the fewest {interactions} in training, ties included. "
    "A newcomer shares the new arrivals with these; its rank among everything is against the popular ones.",
    "no_place": "A model of {interactions} alone has one learned vector for each {item} that somebody has {chosen}. A "
    "newcomer has none: no score, no rank in any list, until somebody has {chosen} it and the model is trained again.",
    "modality_share": "What each {item} gets from others is a sum of vectors, modality by modality (h, without the "
    "{item} itself). A modality's share is its part's projection on that sum: shares sum to 1, one below 0 pulls back.",
    "warm": "Warm: somebody has {chosen} it in training. A cold neighbour has no learned vector, so nothing flows "
    "from it.",
    "experiments": "Every model was searched over a grid of settings. Settings and epoch were chosen on validation, "
    "and the winner was trained with several seeds; what is shown was scored on test.",
    "paired": "Paired t-test: each {user}'s score by the one model minus that by the other, both averaged over seeds. "
    "p: how often chance alone would bring a mean difference as large, with Holm's correction for the metrics tested.",
    "ablation": "CF: the collaborative method alone. CF+feats adds transformed features of an item. LATTICE/feats-CF "
    "spreads these features over the item graph; LATTICE-CF spreads ID embeddings over it. NGCF "
    "alone concatenates its layers, as published; with features or a graph it is their mean.",
    "among": "Among cold items: newcomers compete with newcomers only. Among all items: with everything else.",
    "cold_start": "Fold-in adds a newcomer after training; completion fills in its missing collaborative part. A "
    "content profile is the sum of the features of what a {user} has. The rest score newcomers as training left them.",
    "what_if": "The trained model with another item graph at inference. It has not been retrained for it.",
}


def help_text(name: str) -> str:
    """Return the explanation of a term, in the data set's words."""
    return fill(TERMS[name])
