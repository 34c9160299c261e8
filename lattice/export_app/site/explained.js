"use strict";

// Loads what a model with an item graph needs to be computed with, and a user's vector and items.
const Explained = (() => {
  const machines = new Map();

  /** Return a promise of the machine of the model at a place among all models. See scores.js. k: null is as trained. */
  async function machine(place, k = null) {
    if (!machines.has(place)) machines.set(place, loadMachine(place));
    const trained = await machines.get(place);
    if (k === null || k === trained.graph.k) return trained;
    return NeighbourCount.change(trained, await Store.load(`models/${place}/nearest`), k);
  }

  async function loadMachine(place) {
    const model = Catalogue.about.models[place];
    const [graph, vectors, content] = await Promise.all([
      Store.load(`models/${place}/graph`),
      Store.load(`models/${place}/items`),
      model.content ? Store.load(`models/${place}/content`) : null,
    ]);
    const [n, d] = vectors.items.shape;
    const { items, inputs } = vectors;
    const propagatesFeatures = model.input === "features";
    return { n, d, graph, items, inputs, content: content && scaled(content), propagatesFeatures, warm: Catalogue.items.warm };
  }

  /** Return content with its items as numbers: they come as integers and a scale per row. */
  function scaled({ weight, items, scales, mean }) {
    const width = items.shape[1];
    const numbers = Float32Array.from(items, (value, at) => value * scales[Math.floor(at / width)]);
    return { weight, mean, items: Object.assign(numbers, { shape: items.shape }) };
  }

  /** Return a promise of a user's items by split, and the first items of every model's list. */
  async function history(user) {
    const { block } = Catalogue.about;
    const loaded = await Store.load(`users/${Math.floor(user / block)}`);
    const row = user % block;
    const of = ({ starts, values }) => Array.from(values.subarray(starts[row], starts[row + 1]));
    const lists = loaded.lists.map((list) => {
      const k = list.shape[1];
      return Array.from(list.subarray(row * k, (row + 1) * k)).filter((item) => item < Catalogue.items.ids.length);
    });
    return { owned: of(loaded.train), valid: of(loaded.valid), test: of(loaded.test), lists };
  }

  /** Return a promise of a user as scores.js takes it. */
  async function user(place, row) {
    const { block } = Catalogue.about;
    const [loaded, { owned }] = await Promise.all([
      Store.load(`models/${place}/users/${Math.floor(row / block)}`), history(row),
    ]);
    const d = loaded.vectors.shape[1];
    return { vector: loaded.vectors.subarray((row % block) * d, (row % block + 1) * d), owned };
  }

  /** Return a promise of all users' vectors, [users, d], block after block. */
  async function allUsers(place) {
    const blocks = Math.ceil(Catalogue.users.length / Catalogue.about.block);
    const loaded = await Promise.all(
      Array.from({ length: blocks }, (_, block) => Store.load(`models/${place}/users/${block}`)));
    return loaded.map((one) => one.vectors);
  }

  return { allUsers, history, machine, user };
})();
