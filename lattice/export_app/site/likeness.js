"use strict";

// A new item described by catalogue items that it is like: its neighbours are chosen by hand, with equal weights.
const Likeness = (() => {
  /**
   * Return the new item's vector: h / |h| (h as it is in a model that adds it so) with h the mean of the chosen items' inputs to the last layer (Eqs. 7 and 8),
   * plus the mean of their collaborative vectors in place of the one that it lacks.
   */
  function place(machine, computed, chosen) {
    const { d } = machine;
    const mean = (x) => {
      const sum = new Float64Array(d);
      for (const row of chosen) for (let a = 0; a < d; a++) sum[a] += x[row * d + a] / chosen.length;
      return sum;
    };
    const h = mean(computed.layers.at(-2));
    const length = machine.graph.normalised ? Math.max(Math.sqrt(Scores.dot(h, 0, h, 0, d)), 1e-12) : 1;
    const collaborative = mean(machine.items);
    return collaborative.map((value, a) => value + h[a] / length);
  }

  /** Return every user with the score, and its lead over the last score in the user's list of each length. */
  function leads(vector, blocks, thresholds, d) {
    const width = thresholds.lengths.length;
    const found = [];
    for (const block of blocks) {
      for (let row = 0; row < block.length / d; row++) {
        const user = found.length;
        const score = Scores.dot(block, row, vector, 0, d);
        found.push({ user, score, leads: thresholds.lengths.map((_, at) => score - thresholds.scores[user * width + at]) });
      }
    }
    return found;
  }

  /** Return the items whose vectors in the graph point the same way, the chosen ones left out: [row, cosine]. */
  function nearest(machine, computed, chosen, most) {
    const { n, d } = machine;
    const last = computed.layers.at(-1);
    const before = computed.layers.at(-2);
    const h = new Float64Array(d);
    for (const row of chosen) for (let a = 0; a < d; a++) h[a] += before[row * d + a];
    const length = Math.sqrt(Scores.dot(h, 0, h, 0, d)) || 1;
    const cosines = Scores.products(h, last, n, d).map((value, i) => value / length / computed.lengths[i]);
    return Array.from(cosines.keys()).filter((i) => !chosen.includes(i))
      .sort((a, b) => cosines[b] - cosines[a]).slice(0, most).map((i) => [i, cosines[i]]);
  }

  return { leads, nearest, place };
})();
