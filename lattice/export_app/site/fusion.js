"use strict";

// How much each modality counts, in the weights alpha and in what items receive through the graph.
const FusionPage = (() => {
  const { el } = Dom;

  async function show() {
    const model = Catalogue.explained();
    const words = Catalogue.words();
    const head = Dom.heading("Fusion", "How much each modality counts, and what learning changed in its graph.");
    if (!model) return { nodes: [...head, el("p.note", {}, "No model here has an item graph.")] };
    const [graph, fusion, facts] = await Promise.all(
      ["graph", "fusion", "facts"].map((name) => Store.load(`models/${model.place}/${name}`)));
    const history = new Map(facts.history);
    const series = model.modalities.map((name, m) => ({ label: name, values: history.get(`alpha_${name}`) ?? [], colour: Catalogue.colour(m) }));
    return { nodes: [
      ...head, Catalogue.modelChoice(),
      el("h2", {}, "Weights α"),
      el("p.note", {}, `The fused graph is the sum of every modality's graph times its α (Eq. 6). λ = ${graph.lambda}: the weight of the initial graph. k = ${graph.k} neighbours per ${words.item}.`),
      Charts.shares(graph.modalities.map(({ name, alpha }, m) => ({ label: name, value: alpha, colour: Catalogue.colour(m), text: alpha.toFixed(3) })), "Weights of the modalities"),
      el("h3", {}, "α in training"), Charts.lines(series, "Weights of the modalities by epoch", facts.best_epoch),
      el("h2", {}, `Each modality's share of what ${words.items} receive`),
      el("p.note", {}, `What ${article(words.item)} receives from its neighbours is a sum over modalities. A share of 1: all of it comes from this one.`),
      el("div.grid", {}, fusion.modalities.map(({ name, mean, shares }, m) => el("figure", {},
        el("figcaption", {}, el("b", {}, name), mean === null ? "" : `, mean ${mean.toFixed(2)}`),
        Charts.histogram(shares, Catalogue.colour(m), `Histogram of the shares of ${name}`, `share of ${name}`)))),
      el("h2", {}, "What learning changed"),
      Dom.table("Edges of each modality's graph, without self-loops.",
        ["modality", "in both graphs", "gained: only in the learned one", "lost: only in the initial one"],
        fusion.modalities.map(({ name, kept, gained, lost }) => [name, kept, gained, lost])),
      el("p", {}, "What other weights would do to a list is under ", el("a", { href: State.link("recommend") }, "Recommend"), ", What if."),
    ] };
  }

  const article = (noun) => (/^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`);

  return { show };
})();
