"use strict";

// Builds elements. Text becomes text nodes, never HTML: titles and ids come from whoever made the data set.
const Dom = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  /** Return an element: el("button.primary", {onclick}, "text", child, ...). null and false children are left out. */
  function el(spec, attributes = {}, ...children) {
    const [tag, ...classes] = spec.split(".");
    return fill(document.createElement(tag), classes, attributes, children);
  }

  /** The same for SVG. */
  function svg(spec, attributes = {}, ...children) {
    const [tag, ...classes] = spec.split(".");
    return fill(document.createElementNS(SVG, tag), classes, attributes, children);
  }

  function fill(node, classes, attributes, children) {
    if (classes.length) node.setAttribute("class", classes.join(" "));
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "css") for (const [key, one] of Object.entries(value)) node.style.setProperty(key, one);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
    return node;
  }

  /** Return a group of buttons of which one is chosen. options: [value, text] each. */
  function segments(name, label, options, chosen, choose) {
    const buttons = options.map(([value, text]) => el("button", {
      type: "button", id: `${name}-${value}`, "aria-pressed": String(value === chosen), onclick: () => choose(value),
    }, text));
    return el("div.field", {}, el("span.label", { id: `${name}-label` }, label),
      el("div.segments", { role: "group", "aria-labelledby": `${name}-label` }, buttons));
  }

  /** Return a table: head of texts, rows of cells; a number is aligned right, null is a dash. */
  function table(caption, head, rows) {
    const cell = (value) => (value === null || value === undefined ? el("td", {}, "–")
      : value instanceof Node ? el("td", {}, value)
        : typeof value === "number" ? el("td.number", {}, number(value))
          : el(/^[+−]?[\d.]+( ± [\d.]+)?$/.test(value) ? "td.number" : "td", {}, value));
    return el("div.scroll", { tabindex: "0", role: "region", "aria-label": caption }, el("p.caption-line", {}, caption), el("table", {},
      el("thead", {}, el("tr", {}, head.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map(cell))))));
  }

  function number(value) {
    return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(4).replace("-", "−");
  }

  /** Return a number with its sign: +0.123 or −0.123. */
  function signed(value, digits = 3) {
    return (value < 0 ? "−" : "+") + Math.abs(value).toFixed(digits);
  }

  /** Return a number with its noun. */
  function count(n, one, many) {
    return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
  }

  /** Return a text that begins with a capital letter. */
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  /** Return texts as a list in words: "a, b and c". */
  function join(texts) {
    return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
  }

  /** Return a page's heading with a line below it. */
  function heading(title, line) {
    return [el("h1", {}, title), el("p.lead", {}, line)];
  }

  return { capital, count, el, heading, join, number, segments, signed, svg, table };
})();
