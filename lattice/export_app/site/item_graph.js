"use strict";

// The item graph around one item: by modality and layer, click to walk.
const ItemGraphPage = (() => {
  const { el } = Dom;
  const FUSED = "fused";
  const HELP = {
    mixed: "λ times the initial graph plus 1 − λ times the learned one: what the model propagates over (Eq. 5).",
    initial: "Nearest neighbours by the raw features (Eqs. 1-3).",
    learned: "Nearest neighbours by the transformed features (Eq. 4).",
    gained: "What learning added: where the learned weight is larger than the initial one.",
    lost: "What learning removed: where the initial weight is larger than the learned one.",
  };
  const NARROW = 640; // CSS pixels

  async function show() {
    const model = Catalogue.explained();
    const words = Catalogue.words();
    const head = Dom.heading("Item graph", `Walk from ${words.item} to ${words.item} through the graph that the model learned.`);
    if (!model) return { nodes: [...head, el("p.note", {}, "No model here has an item graph.")] };
    const [trained, descriptions] = await Promise.all([Explained.machine(model.place), Store.load("descriptions")]);
    const settings = WhatIf.settings(trained);
    const machine = await Explained.machine(model.place, settings.k);
    const item = chosenItem();
    const modality = State.choice("graph", [FUSED, ...model.modalities]);
    const layer = State.choice("layer", Neighbourhood.LAYERS);
    const hops = Number(State.choice("hops", ["1", "2"]));
    const narrow = innerWidth < NARROW;
    const limit = hops === 2 && !narrow ? 60 : 40;
    const options = { modality: modality === FUSED ? null : model.modalities.indexOf(modality), layer, hops, limit };
    const found = Neighbourhood.around(machine, settings, item, options);
    const asked = State.read().params.get("item");
    const go = (row) => State.go({ item: Catalogue.items.ids[row] });
    return { nodes: [
      ...head,
      asked && Catalogue.itemOf(asked) === null ? el("p.warning", { role: "alert" }, `There is no ${words.item} “${asked}”.`) : null,
      el("div.controls", {},
        Picker.field("item", "item", Dom.capital(words.item), item, go),
        Catalogue.modelChoice(),
        Dom.segments("graph", "Graph", [FUSED, ...model.modalities].map((one) => [one, one]), modality, (graph) => State.go({ graph })),
        Dom.segments("layer", "Edges", Neighbourhood.LAYERS.map((one) => [one, one]), layer, (one) => State.go({ layer: one })),
        Dom.segments("hops", "Steps", [["1", "1"], ["2", "2"]], String(hops), (one) => State.go({ hops: one }))),
      el("p.note", {}, HELP[layer], WhatIf.isOn() ? " With the changed coefficients of Recommend." : ""),
      hero(item, descriptions[item]),
      found.nodes.length > 1
        ? GraphFigure.draw(found, model.modalities, narrow, go)
        : el("p.note", {}, "It has no such neighbours."),
      found.total > found.nodes.length ? el("p.note", {}, `The ${found.nodes.length} nearest of ${found.total} are drawn.`) : null,
      el("h2", {}, "Neighbours"),
      neighbours(found, model.modalities),
    ] };
  }

  /** Return the item of the address; without one, the first of the catalogue. */
  function chosenItem() {
    return Catalogue.itemOf(State.read().params.get("item")) ?? 0;
  }

  function hero(item, description) {
    const id = Catalogue.items.ids[item];
    return el("div.hero", {}, Catalogue.picture(item), el("div.text", {},
      el("h2", {}, Catalogue.title(item)),
      el("div.meta", {}, [Catalogue.items.briefs[item], id].filter(Boolean).join(" · ")),
      description ? el("p", {}, description) : null,
      Catalogue.items.warm[item] ? null : el("p.note", {}, `Nobody has ${Catalogue.words().chosen} it in training.`)));
  }

  function neighbours(found, names) {
    const first = found.nodes.filter((node) => node.hop === 1);
    const own = found.edges.filter((edge) => edge.source === found.nodes[0].item);
    const most = Math.max(...first.map((node) => node.weight), 1e-12);
    return el("ol.rows.two", {}, first.map((node, at) => Catalogue.line(node.item, { rank: at + 1, marks: [
      el("span.stack", { role: "img", "aria-label": `weight ${node.weight.toFixed(4)}` }, own.filter((edge) => edge.target === node.item)
        .map((edge) => el("i", { title: `${names[edge.modality]} ${edge.weight.toFixed(4)}`,
          css: { width: `${(edge.weight / most) * 100}%`, background: Catalogue.colour(edge.modality) } }))),
      el("span", {}, node.weight.toFixed(4)),
    ] })));
  }

  return { show };
})();
