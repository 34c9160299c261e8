"use strict";

// What every model scores, how it was trained, and on which data.
const ModelsPage = (() => {
  const { el } = Dom;

  async function show() {
    const { models, dataset, line, credits } = Catalogue.about;
    const [data, ...facts] = await Promise.all([
      Store.load("dataset"), ...models.map((_, place) => Store.load(`models/${place}/facts`))]);
    const chosen = models.findIndex((model) => model.name === State.choice("model", models.map((m) => m.name)));
    return { nodes: [
      ...Dom.heading("Models", "What every model scores, how it was trained, and on which data."),
      scores(models, facts),
      el("h2", {}, "One model"),
      Dom.segments("model", "Model", models.map((m) => [m.name, m.label]), models[chosen].name, (model) => State.go({ model })),
      ...one(facts[chosen]),
      el("h2", {}, "Data"),
      line ? el("p", {}, line) : null, credits ? el("p.note", {}, credits) : null,
      Dom.table(`Figures of the data set ${dataset}.`, ["", ""], data.map(([name, value]) => [Dom.capital(name), value])),
    ] };
  }

  function scores(models, facts) {
    const several = facts.some((one) => one.spread);
    const splits = [["test", "test"], ["valid", "validation"], ...(several ? [["seeds", "test, several seeds"]] : [])];
    const split = State.choice("split", splits.map(([value]) => value));
    const cells = facts.map((one) => split === "seeds" ? one.spread?.scores ?? [] : new Map(one.splits).get(split));
    const columns = [...new Map(cells.flat().map(([column, label]) => [column, label]))];
    const value = (of, column) => of.find(([name]) => name === column);
    const rows = models.map((model, place) => [model.label, ...columns.map(([column]) => {
      const found = value(cells[place], column);
      return found === undefined ? null : split === "seeds" ? `${found[2].toFixed(4)} ± ${found[3].toFixed(4)}` : found[2];
    })]);
    return el("section", {}, el("div.controls", {},
      Dom.segments("split", "Split", splits, split, (name) => State.go({ split: name }))),
    Dom.table(split === "seeds" ? "Mean ± standard deviation over seeds." : "All items are ranked for every user; only training items are left out.",
      ["model", ...columns.map(([, label]) => label)], rows));
  }

  function one(facts) {
    const history = new Map(facts.history);
    const series = ["loss", "recall@20"].filter((name) => history.has(name));
    return [
      el("div.grid", {}, series.map((name, at) => el("div", {}, el("h3", {}, name === "loss" ? "Training loss" : "Validation Recall@20"),
        Charts.lines([{ label: name, values: history.get(name), colour: Catalogue.colour(at) }], `${name} by epoch`, facts.best_epoch)))),
      el("div.grid", {},
        Dom.table("Training.", ["", ""], [...facts.facts, ...facts.encoders.map(([modality, name]) => [`Features: ${modality}`, name])]),
        Dom.table("Options.", ["", ""], facts.options)),
      el("details", {}, el("summary", {}, "Model card"), el("pre", {}, facts.card)),
    ];
  }

  return { show };
})();
