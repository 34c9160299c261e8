"use strict";

// The item graph with another number of neighbours per item, from the exported nearest items (Eqs. 2 and 3).
const NeighbourCount = (() => {
  const STEPS = 65535; // of a weight between 0 and 1

  /** Return the machine with k neighbours per item. nearest: what the export holds of every modality and layer. */
  function change(machine, nearest, k) {
    const modalities = machine.graph.modalities.map((one, m) => ({
      ...one,
      initial: graph(nearest.modalities[m].initial, machine.n, k),
      learned: graph(nearest.modalities[m].learned, machine.n, k),
    }));
    return { ...machine, graph: { ...machine.graph, k, modalities } };
  }

  /** Return D^-1/2 S D^-1/2 with D the row sums of S, the first k columns of every row. */
  function graph({ columns, weights }, n, k) {
    const width = columns.shape[1];
    const found = { columns: new Uint32Array(n * k), weights: new Float64Array(n * k) };
    const scales = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let degree = 0;
      for (let slot = 0; slot < k; slot++) degree += weights[i * width + slot] / STEPS;
      scales[i] = degree > 0 ? 1 / Math.sqrt(degree) : 0;
    }
    for (let i = 0; i < n; i++) {
      for (let slot = 0; slot < k; slot++) {
        const j = columns[i * width + slot];
        found.columns[i * k + slot] = j;
        found.weights[i * k + slot] = scales[i] * (weights[i * width + slot] / STEPS) * scales[j];
      }
    }
    found.columns.shape = [n, k];
    return found;
  }

  return { change };
})();
