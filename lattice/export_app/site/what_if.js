"use strict";

// Other coefficients of the item graph, without training: lambda, alpha and cut edges, kept in the address.
const WhatIf = (() => {
  const { el } = Dom;

  /** Return the coefficients that the address asks for, the trained ones where it asks for none. */
  function settings(machine) {
    const { params } = State.read();
    const base = Scores.trained(machine);
    const lambda = Number(params.get("lambda"));
    if (params.has("lambda") && lambda >= 0 && lambda <= 1) base.lambda = lambda;
    const asked = (params.get("alpha") ?? "").split(",").map(Number);
    const sum = asked.reduce((a, b) => a + b, 0);
    if (params.has("alpha") && asked.length === base.alpha.length && asked.every((a) => a >= 0) && sum > 0) {
      base.alpha = asked.map((a) => a / sum);
    }
    base.cut = params.getAll("cut").map(pair).filter(Boolean);
    return base;
  }

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
    return ["lambda", "alpha", "cut"].some((name) => params.has(name));
  }

  function cutEdge(one, other) {
    const { params } = State.read();
    const edge = JSON.stringify([one, other].sort((a, b) => a - b).map((row) => Catalogue.items.ids[row]));
    State.go({ cut: [...new Set([...params.getAll("cut"), edge])] });
  }

  /** Return the panel. follow(settings) is called while a slider moves. */
  function panel(machine, current, follow) {
    const trained = Scores.trained(machine);
    const chosen = { ...current, alpha: [...current.alpha] };
    const follows = () => follow({ ...chosen, alpha: normalised(chosen.alpha) });
    const lambda = slider("lambda", "λ, weight of the initial graph", chosen.lambda, (value) => {
      chosen.lambda = value;
      State.note({ lambda: value === trained.lambda ? null : String(value) });
      follows();
    });
    const alphas = machine.graph.modalities.map(({ name }, m) => slider(`alpha-${m}`, `α of ${name}`, chosen.alpha[m], (value) => {
      chosen.alpha[m] = value;
      if (!chosen.alpha.some((a) => a > 0)) return;
      State.note({ alpha: chosen.alpha.map((a) => a.toFixed(3)).join(",") });
      follows();
    }));
    return el("details.panel", { open: isOn() }, el("summary", {}, el("b", {}, "What if?"), " Move λ or α, cut an edge"),
      el("p.note", {}, "Computed here with other coefficients; nothing is trained again. Weights α are scaled to sum to 1. "
        + "An edge is cut under Why. The number of neighbours k is fixed on this page."),
      el("div.controls", {}, lambda, alphas),
      current.cut.length ? el("div.chips", {}, el("span.label", {}, "Cut edges"), current.cut.map(chip)) : null,
      el("button", { type: "button", id: "reset", onclick: () => State.go({ lambda: null, alpha: null, cut: null }) },
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

  function slider(id, label, value, move) {
    const output = el("output", { for: id }, value.toFixed(2));
    return el("div.field", {}, el("label.label", { for: id }, label, " ", output),
      el("input", { id, type: "range", min: 0, max: 1, step: 0.05, value, oninput: (event) => {
        output.textContent = Number(event.target.value).toFixed(2);
        move(Number(event.target.value));
      } }));
  }

  return { cutEdge, isOn, panel, settings };
})();
