"use strict";

// Every choice is in the address after "#": page?name=value&... So a link shows what its sender saw.
const State = (() => {
  const OF_ONE_PAGE = ["why", "why_not"]; // not carried over to another page
  let quiet = null;

  /** Return the page's name and the choices. */
  function read(hash = location.hash) {
    const [page, query = ""] = hash.slice(1).split(/\?(.*)/s);
    return { page, params: new URLSearchParams(query) };
  }

  /** Return the address of a page with some choices changed: null removes one, an array gives several values. */
  function link(page, changes = {}) {
    const { page: here, params } = read();
    if (page !== here) OF_ONE_PAGE.forEach((name) => params.delete(name));
    return write(page, params, changes);
  }

  function write(page, params, changes) {
    for (const [name, value] of Object.entries(changes)) {
      params.delete(name);
      for (const one of value === null ? [] : [value].flat()) params.append(name, one);
    }
    const query = params.toString();
    return `#${page}${query ? `?${query}` : ""}`;
  }

  /** Return the address of a page with no choice but the data set's; null: the one that the address names. */
  function fresh(page, data = read().params.get("data")) {
    return `#${page}${data === null ? "" : `?${new URLSearchParams({ data })}`}`;
  }

  /** Change choices of the current page and draw it again. */
  function go(changes) {
    location.hash = link(read().page, changes);
  }

  /** Change choices of the current page in the address alone: what is shown has followed already. */
  function note(changes) {
    const target = link(read().page, changes);
    if (target === location.hash) return;
    quiet = target;
    location.replace(target);
    for (const node of document.querySelectorAll("main a[href^='#'], nav a")) {
      const { page, params } = read(node.getAttribute("href"));
      node.setAttribute("href", write(page, params, changes)); // a link takes along what was chosen since it was drawn
    }
  }

  /** Call `draw` now and whenever the address changes, except by `note`. */
  function follow(draw) {
    addEventListener("hashchange", () => {
      const noted = quiet === location.hash;
      quiet = null;
      if (!noted) draw();
    });
    draw();
  }

  /** Return a choice if it is one of those known, else the first of them. */
  function choice(name, known) {
    const asked = read().params.get(name);
    return known.includes(asked) ? asked : known[0];
  }

  return { choice, follow, fresh, go, link, note, read };
})();
