"use strict";

// A LATTICE model's scores, computed from its vectors and item graph as the library computes them.
// Matrices are flat arrays, row by row. A machine is {n, d, graph, items, inputs, content, warm}: see explained.js.
const Scores = (() => {
  const SMALLEST = 1e-12; // a shorter vector isn't made longer when it is normalised

  /** Return the coefficients as trained. k is that of the machine's graph. */
  function trained(machine) {
    const { lambda, k, modalities } = machine.graph;
    return { lambda, k, alpha: modalities.map((m) => m.alpha), cut: [] };
  }

  /** Return the graph's layers h^(0), ..., h^(L) (Eq. 7) and the items' final vectors (Eq. 8) under coefficients. */
  function compute(machine, settings) {
    const { n, d, graph } = machine;
    const cut = cutCodes(settings.cut, n);
    const layers = [inputs(machine, settings)];
    for (let layer = 0; layer < graph.layers; layer++) layers.push(convolve(machine, settings, cut, layers.at(-1)));
    const last = layers.at(-1);
    const lengths = new Float64Array(n);
    const scales = new Float64Array(n).fill(1); // by which h is added: 1 / |h| in Eq. 8
    const vectors = new Float64Array(n * d);
    for (let i = 0; i < n; i++) {
      lengths[i] = Math.max(Math.sqrt(dot(last, i, last, i, d)), SMALLEST);
      if (graph.normalised) scales[i] = 1 / lengths[i];
      for (let a = i * d; a < (i + 1) * d; a++) vectors[a] = machine.items[a] + last[a] * scales[i];
    }
    return { settings, cut, layers, lengths, scales, vectors };
  }

  /** Return h^(0): ID embeddings, or features weighted by alpha. */
  function inputs(machine, settings) {
    if (!machine.propagatesFeatures) return machine.inputs[0];
    const mixed = new Float64Array(machine.n * machine.d);
    machine.inputs.forEach((x, m) => { for (let a = 0; a < x.length; a++) mixed[a] += settings.alpha[m] * x[a]; });
    return mixed;
  }

  /** Return A x: the sparse product with the fused graph (Eqs. 5-7). */
  function convolve({ n, d, graph }, settings, cut, x) {
    const out = new Float64Array(n * d);
    eachGraph(graph, settings, ({ columns, weights }, share) => {
      const k = columns.shape[1];
      for (let i = 0; i < n; i++) {
        for (let slot = i * k; slot < (i + 1) * k; slot++) {
          const j = columns[slot];
          if (cut.has(i * n + j)) continue;
          const weight = share * weights[slot];
          for (let a = 0; a < d; a++) out[i * d + a] += weight * x[j * d + a];
        }
      }
    });
    return out;
  }

  /** Call visit(graph, share, place of the modality, layer) for every graph that counts. */
  function eachGraph(graph, { lambda, alpha }, visit) {
    graph.modalities.forEach((modality, m) => {
      for (const [layer, part] of [["initial", lambda], ["learned", 1 - lambda]]) {
        if (alpha[m] * part > 0) visit(modality[layer], alpha[m] * part, m, layer);
      }
    });
  }

  /** Return the codes i * n + j of all entries that are cut: both directions of every pair. */
  function cutCodes(pairs, n) {
    return new Set(pairs.flatMap(([i, j]) => [i * n + j, j * n + i]));
  }

  function dot(x, i, y, j, d) {
    let sum = 0;
    for (let a = 0; a < d; a++) sum += x[i * d + a] * y[j * d + a];
    return sum;
  }

  /** Return x_u . y_i for every item. */
  function products(user, vectors, n, d) {
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = dot(user, 0, vectors, i, d);
    return out;
  }

  /** Return the mean and the standard deviation of the values of warm items. */
  function moments(values, warm) {
    let [sum, squares, many] = [0, 0, 0];
    values.forEach((value, i) => { if (warm[i]) { sum += value; many++; } });
    const mean = sum / Math.max(many, 1);
    values.forEach((value, i) => { if (warm[i]) squares += (value - mean) ** 2; });
    return { mean, deviation: Math.sqrt(squares / Math.max(many, 1)) };
  }

  /** Return a user's scores of all items. user: {vector, owned}. content: null where there are no content scores. */
  function scoreAll(machine, computed, user) {
    const { n, d, content, warm } = machine;
    const model = products(user.vector, computed.vectors, n, d);
    if (!content) return { model, content: null, factor: 0, total: model };
    const width = content.items.shape[1];
    const profile = new Float64Array(width);
    for (const j of user.owned) for (let a = 0; a < width; a++) profile[a] += content.items[j * width + a];
    const raw = products(profile, content.items, n, width);
    const spread = moments(raw, warm).deviation;
    const factor = spread > 0 ? (content.weight * moments(model, warm).deviation) / spread : 0;
    const centre = dot(profile, 0, content.mean, 0, width);
    const added = raw.map((value) => factor * (value - centre));
    return { model, content: added, factor, total: model.map((value, i) => value + added[i]) };
  }

  /** Return the items that the user doesn't have, best first. */
  function ranking(total, owned) {
    const has = new Set(owned);
    return Array.from(total.keys()).filter((i) => !has.has(i)).sort((i, j) => total[j] - total[i] || i - j);
  }

  /** Return the rank that an item has, or would have, among those that the user doesn't have. */
  function rankOf(total, owned, item) {
    const has = new Set(owned);
    let above = 0;
    total.forEach((value, i) => { if (i !== item && !has.has(i) && value > total[item]) above++; });
    return above + 1;
  }

  /**
   * Split a score exactly: score = collaborative + the sum of `graph` + the sum of `content`.
   * graph: one part per neighbour, modality and layer. content: one part per item that the user has.
   */
  function explain(machine, computed, scored, user, item) {
    const { n, d, graph } = machine;
    const owned = new Set(user.owned);
    const before = computed.layers.at(-2);
    const parts = [];
    eachGraph(graph, computed.settings, ({ columns, weights }, share, modality, layer) => {
      const k = columns.shape[1];
      for (let slot = item * k; slot < (item + 1) * k; slot++) {
        const j = columns[slot];
        const weight = share * weights[slot];
        if (!(weight > 0) || computed.cut.has(item * n + j)) continue;
        const value = weight * dot(user.vector, 0, before, j, d) * computed.scales[item];
        parts.push({ item: j, modality, layer, weight, value, owned: owned.has(j) });
      }
    });
    return {
      item,
      score: scored.total[item],
      collaborative: dot(user.vector, 0, machine.items, item, d),
      graph: parts,
      content: contentParts(machine.content, scored.factor, user.owned, item),
    };
  }

  function contentParts(content, factor, owned, item) {
    if (!content) return [];
    const width = content.items.shape[1];
    const relative = new Float64Array(width);
    for (let a = 0; a < width; a++) relative[a] = content.items[item * width + a] - content.mean[a];
    return Array.from(owned, (j) => ({ item: j, value: factor * dot(content.items, j, relative, 0, width) }));
  }

  const sum = (parts) => parts.reduce((total, part) => total + part.value, 0);

  /** Return parts summed by a key, largest first: [key, value] each. */
  function sumBy(parts, key) {
    const found = new Map();
    for (const part of parts) found.set(part[key], (found.get(part[key]) ?? 0) + part.value);
    return [...found].sort((a, b) => b[1] - a[1]);
  }

  return { compute, dot, explain, products, rankOf, ranking, scoreAll, sum, sumBy, trained };
})();
