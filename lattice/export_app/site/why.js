"use strict";

// Why an item has its score, and why another one isn't in the list: exact parts, drawn in a dialog.
const Why = (() => {
  const { el, signed, join } = Dom;
  const NEUTRAL = "#8a9a9c";
  const CONTENT = "#b59f3b";
  const MOST = 8;
  const LIKENESS = { visual: "looks", textual: "reads", audio: "sounds", acoustic: "sounds" };

  /**
   * Show the dialog. subject: {machine, model, computed, scored, user, name, history, k, ranks}; not: whether it is why not.
   */
  function show(subject, item, not) {
    const dialog = el("dialog", { "aria-labelledby": "why-title", onclose: () => leave(dialog),
      onclick: (event) => { if (event.target === dialog) dialog.close(); } });
    dialog.append(el("div.inside", {},
      el("form", { method: "dialog" }, el("button.close", { "aria-label": "Close" }, "×")),
      head(item), not ? whyNot(subject, item) : why(subject, item)));
    document.body.append(dialog);
    dialog.showModal();
  }

  function leave(dialog) {
    dialog.remove();
    const { params } = State.read();
    if (params.has("why") || params.has("why_not")) State.go({ why: null, why_not: null });
  }

  /** Close the dialog, if one is open, without changing the address. */
  function hide() {
    document.querySelectorAll("dialog").forEach((dialog) => dialog.remove());
  }

  function head(item) {
    const id = Catalogue.items.ids[item];
    return el("div.hero", {}, Catalogue.picture(item), el("div.text", {},
      el("h2", { id: "why-title" }, Catalogue.title(item)),
      el("div.meta", {}, [Catalogue.items.briefs[item], id].filter(Boolean).join(" · ")),
      el("a", { href: State.link("item-graph", { item: id }) }, "Its item graph")));
  }

  function why(subject, item) {
    const found = Scores.explain(subject.machine, subject.computed, subject.scored, subject.user, item);
    return [
      el("p", {}, el("b", {}, because(found)), " ", chief(subject, found)),
      el("p.note", {}, standing(subject, item)),
      Charts.waterfall(steps(subject, found), `The score ${found.score.toFixed(4)}, part by part.`),
      el("h3", {}, "Neighbours in the item graph"), neighbours(subject, found),
      found.content.length ? el("details", {}, el("summary", {}, `Content, by what ${subject.name} has`),
        Dom.table("What the content of each adds.", ["", "adds"],
          [...found.content].sort((a, b) => b.value - a.value)
            .map((part) => [Catalogue.title(part.item), signed(part.value, 4)]))) : null,
      el("details", {}, el("summary", {}, "Every part as a table"), everyPart(subject, found)),
    ];
  }

  function whyNot(subject, item) {
    const { machine, computed, scored, user, k, name } = subject;
    const list = Scores.ranking(scored.total, user.owned);
    const rank = Scores.rankOf(scored.total, user.owned, item);
    const last = Math.min(k, list.length);
    const own = Scores.explain(machine, computed, scored, user, item);
    const lead = user.owned.includes(item)
      ? `${name} has it already, so it is left out of the list; its score would put it at rank ${Dom.number(rank)}.`
      : `It is at rank ${Dom.number(rank)}.`;
    if (rank <= last) return [el("p", {}, lead), el("p.note", {}, standing(subject, item))];
    const other = Scores.explain(machine, computed, scored, user, list[last - 1]);
    return [
      el("p", {}, el("b", {}, lead), ` For rank ${last} it lacks ${(other.score - own.score).toFixed(3)}.`),
      el("p.note", {}, standing(subject, item)),
      el("h3", {}, `What it lacks for rank ${last}, held by “${Catalogue.title(list[last - 1])}”`),
      Charts.waterfall(gapSteps(subject, own, other), "The gap, part by part."),
      el("h3", {}, "The item-graph part of the gap, by neighbour"), gapTable(own, other, last),
    ];
  }

  /** Return the steps of the score: collaborative, every graph that adds, content, and the whole. */
  function steps(subject, found) {
    const { modalities } = subject.machine.graph;
    const parts = modalities.flatMap(({ name }, m) => ["initial", "learned"].map((layer) => ({
      label: `${name} · ${layer}`,
      value: Scores.sum(found.graph.filter((part) => part.modality === m && part.layer === layer)),
      colour: Catalogue.colour(m) + (layer === "initial" ? "99" : ""),
    })));
    return [{ label: "collaborative", value: found.collaborative, colour: NEUTRAL }, ...parts,
      ...contentStep(subject, Scores.sum(found.content)),
      { label: "score", value: found.score, colour: "var(--accent)", total: true }];
  }

  function gapSteps(subject, own, other) {
    const of = (found, m) => Scores.sum(found.graph.filter((part) => part.modality === m));
    return [
      { label: "collaborative", value: other.collaborative - own.collaborative, colour: NEUTRAL },
      ...subject.machine.graph.modalities.map(({ name }, m) => (
        { label: name, value: of(other, m) - of(own, m), colour: Catalogue.colour(m) })),
      ...contentStep(subject, Scores.sum(other.content) - Scores.sum(own.content)),
      { label: "the whole gap", value: other.score - own.score, colour: "var(--accent)", total: true },
    ];
  }

  const contentStep = ({ machine }, value) => (machine.content ? [{ label: "content", value, colour: CONTENT }] : []);

  /** Return which part of the score is largest, in a sentence. */
  function because(found) {
    const reasons = [
      [found.collaborative, `people with similar histories ${Catalogue.words().choose} it`],
      [Scores.sum(found.graph), `its neighbours in the item graph suit this ${Catalogue.words().user}`],
      [Scores.sum(found.content), `its content matches what the ${Catalogue.words().user} has`],
    ].sort((a, b) => b[0] - a[0]);
    const whole = reasons.reduce((total, [value]) => total + Math.max(value, 0), 0);
    const positive = reasons.filter(([value]) => value > 0.005 * whole && value > 0);
    if (!positive.length) return "Every part speaks against it; other items only score lower still.";
    return `Because ${join(positive.map(([value, reason]) => `${reason} (${Math.round((100 * value) / whole)}%)`))}.`;
  }

  /** Return the neighbour that adds most and in what it is similar. */
  function chief(subject, found) {
    const [first] = Scores.sumBy(found.graph.filter((part) => part.item !== found.item), "item");
    if (!first || first[1] <= 0) return "";
    const parts = found.graph.filter((part) => part.item === first[0]);
    const shares = Scores.sumBy(parts, "modality").filter(([, value]) => value > 0);
    const kinds = (shares[0][1] >= 0.7 * first[1] ? shares.slice(0, 1) : shares)
      .map(([m]) => subject.machine.graph.modalities[m].name);
    const alike = kinds.every((kind) => kind in LIKENESS)
      ? `${join(kinds.map((kind) => LIKENESS[kind]))} similar` : `is similar in ${join(kinds)}`;
    const has = parts[0].owned ? `, and ${subject.name} has it` : "";
    return `Of its neighbours, “${Catalogue.title(first[0])}” adds most: it ${alike}${has}.`;
  }

  /** Return the item's ranks in this model, by its collaborative part alone, and in the other models. */
  function standing(subject, item) {
    const { machine, scored, user, model, history } = subject;
    if (user.owned.includes(item)) return `The ${Catalogue.words().user} has it, so that no model recommends it.`;
    const rank = Scores.rankOf(scored.total, user.owned, item);
    const alone = Scores.rankOf(Scores.products(user.vector, machine.items, machine.n, machine.d), user.owned, item);
    const others = Catalogue.about.models.map((other, place) => {
      const at = history.lists[place].indexOf(item) + 1;
      return other.name === model.name ? null
        : `${other.label}: ${at ? `rank ${at}` : `not in its first ${Catalogue.about.longest}`}`;
    }).filter(Boolean);
    return `${model.label} puts it at rank ${Dom.number(rank)}; by the collaborative part alone it would be at rank `
      + `${Dom.number(alone)}.${others.length ? ` Trained separately: ${others.join(", ")}.` : ""}`;
  }

  function neighbours(subject, found) {
    const total = Scores.sumBy(found.graph, "item");
    if (!total.length) return el("p.note", {}, "It has no neighbours.");
    const owned = new Set(subject.user.owned);
    return el("ul.rows", {}, total.slice(0, MOST).map(([item, value]) => Catalogue.line(item, {
      marks: [el("span", {}, signed(value)), owned.has(item) ? el("span.mark", {}, `${subject.name} has it`) : null,
        item === found.item ? el("span.mark", {}, "itself") : null].filter(Boolean),
      end: item === found.item ? null : el("button", {
        type: "button", "aria-label": `Cut the edge to ${Catalogue.title(item)}`,
        title: "Take this edge out, in both directions, and see how the list changes",
        onclick: () => WhatIf.cutEdge(found.item, item),
      }, "Cut"),
    })));
  }

  function everyPart(subject, found) {
    const names = subject.machine.graph.modalities.map((m) => m.name);
    const rows = [...found.graph].sort((a, b) => b.value - a.value).map((part) => [
      Catalogue.title(part.item), names[part.modality], part.layer, part.weight, signed(part.value, 4)]);
    return Dom.table("What each neighbour adds to the score.",
      ["neighbour", "modality", "layer", "weight in A", "adds"],
      [["collaborative", "", "", "", signed(found.collaborative, 4)], ...rows]);
  }

  function gapTable(own, other, rank) {
    const [here, there] = [own, other].map((found) => new Map(Scores.sumBy(found.graph, "item")));
    const rows = [...new Set([...here.keys(), ...there.keys()])]
      .map((item) => [item, there.get(item) ?? 0, here.get(item) ?? 0])
      .sort((a, b) => Math.abs(b[1] - b[2]) - Math.abs(a[1] - a[2]));
    if (!rows.length) return el("p.note", {}, "Neither item has neighbours.");
    return Dom.table("What each neighbour adds to either score.",
      ["neighbour", "difference", `adds to rank ${rank}`, "adds to this item"],
      rows.slice(0, 2 * MOST).map(([item, a, b]) =>
        [Catalogue.title(item), signed(a - b, 4), a ? signed(a, 4) : "", b ? signed(b, 4) : ""]));
  }

  return { hide, show };
})();
