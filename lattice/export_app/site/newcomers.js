"use strict";

// Items that nobody has chosen yet: the data set's examples, and one made of "like these".
const NewcomersPage = (() => {
  const { el, count } = Dom;
  const MOST = 6; // items to be like
  const USERS = 20;

  async function show() {
    const model = Catalogue.explained();
    const words = Catalogue.words();
    const head = Dom.heading("Cold start", `Where ${words.items} that nobody has ${words.chosen} land in the graph, and who would get them.`);
    if (!model) return { nodes: [...head, el("p.note", {}, "No model here has an item graph, and without one a new item has no place.")] };
    const examples = await Store.load(`models/${model.place}/newcomers`);
    const made = await likeThese(model);
    return { nodes: [
      ...head,
      el("p.info", {}, "No encoder runs in this page, as one would take more than everything else here (14 MB of program, 8 MB of weights for pictures alone). So it can't read your own picture or text; the app and the command ", el("code", {}, "lattice fold-in"), " can. "
        + "The examples below were computed by the library when this page was exported; “like these” is computed here."),
      Catalogue.modelChoice(),
      el("h2", {}, "Like these"), made,
      el("h2", {}, "Examples"),
      examples.length ? gallery(examples) : el("p.note", {}, "This data set brings no examples."),
      examples.length ? detail(chosenOf(examples), model) : null,
    ] };
  }

  const chosenOf = (examples) => examples[Number(State.choice("example", examples.map((_, at) => String(at))))];

  function gallery(examples) {
    const chosen = chosenOf(examples);
    return el("div.cards", {}, examples.map((example, at) => el("button.card", {
      type: "button", id: `example-${at}`, "aria-pressed": String(example === chosen), onclick: () => State.go({ example: String(at) }),
    }, picture(example), el("b", {}, example.title), el("span.note", {}, example.note))));
  }

  const picture = (example) => el("img", { src: Store.file(`pictures/example-${example.number}.webp`), alt: "", loading: "lazy", width: 384, height: 384 });

  function detail(example, model) {
    const exposures = example.exposures.map(({ loss }, at) => [String(at), loss === null ? "none" : `${Math.round(loss * 100)}%`]);
    const asked = Number(State.choice("exposure", exposures.map(([value]) => value)));
    const { reach, users } = example.exposures[asked];
    const most = Math.max(...example.edges.map((edge) => edge.weight), 1e-12);
    return el("section", { "aria-label": example.title },
      el("h3", {}, example.title), el("p", {}, example.text),
      Charts.shares(example.alpha.map(([name, value]) => ({ label: name, value, colour: Catalogue.colour(model.modalities.indexOf(name)), text: value.toFixed(3) })), "Weights of the modalities"),
      el("div.grid", {}, example.alpha.map(([name]) => el("div", {}, el("h4", {}, `Nearest in ${name}`),
        el("ul.rows", {}, example.edges.filter((edge) => edge.modality === name).slice(0, 6).map((edge) => Catalogue.line(edge.item, { marks: [
          el("span.stack", {}, el("i", { css: { width: `${(edge.weight / most) * 100}%`, background: Catalogue.colour(model.modalities.indexOf(name)) } })),
          el("span", {}, `cosine ${edge.cosine.toFixed(2)}, weight ${edge.weight.toFixed(3)}`)] })))))),
      el("h4", {}, "Who would get it"),
      exposures.length > 1 ? Dom.segments("exposure", "Exposure: what it may cost the others in Recall@20", exposures, String(asked), (exposure) => State.go({ exposure })) : null,
      Dom.table(`In how many of ${Catalogue.users.length.toLocaleString("en")} lists it stands among the first.`,
        reach.map(([length]) => `top ${length}`), [reach.map(([, many]) => many)]),
      people(users.map(({ user, rank }) => [user, `rank ${rank.toLocaleString("en")}`])));
  }

  function people(rows) {
    return el("ul.people", {}, rows.map(([user, text]) => el("li", {},
      el("a", { href: State.link("recommend", { user: Catalogue.users[user] }) }, Catalogue.users[user]), " ", el("span.note", {}, text))));
  }

  async function likeThese(model) {
    const { params } = State.read();
    const words = Catalogue.words();
    const asked = params.getAll("like").map(Catalogue.itemOf).filter((row) => row !== null).slice(0, MOST);
    const ids = (rows) => (rows.length ? rows.map((row) => Catalogue.items.ids[row]) : null);
    const cold = asked.filter((row) => !Catalogue.items.warm[row]);
    const chosen = asked.filter((row) => Catalogue.items.warm[row]);
    return el("section", { "aria-label": "Like these" },
      el("p.note", {}, `Say which ${words.items} a new one is like. They become its neighbours with equal weights: its graph part is their mean, and so is the collaborative part that it lacks. Without a picture or text it has no content scores, so it is compared with the model's own scores.`),
      asked.length < MOST ? Picker.field("like", "item", `Add ${/^[aeiou]/i.test(words.item) ? "an" : "a"} ${words.item}`, null,
        (row) => State.go({ like: ids([...new Set([...asked, row])]) }), "Type a title or an id") : null,
      el("div.chips", {}, asked.map((row, at) => el("button.chip", { type: "button", id: `unlike-${at}`, title: "Remove",
        onclick: () => State.go({ like: ids(asked.filter((one) => one !== row)) }) }, `${Catalogue.title(row)} ×`))),
      cold.length ? el("p.warning", {}, `${count(cold.length, words.item, words.items)} nobody has ${words.chosen} in training: left out, as what was learned of them is noise.`) : null,
      chosen.length ? await placed(model, chosen) : null);
  }

  async function placed(model, chosen) {
    const words = Catalogue.words();
    const [machine, thresholds, blocks] = await Promise.all([
      Explained.machine(model.place), Store.load(`models/${model.place}/thresholds`), Explained.allUsers(model.place)]);
    const computed = Scores.compute(machine, Scores.trained(machine));
    const found = Likeness.leads(Likeness.place(machine, computed, chosen), blocks, thresholds, machine.d);
    const at = thresholds.lengths.indexOf(20) >= 0 ? thresholds.lengths.indexOf(20) : 0;
    const best = [...found].sort((a, b) => b.leads[at] - a.leads[at]).slice(0, USERS);
    return el("div.grid", {},
      el("div", {}, el("h3", {}, "Who would get it"),
        Dom.table(`In how many of ${found.length.toLocaleString("en")} lists of the model alone it stands among the first.`,
          thresholds.lengths.map((length) => `top ${length}`), [thresholds.lengths.map((_, i) => found.filter((one) => one.leads[i] > 0).length)]),
        el("p.note", {}, `The ${words.users} whose ${thresholds.lengths[at]}th ${words.item} it beats by most:`),
        people(best.map(({ user, leads }) => [user, Dom.signed(leads[at])]))),
      el("div", {}, el("h3", {}, "Nearest by the graph"),
        el("ul.rows", {}, Likeness.nearest(machine, computed, chosen, 6).map(([row, cosine]) =>
          Catalogue.line(row, { marks: [el("span", {}, `cosine ${cosine.toFixed(3)}`)] })))));
  }

  return { show };
})();
