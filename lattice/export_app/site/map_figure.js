"use strict";

// The catalogue as points that can be moved, zoomed and picked: by mouse, touch and keyboard.
const MapFigure = (() => {
  const { el } = Dom;
  const REACH = 14; // CSS pixels within which a point is picked

  /** Return the drawing. points: [n, 2]; colours: one per item; strong: rows drawn larger; pick(row) is called on a click. */
  function draw(points, colours, strong, pick) {
    const n = points.length / 2;
    const box = bounds(points);
    const view = { scale: 1, x: 0, y: 0 };
    const canvas = el("canvas", { tabindex: 0, role: "img", "aria-label": `Map of ${n} items. Arrows move, plus and minus zoom.` });
    const tip = el("div.tip", { hidden: true });
    const size = () => [canvas.clientWidth, canvas.clientHeight];
    const pointers = new Map();
    let moved = 0;

    function place(row) {
      const [width, height] = size();
      const fit = Math.min((width - 32) / (box.width || 1), (height - 32) / (box.height || 1));
      return [
        width / 2 + ((points[2 * row] - box.x) * fit) * view.scale + view.x,
        height / 2 - ((points[2 * row + 1] - box.y) * fit) * view.scale + view.y,
      ];
    }

    function paint() {
      const [width, height] = size();
      const ratio = devicePixelRatio || 1;
      [canvas.width, canvas.height] = [width * ratio, height * ratio];
      const pen = canvas.getContext("2d");
      pen.scale(ratio, ratio);
      const ink = getComputedStyle(canvas).color;
      const radius = Math.min(2.4 * Math.sqrt(view.scale), 7);
      pen.globalAlpha = strong.size ? 0.5 : 0.85;
      for (let row = 0; row < n; row++) if (!strong.has(row)) dot(pen, place(row), radius, colours[row]);
      pen.globalAlpha = 1;
      for (const [row, ring] of strong) dot(pen, place(row), radius + 3.5, colours[row], ring ? ink : null);
    }

    function nearest(x, y) {
      let [best, found] = [REACH ** 2, null];
      for (let row = 0; row < n; row++) {
        const [px, py] = place(row);
        const far = (px - x) ** 2 + (py - y) ** 2;
        if (far < best) [best, found] = [far, row];
      }
      return found;
    }

    function zoom(factor, x, y) {
      const [width, height] = size();
      const scale = Math.max(1, Math.min(view.scale * factor, 60));
      const real = scale / view.scale;
      view.x = (view.x - (x - width / 2)) * real + (x - width / 2);
      view.y = (view.y - (y - height / 2)) * real + (y - height / 2);
      view.scale = scale;
      if (scale === 1) [view.x, view.y] = [0, 0];
      paint();
    }

    function hover(event) {
      const row = nearest(event.offsetX, event.offsetY);
      canvas.style.cursor = row === null ? "grab" : "pointer";
      tip.hidden = row === null;
      if (row === null) return;
      tip.replaceChildren(Catalogue.picture(row), el("span", {}, Catalogue.title(row)));
      const [x, y] = place(row);
      tip.style.left = `${Math.min(Math.max(x, 110), size()[0] - 110)}px`;
      tip.style.top = `${y}px`;
      tip.classList.toggle("below", y < 90);
    }

    function drag(event) {
      const last = pointers.get(event.pointerId);
      if (!last) return event.pointerType === "mouse" ? hover(event) : undefined;
      const before = spread();
      pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
      moved += Math.abs(event.offsetX - last[0]) + Math.abs(event.offsetY - last[1]);
      if (pointers.size === 1) [view.x, view.y] = [view.x + event.offsetX - last[0], view.y + event.offsetY - last[1]];
      else zoom(spread() / before, ...middle());
      return paint();
    }

    const all = () => [...pointers.values()];
    const spread = () => (pointers.size < 2 ? 1 : Math.hypot(all()[0][0] - all()[1][0], all()[0][1] - all()[1][1]) || 1);
    const middle = () => [(all()[0][0] + all()[1][0]) / 2, (all()[0][1] + all()[1][1]) / 2];

    function release(event) {
      const row = moved < 6 && event.type === "pointerup" ? nearest(event.offsetX, event.offsetY) : null;
      pointers.delete(event.pointerId);
      if (row !== null) pick(row);
    }

    function press(event) {
      const [width, height] = size();
      const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
      if (event.key in steps) [view.x, view.y] = [view.x + steps[event.key][0], view.y + steps[event.key][1]];
      else if (event.key === "+" || event.key === "=") zoom(1.4, width / 2, height / 2);
      else if (event.key === "-") zoom(1 / 1.4, width / 2, height / 2);
      else return;
      event.preventDefault();
      paint();
    }

    const listeners = {
      pointerdown: (event) => {
        moved = 0;
        pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
        canvas.setPointerCapture(event.pointerId);
      },
      pointermove: drag, pointerup: release, pointercancel: release, keydown: press,
      pointerleave: () => { tip.hidden = true; },
    };
    for (const [name, listener] of Object.entries(listeners)) canvas.addEventListener(name, listener);
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY);
    }, { passive: false });
    new ResizeObserver(paint).observe(canvas);
    const button = (text, label, factor) => el("button", { type: "button", "aria-label": label,
      onclick: () => zoom(factor, size()[0] / 2, size()[1] / 2) }, text);
    return el("div.map", {}, canvas, tip, el("div.zoom", {}, button("+", "Zoom in", 1.6), button("−", "Zoom out", 1 / 1.6),
      button("Whole", "Show the whole map", 0)));
  }

  function dot(pen, [x, y], radius, colour, ring = null) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    if (!ring) return;
    pen.strokeStyle = ring;
    pen.lineWidth = 2;
    pen.stroke();
  }

  function bounds(points) {
    const side = (offset) => {
      let [low, high] = [Infinity, -Infinity];
      for (let a = offset; a < points.length; a += 2) [low, high] = [Math.min(low, points[a]), Math.max(high, points[a])];
      return [(low + high) / 2, high - low];
    };
    const [[x, width], [y, height]] = [side(0), side(1)];
    return { x, y, width, height };
  }

  return { draw };
})();
