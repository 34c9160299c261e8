"use strict";

// Other coefficients of the item graph, without training: lambda, k, alpha and cut edges, kept in the address.
const WhatIf = (() => {
  const { el } = Dom;
  const SHARE = { min: 0, max: 1, step: 0.05 };
  const TRAINED = { lambda: null, k: null, alpha: null, cut: null }; // the address of the trained model

  /** Return the coefficients that the address asks for, the trained ones where it asks for none. machine: as trained. */
  function settings(machine) {
    const { params } = State.read();
    const base = Scores.trained(machine);
    const lambda = Number(params.get("lambda"));
    if (params.has("lambda") && lambda >= 0 && lambda <= 1) base.lambda = lambda;
    const k = Number(params.get("k"));
    if (params.has("k") && Number.isInteger(k) && k >= least(machine) && k <= machine.graph.widest) base.k = k;
    const asked = (params.get("alpha") ?? "").split(",").map(Number);
    const sum = asked.reduce((a, b) => a + b, 0);
    if (params.has("alpha") && asked.length === base.alpha.length && asked.every((a) => a >= 0) && sum > 0) {
      base.alpha = asked.map((a) => a / sum);
    }
    base.cut = params.getAll("cut").map(pair).filter(Boolean);
    return base;
  }

  /** Return the smallest k that can be chosen: with 1, an item's only neighbour is itself. */
  const least = (machine) => Math.min(2, machine.graph.k);

  /** Return an edge of the address as two rows; null where it names items that aren't known. */
  function pair(text) {
    try {
      const rows = JSON.parse(text).map(Catalogue.itemOf);
      return rows.length === 2 && rows.every((row) => row !== null) ? rows : null;
    } catch {
      return null;
    }
  }

  /** Return whether the address asks for anything but the trained coefficients. */
  function isOn() {
    const { params } = State.read();
    return Object.keys(TRAINED).some((name) => params.has(name));
  }

  function cutEdge(one, other) {
    const { params } = State.read();
    const edge = JSON.stringify([one, other].sort((a, b) => a - b).map((row) => Catalogue.items.ids[row]));
    State.go({ cut: [...new Set([...params.getAll("cut"), edge])] });
  }

  /** Return the panel. machine: as trained. follow(settings) is called while a slider moves. */
  function panel(machine, current, follow) {
    const trained = Scores.trained(machine);
    const chosen = { ...current, alpha: [...current.alpha] };
    const follows = () => follow({ ...chosen, alpha: normalised(chosen.alpha) });
    const lambda = slider("lambda", "λ, weight of the initial graph", chosen.lambda, SHARE, (value) => {
      chosen.lambda = value;
      State.note({ lambda: value === trained.lambda ? null : String(value) });
      follows();
    });
    const { k: trainedK, widest } = machine.graph;
    const range = { min: least(machine), max: Math.max(widest, least(machine)), step: 1 };
    const neighbours = slider("k", `k, neighbours per ${Catalogue.words().item}`, chosen.k, range, (value) => {
      chosen.k = value;
      State.note({ k: value === trainedK ? null : String(value) });
      follows();
    });
    const alphas = machine.graph.modalities.map(({ name }, m) => slider(`alpha-${m}`, `α of ${name}`, chosen.alpha[m], SHARE, (value) => {
      chosen.alpha[m] = value;
      if (!chosen.alpha.some((a) => a > 0)) return;
      State.note({ alpha: chosen.alpha.map((a) => a.toFixed(3)).join(",") });
      follows();
    }));
    return el("details.panel", { open: isOn() }, el("summary", {}, el("b", {}, "What if?"), " Move λ, k or α, cut an edge"),
      el("p.note", {}, "Computed here with other coefficients; nothing is trained again. Weights α are scaled to sum to 1. "
        + `An edge is cut under Why. k counts the ${Catalogue.words().item} itself; up to ${widest} nearest were exported.`),
      el("div.controls", {}, lambda, neighbours, alphas),
      current.cut.length ? el("div.chips", {}, el("span.label", {}, "Cut edges"), current.cut.map(chip)) : null,
      el("button", { type: "button", id: "reset", onclick: () => State.go(TRAINED) },
        "As trained"));
  }

  function normalised(alpha) {
    const sum = alpha.reduce((a, b) => a + b, 0);
    return alpha.map((a) => a / sum);
  }

  function chip([one, other], place) {
    const { params } = State.read();
    const rest = params.getAll("cut").filter((text) => String(pair(text)) !== String([one, other]));
    return el("button.chip", { type: "button", id: `cut-${place}`, title: "Restore this edge",
      onclick: () => State.go({ cut: rest.length ? rest : null }) },
    `${Catalogue.title(one)} – ${Catalogue.title(other)} ×`);
  }

  function slider(id, label, value, range, move) {
    const text = (number) => (range.step < 1 ? number.toFixed(2) : String(number));
    const output = el("output", { for: id }, text(value));
    return el("div.field", {}, el("label.label", { for: id }, label, " ", output),
      el("input", { id, type: "range", ...range, value, oninput: (event) => {
        output.textContent = text(Number(event.target.value));
        move(Number(event.target.value));
      } }));
  }

  return { TRAINED, cutEdge, isOn, panel, settings };
})();
