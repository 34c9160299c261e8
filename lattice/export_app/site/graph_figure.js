"use strict";

// A neighbourhood as a drawing: the item in the middle, its neighbours around it, theirs in an outer ring.
const GraphFigure = (() => {
  const { el, svg } = Dom;

  /** Return the drawing. found: of Neighbourhood.around; names: the modalities; go(row) walks to an item. */
  function draw(found, names, narrow, go) {
    const [width, height] = narrow ? [380, 430] : [860, 600];
    const places = layout(found.nodes, width, height, narrow);
    const most = Math.max(...found.edges.map((edge) => edge.weight), 1e-12);
    const centre = found.nodes[0].item;
    const edges = found.edges.map((edge) => line(edge, places, most, edge.source === centre || edge.target === centre));
    const labelled = narrow || found.nodes.some((node) => node.hop === 2) ? [] : found.nodes;
    const nodes = [...found.nodes].reverse().map((node) => circle(node, places.get(node.item), go));
    const labels = labelled.map((node) => label(node, places.get(node.item), width / 2)).filter(Boolean);
    return el("div.graph", {}, svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "group",
      "aria-label": `${Catalogue.title(centre)} and ${found.nodes.length - 1} items around it` }, edges, nodes, labels),
    Charts.legend(names.map((name, m) => ({ label: name, colour: Catalogue.colour(m) }))));
  }

  /** Return item -> {x, y, r}. */
  function layout(nodes, width, height, narrow) {
    const first = nodes.filter((node) => node.hop === 1);
    const second = nodes.filter((node) => node.hop === 2);
    const [across, down] = second.length ? [0.24, 0.25] : narrow ? [0.39, 0.4] : [0.31, 0.41];
    const size = narrow ? 1 : 1.3;
    const angles = new Map();
    const places = new Map([[nodes[0].item, { x: width / 2, y: height / 2, r: 34 * size }]]);
    const put = (node, angle, x, y, r) => {
      angles.set(node.item, angle);
      places.set(node.item, { r, x: width * (0.5 + x * Math.cos(angle)), y: height * (0.5 + y * Math.sin(angle)) });
    };
    const turn = (at, all) => (2 * Math.PI * at) / all - Math.PI / 2;
    const room = (Math.PI * (across * width + down * height)) / Math.max(first.length, 1);
    first.forEach((node, at) => put(node, turn(at, first.length), across, down, Math.min(24 * size, room * 0.42)));
    const ordered = [...second].sort((a, b) => angles.get(a.via) - angles.get(b.via) || b.weight - a.weight);
    ordered.forEach((node, at) => put(node, turn(at + 0.5, ordered.length), 0.45, 0.44, 14 * size));
    return places;
  }

  /** Return an edge, bent to a side by modality, so that edges of two modalities don't cover each other. */
  function line({ source, target, modality, weight }, places, most, strong) {
    const [a, b] = [places.get(source), places.get(target)];
    const bend = (modality + 1) * 0.07 * (source < target ? 1 : -1);
    const [x, y] = [(a.x + b.x) / 2 - (b.y - a.y) * bend, (a.y + b.y) / 2 + (b.x - a.x) * bend];
    return svg("path", { d: `M${a.x} ${a.y}Q${x} ${y} ${b.x} ${b.y}`, fill: "none", stroke: Catalogue.colour(modality),
      "stroke-width": 0.8 + 4.2 * (weight / most), "stroke-opacity": strong ? 0.85 : 0.22, "stroke-linecap": "round" });
  }

  function circle(node, { x, y, r }, go) {
    const title = Catalogue.title(node.item);
    const centre = node.hop === 0;
    const file = Catalogue.pictureFile(node.item);
    const clip = `clip-${node.item}`;
    const walk = (event) => { event.preventDefault(); go(node.item); };
    const link = svg("a.node", { href: State.link("item-graph", { item: Catalogue.items.ids[node.item] }),
      "aria-label": title, onclick: walk },
    svg("title", {}, title),
    svg("clipPath", { id: clip }, svg("circle", { cx: x, cy: y, r })),
    svg("circle", { cx: x, cy: y, r, fill: Catalogue.tileColour(node.item) }),
    file ? svg("image", { href: file, x: x - r, y: y - r, width: 2 * r, height: 2 * r, "clip-path": `url(#${clip})`,
      preserveAspectRatio: "xMidYMid slice" })
      : svg("text.initial", { x, y: y + r / 3, "text-anchor": "middle", "font-size": r * 0.9 }, title[0].toUpperCase()),
    svg(centre ? "circle.ring.centre" : "circle.ring", { cx: x, cy: y, r, fill: "none" }));
    return link;
  }

  /** Return a node's title beside it, away from the middle; none near the top and the bottom, where they would overlap. */
  function label(node, { x, y, r }, middle) {
    const title = shorten(Catalogue.title(node.item), 26);
    if (node.hop === 0) return svg("text.caption", { x, y: y + r + 17, "text-anchor": "middle", "aria-hidden": "true" }, title);
    if (Math.abs(x - middle) < middle * 0.33) return null;
    const right = x > middle;
    return svg("text.caption", { x: x + (right ? r + 7 : -r - 7), y: y + 4, "text-anchor": right ? "start" : "end",
      "aria-hidden": "true" }, title);
  }

  const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text);

  return { draw };
})();
