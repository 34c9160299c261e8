"use strict";

// What is known of the data set, its items and users, and how an item is shown.
const Catalogue = (() => {
  const { el, svg } = Dom;
  const COLOURS = ["#2d6a6a", "#8a5430", "#5a5a9c", "#8c4468", "#666a2a", "#3c6684", "#7a4f8a", "#4a6b45"];
  const MODALITIES = ["#26978f", "#cf7429", "#7a78d8", "#c4588f", "#8a8f2a", "#4f8abf"];
  const self = { about: null, users: [], items: null, datasets: [], dataset: null };

  /** Load the data set that the address names, or the first. */
  async function load() {
    self.datasets = await Store.load("datasets");
    self.dataset = asked();
    Store.open(self.dataset.folder);
    [self.about, self.users, self.items] = await Promise.all(["about", "users", "items"].map(Store.load));
    self.rows = new Map(self.items.ids.map((id, row) => [id, row]));
    self.userRows = new Map(self.users.map((id, row) => [id, row]));
  }

  /** Return the data set that the address names; the first where it names none that is known. */
  function asked() {
    const name = State.read().params.get("data");
    return self.datasets.find((one) => one.name === name) ?? self.datasets[0];
  }

  const words = () => self.about.words;
  const title = (row) => self.items.titles[row];

  /** Return the row of the item, or user, that the address names; null where it names none that is known. */
  const itemOf = (id) => self.rows.get(id) ?? null;
  const userOf = (id) => self.userRows.get(id) ?? null;

  /** Return the place among all models, and the model, that is explained: the one in the address, or the first. */
  function explained() {
    const able = self.about.models.map((model, place) => ({ ...model, place })).filter((m) => m.modalities.length);
    return able.find((model) => model.name === State.read().params.get("model")) ?? able[0] ?? null;
  }

  /** Return buttons to choose the explained model, where there are several. */
  function modelChoice() {
    const able = self.about.models.filter((model) => model.modalities.length);
    if (able.length < 2) return null;
    return Dom.segments("model", "Model", able.map((m) => [m.name, m.label]), explained().name,
      (name) => State.go({ model: name, ...WhatIf.TRAINED }));
  }

  /** Return an item's picture, or a tile with initials. alt: "" where its title stands beside it. */
  function picture(row, alt = "") {
    if (self.items.pictures[row]) {
      return el("img", { src: pictureFile(row), alt, loading: "lazy", width: 192, height: 192, decoding: "async" });
    }
    const named = self.items.groups[row] || title(row);
    const letters = named.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
    return svg("svg.tile", { viewBox: "0 0 64 64", role: alt ? "img" : null, "aria-label": alt || null,
      "aria-hidden": alt ? null : "true" },
    svg("rect", { width: 64, height: 64, fill: tileColour(row) }),
    svg("text", { x: 32, y: 41, "text-anchor": "middle", "font-size": 26, "font-weight": 600, fill: "#fff" }, letters));
  }

  const pictureFile = (row) => (self.items.pictures[row] ? Store.file(`pictures/${row}.webp`) : null);

  function tileColour(row) {
    const named = self.items.groups[row] || title(row);
    let sum = 0;
    for (const letter of named) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
    return COLOURS[sum % COLOURS.length];
  }

  /** Return a row of a list: rank, picture, title, brief, marks, and what stands at its end. */
  function line(row, { rank = null, marks = [], end = null } = {}) {
    return el("li.row", { "data-item": self.items.ids[row] },
      rank === null ? null : el("span.rank", {}, String(rank)),
      picture(row),
      el("div.text", {},
        el("a.title", { href: State.link("item-graph", { item: self.items.ids[row] }) }, title(row)),
        el("div.meta", {}, self.items.briefs[row] || self.items.ids[row]),
        marks.length ? el("div.marks", {}, marks) : null),
      end);
  }

  /** Return the colour of a modality, by its place in the model. */
  const colour = (place) => MODALITIES[place % MODALITIES.length];

  return Object.assign(self, {
    asked, colour, explained, itemOf, line, load, modelChoice, picture, pictureFile, tileColour, title, userOf, words,
  });
})();
