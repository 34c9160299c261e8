"use strict";

// A box that searches as you type: a combobox with a list, by mouse, touch and keyboard.
const Picker = (() => {
  const { el } = Dom;
  const MOST = 40;

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  /** Return the entries that hold every word of a query, best first: whole, then beginning of the text, then of a word. */
  function search(entries, query) {
    const wanted = folded(query).trim().split(/\s+/).filter(Boolean);
    const whole = wanted.join(" ");
    const found = [];
    for (const entry of entries) {
      if (!wanted.every((word) => entry.folded.includes(word))) continue;
      const words = entry.folded.split(/[^\p{L}\p{N}]+/u);
      const worth = entry.names.includes(whole) ? 0 : entry.folded.startsWith(whole) ? 1
        : wanted.every((word) => words.some((one) => one.startsWith(word))) ? 2 : 3;
      found.push([worth, entry]);
    }
    return found.sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, entry]) => entry);
  }

  function entriesOf(kind) {
    const { items, users } = Catalogue;
    if (kind === "user") return users.map((id, row) => ({ row, title: id, folded: folded(id), names: [folded(id)] }));
    return items.ids.map((id, row) => ({
      row, title: items.titles[row], meta: [items.briefs[row], id].filter(Boolean).join(" · "),
      folded: folded(`${items.titles[row]} ${id} ${items.briefs[row]}`), names: [folded(items.titles[row]), folded(id)],
    }));
  }

  const cache = {};

  /**
   * Return a field. kind: "user" or "item". chosen: the row that it shows, or null. choose(row) is called with a choice.
   */
  function field(id, kind, label, chosen, choose, placeholder = "") {
    const entries = (cache[kind] ??= entriesOf(kind));
    const shown = chosen === null ? "" : entries[chosen].title;
    let [found, active] = [[], -1];
    const input = el("input", {
      id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", value: shown, placeholder,
      "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
      oninput: () => open(input.value), onclick: () => open(input.value === shown ? "" : input.value),
      onfocus: () => input.select(), onblur: close, onkeydown: press,
    });
    const list = el("ul.options", { id: `${id}-list`, role: "listbox", "aria-label": label, hidden: true,
      onmousedown: (event) => event.preventDefault() });
    const status = el("span.unseen", { role: "status" });

    function open(query) {
      found = search(entries, query);
      list.replaceChildren(...found.map((entry, place) => el("li", {
        id: `${id}-option-${place}`, role: "option", "aria-selected": "false", onclick: () => take(place),
      }, kind === "item" ? Catalogue.picture(entry.row) : null,
      el("div.text", {}, el("div.title", {}, entry.title), entry.meta ? el("div.meta", {}, entry.meta) : null))));
      if (!found.length) list.append(el("li.none", {}, "Nothing matches."));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      status.textContent = found.length < MOST ? `${found.length} found` : `the first ${MOST} of those found`;
      move(query && found.length ? 0 : -1);
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      input.value = shown;
    }

    function move(to) {
      list.children[active]?.setAttribute("aria-selected", "false");
      active = found.length ? Math.max(-1, Math.min(to, found.length - 1)) : -1;
      if (active < 0) return input.removeAttribute("aria-activedescendant");
      list.children[active].setAttribute("aria-selected", "true");
      list.children[active].scrollIntoView({ block: "nearest" });
      return input.setAttribute("aria-activedescendant", list.children[active].id);
    }

    function take(place) {
      close();
      choose(found[place].row);
    }

    function press(event) {
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
      if (event.key in steps) {
        event.preventDefault();
        if (list.hidden) open(input.value === shown ? "" : input.value);
        else move(active + steps[event.key]);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        take(active);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        close();
      }
    }

    return el("div.field.picker", {}, el("label.label", { for: id }, label), input, list, status);
  }

  return { field };
})();
