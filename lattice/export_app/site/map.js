"use strict";

// The map of the catalogue: items that are near in the item graph lie near each other.
const MapPage = (() => {
  const { el } = Dom;
  const COLOURS = ["#26978f", "#cf7429", "#7a78d8", "#c4588f", "#8a8f2a", "#4f8abf", "#b5544a", "#5f9e5a"];
  const OTHER = "#8a9a9c";

  async function show() {
    const model = Catalogue.explained();
    const words = Catalogue.words();
    const head = Dom.heading("Map", `All ${words.items}, those with similar neighbours close to each other. Drag, zoom, and pick one.`);
    if (!model?.map) return { nodes: [...head, el("p.note", {}, "No model here has a map; `lattice map CHECKPOINT` makes one.")] };
    const points = await Store.load(`models/${model.place}/map`);
    const item = Catalogue.itemOf(State.read().params.get("item"));
    const user = Catalogue.userOf(State.read().params.get("user"));
    const owned = user === null ? [] : (await Explained.history(user)).owned;
    const groups = largest(Catalogue.items.groups);
    const colours = Catalogue.items.groups.map((group) => COLOURS[groups.indexOf(group)] ?? OTHER);
    const strong = new Map(owned.map((row) => [row, false]));
    if (item !== null) strong.set(item, true);
    const pick = (row) => State.go({ item: Catalogue.items.ids[row] });
    return { nodes: [
      ...head,
      el("div.controls", {}, Picker.field("item", "item", Dom.capital(words.item), item, pick, "Find one by its title"),
        Picker.field("user", "user", `Show what a ${words.user} has`, user, (row) => State.go({ user: Catalogue.users[row] })),
        Catalogue.modelChoice()),
      MapFigure.draw(points, colours, strong, pick),
      groups.length ? Charts.legend([...groups.map((group, at) => ({ label: group, colour: COLOURS[at] })),
        ...(colours.includes(OTHER) ? [{ label: "other", colour: OTHER }] : [])]) : null,
      item === null ? null : el("ul.rows", {}, Catalogue.line(item)),
    ] };
  }

  /** Return the groups with most items, as many as there are colours. */
  function largest(groups) {
    const counts = new Map();
    for (const group of groups) if (group) counts.set(group, (counts.get(group) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]).slice(0, COLOURS.length).map(([group]) => group);
  }

  return { show };
})();
