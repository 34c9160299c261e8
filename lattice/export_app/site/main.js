"use strict";

// Navigation: which page the address names, the colour theme, and what to do when something fails.
(() => {
  const { el } = Dom;
  const PAGES = [
    ["recommend", "Recommend", Recommend], ["item-graph", "Item graph", ItemGraphPage], ["map", "Map", MapPage],
    ["fusion", "Fusion", FusionPage], ["cold-start", "Cold start", NewcomersPage], ["models", "Models", ModelsPage],
  ];
  const main = document.getElementById("main");
  let latest = 0;
  let shown = null;
  let lost = null; // a data set that the address named, but that isn't here; said once

  async function draw() {
    if (Catalogue.asked() !== Catalogue.dataset) return location.reload();
    const turn = ++latest;
    const asked = State.read().page;
    const [page, title, view] = PAGES.find(([name]) => name === asked) ?? PAGES[0];
    if (page !== asked) return location.replace(State.link(page));
    document.title = `${title} · LATTICE Explorer`;
    main.setAttribute("aria-busy", "true");
    const found = await view.show().catch(failed);
    if (turn !== latest) return undefined;
    const focused = document.activeElement?.id;
    Why.hide();
    document.getElementById("brand").href = State.fresh("recommend");
    document.getElementById("pages").replaceChildren(...links(page));
    document.querySelector("#pages [aria-current]").scrollIntoView({ block: "nearest", inline: "center" });
    main.replaceChildren(...[missing(), ...found.nodes].filter(Boolean));
    main.removeAttribute("aria-busy");
    if (page !== shown) scrollTo(0, 0);
    shown = page;
    if (focused && focused !== "main") document.getElementById(focused)?.focus({ preventScroll: true });
    found.after?.();
    main.dataset.ready = location.hash;
    return undefined;
  }

  function links(page) {
    return PAGES.map(([name, title]) => el("a", { href: State.link(name), "aria-current": name === page ? "page" : null }, title));
  }

  /** Say once that the address named a data set that isn't here. */
  function missing() {
    const [name] = [lost, (lost = null)];
    return name === null ? null : el("p.warning", { role: "alert" }, `There is no data set “${name}” here; this is ${Catalogue.dataset.name}.`);
  }

  /** Fill the choice of the data set, where there are several; its name is in the address from then on. */
  function dataChoice() {
    const { datasets, dataset } = Catalogue;
    const asked = State.read().params.get("data");
    if (asked !== null && asked !== dataset.name) lost = asked;
    if (datasets.length < 2) return;
    const choice = document.getElementById("data");
    choice.append(...datasets.map(({ name }) => el("option", { selected: name === dataset.name }, name)));
    choice.addEventListener("change", () => { location.hash = State.fresh(State.read().page, choice.value); });
    choice.hidden = false;
    if (asked !== dataset.name) location.replace(State.link(State.read().page, { data: dataset.name }));
  }

  function failed(error) {
    return { nodes: [el("h1", {}, "This page can't be shown"), el("p.warning", { role: "alert" }, String(error.message))] };
  }

  function footer() {
    const { dataset, line, version } = Catalogue.about;
    document.getElementById("footer").append(
      el("span", {}, `Data set ${dataset}. ${line}`), " ",
      el("span", {}, `LATTICE Explorer ${version}, a static copy: everything here is computed in your browser from exported arrays, and nothing leaves it.`));
  }

  function themeButton() {
    const button = document.getElementById("theme");
    const root = document.documentElement;
    const remembered = () => { try { return localStorage.getItem("lattice-theme"); } catch { return null; } };
    const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const say = () => { button.textContent = dark() ? "Light" : "Dark"; button.setAttribute("aria-label", `Use the ${dark() ? "light" : "dark"} theme`); };
    if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("lattice-theme", root.dataset.theme); } catch { /* a browser may forbid it; then it holds for this visit */ }
      say();
      draw(); // the map is painted in the theme's colours
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", say);
    say();
  }

  document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
  themeButton();
  Catalogue.load().then(() => { dataChoice(); footer(); State.follow(draw); }, (error) => main.replaceChildren(...failed(error).nodes));
})();
