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

  async function draw() {
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
    document.getElementById("pages").replaceChildren(...links(page));
    document.querySelector("#pages [aria-current]").scrollIntoView({ block: "nearest", inline: "center" });
    main.replaceChildren(...found.nodes.filter(Boolean));
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
  document.getElementById("brand").href = "#recommend";
  themeButton();
  Catalogue.load().then(() => { footer(); State.follow(draw); }, (error) => main.replaceChildren(...failed(error).nodes));
})();
