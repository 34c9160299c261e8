"use strict";

// The items around one in the item graph: of one modality or all, and of the initial, learned, gained or lost edges.
const Neighbourhood = (() => {
  const LAYERS = ["mixed", "initial", "learned", "gained", "lost"];

  /** Return an entry's weight in a layer: learned = initial + gained - lost. */
  function weightIn(layer, initial, learned, lambda) {
    switch (layer) {
      case "initial": return initial;
      case "learned": return learned;
      case "gained": return Math.max(learned - initial, 0);
      case "lost": return Math.max(initial - learned, 0);
      default: return lambda * initial + (1 - lambda) * learned;
    }
  }

  /** Return the edges of an item: {source, target, modality, initial, learned, weight}; modality null: all, by alpha. */
  function edgesFrom(machine, settings, item, modality, layer) {
    const found = [];
    machine.graph.modalities.forEach((one, m) => {
      if (modality !== null && m !== modality) return;
      const targets = new Map();
      for (const kind of ["initial", "learned"]) {
        const { columns, weights } = one[kind];
        const k = columns.shape[1];
        for (let slot = item * k; slot < (item + 1) * k; slot++) {
          const target = columns[slot];
          if (target === item || isCut(settings.cut, item, target)) continue;
          if (!targets.has(target)) targets.set(target, { initial: 0, learned: 0 });
          targets.get(target)[kind] = weights[slot];
        }
      }
      for (const [target, { initial, learned }] of targets) {
        const share = modality === null ? settings.alpha[m] : 1;
        const weight = share * weightIn(layer, initial, learned, settings.lambda);
        if (weight > 0) found.push({ source: item, target, modality: m, initial, learned, weight });
      }
    });
    return found;
  }

  const isCut = (pairs, i, j) => pairs.some(([a, b]) => (a === i && b === j) || (a === j && b === i));

  /** Sum steps by their target: {item, hop, via, weight}, largest weight first. */
  function reached(steps, hop) {
    const nodes = new Map();
    for (const { source, target, weight } of steps) {
      const node = nodes.get(target) ?? { item: target, hop, via: source, weight: 0, best: 0 };
      node.weight += weight;
      if (weight > node.best) Object.assign(node, { via: source, best: weight });
      nodes.set(target, node);
    }
    return [...nodes.values()].sort((a, b) => b.weight - a.weight || a.item - b.item);
  }

  /** Return the nodes within 1 or 2 hops, at most `limit`, the item first; and all edges between them. */
  function around(machine, settings, item, { modality = null, layer = "mixed", hops = 1, limit = 40 } = {}) {
    const edgesOf = (row) => edgesFrom(machine, settings, row, modality, layer);
    const first = reached(edgesOf(item), 1);
    let nodes = [{ item, hop: 0, via: item, weight: 0 }, ...first];
    if (hops === 2) {
      const near = new Set(nodes.map((node) => node.item));
      const steps = first.flatMap((node) => edgesOf(node.item)
        .filter((edge) => !near.has(edge.target)).map((edge) => ({ ...edge, weight: edge.weight * node.weight })));
      nodes = nodes.concat(reached(steps, 2));
    }
    const kept = nodes.slice(0, limit);
    const shown = new Set(kept.map((node) => node.item));
    const edges = kept.flatMap((node) => edgesOf(node.item)).filter((edge) => shown.has(edge.target));
    return { nodes: kept, edges, total: nodes.length };
  }

  return { LAYERS, around };
})();
