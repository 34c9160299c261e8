"use strict";

// A user's lists, model beside model.
const Recommend = (() => {
  const { el, count, join } = Dom;
  const SHOWN = 3; // lists beside each other at first

  async function show() {
    const { about, users } = Catalogue;
    const { params } = State.read();
    const words = Catalogue.words();
    const user = Catalogue.userOf(params.get("user")) ?? 0;
    const view = { user, name: users[user], k: Number(State.choice("top", about.lengths.map(String))),
      main: Catalogue.explained(), history: await Explained.history(user) };
    view.hits = new Map([...view.history.valid.map((i) => [i, "validation"]), ...view.history.test.map((i) => [i, "test"])]);
    view.shown = shownModels(view.main, params.getAll("with"));
    if (view.main) await explain(view, params);
    const lists = el("div.lists");
    const summary = el("p.summary", { role: "status" });
    const draw = () => { lists.replaceChildren(...columns(view)); summary.textContent = inWords(view); };
    draw();
    const follow = async (settings) => { if (await recompute(view, settings)) draw(); };
    const nodes = [
      ...Dom.heading("Recommend", `Pick a ${words.user}. See what every model recommends, how the lists differ, and what a score is made of.`),
      unknown(params.get("user"), params.get("why") ?? params.get("why_not")),
      el("div.controls", {},
        Picker.field("user", "user", Dom.capital(words.user), user, (row) => State.go({ user: users[row] })),
        Catalogue.modelChoice(),
        Dom.segments("top", "List length", about.lengths.map((k) => [String(k), String(k)]), String(view.k), (top) => State.go({ top }))),
      about.models.length > 1 ? comparison(view) : null,
      el("h2", {}, `What ${view.name} has`, el("small", {}, ` · ${count(view.history.owned.length, words.item, words.items)} in training`)),
      el("div.strip", {}, view.history.owned.slice(0, 24).map((row) => el("a", {
        href: State.link("item-graph", { item: Catalogue.items.ids[row] }), title: Catalogue.title(row) },
      Catalogue.picture(row, Catalogue.title(row)))),
      view.history.owned.length > 24 ? el("span.note", {}, `and ${view.history.owned.length - 24} more`) : null),
      view.main ? await whatIf(view, follow) : el("p.note", {}, "No model here has an item graph, so that a score is one inner product with no parts to show."),
      el("div.controls.between", {}, summary, view.main ? Picker.field("why-not", "item", `Why not another ${words.item}?`, null,
        (row) => State.go({ why_not: Catalogue.items.ids[row], why: null }), "Type a title or an id") : null),
      lists,
    ];
    return { nodes, after: view.dialog };
  }

  /** Return the places of the models shown, the explained one first. */
  function shownModels(main, asked) {
    const places = Catalogue.about.models.map((_, place) => place);
    const first = main ? main.place : 0;
    const rest = places.filter((place) => place !== first);
    const wanted = rest.filter((place) => asked.includes(Catalogue.about.models[place].name));
    return [first, ...(asked.length ? wanted : rest.slice(0, SHOWN - 1))];
  }

  /** Load the explained model where its list, or a dialog, has to be computed. */
  async function explain(view, params) {
    if (!WhatIf.isOn() && !params.has("why") && !params.has("why_not")) return;
    await ready(view);
    await recompute(view, WhatIf.settings(view.trained));
    const item = Catalogue.itemOf(params.get("why") ?? params.get("why_not"));
    if (item !== null) view.dialog = () => Why.show(subject(view), item, !params.has("why"));
  }

  async function ready(view) {
    [view.trained, view.vectors] = await Promise.all([
      Explained.machine(view.main.place), Explained.user(view.main.place, view.user)]);
  }

  /** Compute the explained model under coefficients; return false where others have been asked for in the meantime. */
  async function recompute(view, settings) {
    view.asked = settings;
    const machine = await Explained.machine(view.main.place, settings.k);
    if (view.asked !== settings) return false;
    view.machine = machine;
    view.computed = Scores.compute(view.machine, settings);
    view.scored = Scores.scoreAll(view.machine, view.computed, view.vectors);
    view.computedList = Scores.ranking(view.scored.total, view.vectors.owned);
    return true;
  }

  const subject = ({ machine, main, computed, scored, vectors, name, history, k }) =>
    ({ machine, model: main, computed, scored, user: vectors, name, history, k });

  /** Return the panel of what-ifs; the model is loaded when it is opened, not before. */
  async function whatIf(view, follow) {
    if (view.trained) return WhatIf.panel(view.trained, view.computed.settings, follow);
    const closed = el("details.panel", { ontoggle: async () => {
      if (view.trained) return;
      await ready(view);
      const panel = WhatIf.panel(view.trained, WhatIf.settings(view.trained), follow);
      panel.open = true;
      closed.replaceWith(panel);
      panel.querySelector("summary").focus();
    } }, el("summary", {}, el("b", {}, "What if?"), " Move λ, k or α, cut an edge"), el("p.note", {}, "Loading the model…"));
    return closed;
  }

  function comparison(view) {
    const { models } = Catalogue.about;
    const [first, ...others] = view.shown;
    const toggle = (place) => {
      const next = others.includes(place) ? others.filter((one) => one !== place) : [...others, place];
      State.go({ with: next.length ? next.map((one) => models[one].name) : "none" });
    };
    return el("div.chips", { role: "group", "aria-label": "Compare with" }, el("span.label", {}, "Compare with"),
      models.map((model, place) => (place === first ? null : el("button.chip", {
        type: "button", id: `with-${place}`, "aria-pressed": String(others.includes(place)), onclick: () => toggle(place),
      }, model.label))));
  }

  /** Return a model's list of items as far as it is known. */
  const listOf = (view, place) => (view.computedList && place === view.main?.place ? view.computedList : view.history.lists[place]);

  function columns(view) {
    return view.shown.map((place) => {
      const changed = WhatIf.isOn() && place === view.main?.place;
      const label = Catalogue.about.models[place].label + (changed ? ", what if" : "");
      const list = listOf(view, place).slice(0, view.k);
      return el("section", { "aria-label": label, "data-model": Catalogue.about.models[place].name }, el("h3", {}, label),
        list.length ? el("ol.rows", {}, list.map((item, at) => row(view, place, item, at + 1)))
          : el("p.note", {}, "Nothing is left to recommend."));
    });
  }

  function row(view, place, item, rank) {
    const held = view.hits.get(item);
    return Catalogue.line(item, {
      rank,
      marks: [...shift(view, place, item, rank), held ? el("span.mark.hit", {}, `held out: ${held}`) : null].filter(Boolean),
      end: view.main ? el("button", { type: "button", id: `why-${place}-${item}`, "aria-label": `Why? ${Catalogue.title(item)}`,
        onclick: () => State.go({ why: Catalogue.items.ids[item], why_not: null }) }, "Why?") : null,
    });
  }

  /** Return how an item's rank differs from that in the first list; in the first list, from that in the second. */
  function shift(view, place, item, rank) {
    const other = place === view.shown[0] ? view.shown[1] : view.shown[0];
    if (other === undefined) return [];
    const { label } = Catalogue.about.models[other];
    const there = listOf(view, other).indexOf(item) + 1;
    if (!there) return [el("span.up", {}, "↑"), el("span", {}, `#${Catalogue.about.longest}+ in ${label}`)];
    const moved = there - rank;
    const text = moved === 0 ? "=" : `${moved > 0 ? "↑" : "↓"}${Math.abs(moved)}`;
    return [el(moved > 0 ? "span.up" : moved < 0 ? "span.down" : "span", {}, text), el("span", {}, `#${there} in ${label}`)];
  }

  function inWords(view) {
    const words = Catalogue.words();
    const lists = view.shown.map((place) => listOf(view, place).slice(0, view.k));
    const common = lists[0].filter((item) => lists.every((list) => list.includes(item))).length;
    const shared = lists.length > 1 ? `${common} of ${view.k} ${words.items} are in ${lists.length > 2 ? "all" : "both"} lists. ` : "";
    if (!view.hits.size) return `${shared}No ${words.item} of this ${words.user} is held out.`;
    const hits = lists.map((list, at) =>
      `${list.filter((item) => view.hits.has(item)).length} (${Catalogue.about.models[view.shown[at]].label})`);
    return `${shared}Of ${count(view.hits.size, `held-out ${words.item}`, `held-out ${words.items}`)}, the first ${view.k} hold ${join(hits)}.`;
  }

  /** Say which user or item of the address isn't known. */
  function unknown(user, item) {
    const lost = [[user, Catalogue.userOf, "user"], [item, Catalogue.itemOf, "item"]]
      .filter(([id, find]) => id && find(id) === null).map(([id, , kind]) => `There is no ${Catalogue.words()[kind]} “${id}”.`);
    return lost.length ? el("p.warning", { role: "alert" }, lost.join(" ")) : null;
  }

  return { show };
})();
