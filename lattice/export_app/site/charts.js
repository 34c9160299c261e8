"use strict";

// Bars as elements, which keep their text legible on a phone, and lines as SVG.
const Charts = (() => {
  const { el, svg, signed } = Dom;

  /** Return a waterfall: every step begins where the one before it ended. steps: {label, value, colour, total}. */
  function waterfall(steps, label) {
    let running = 0;
    const spans = steps.map(({ value, total }) => {
      const from = total ? 0 : running;
      running = total ? value : running + value;
      return [Math.min(from, running), Math.max(from, running)];
    });
    const low = Math.min(0, ...spans.map(([start]) => start));
    const width = Math.max(...spans.map(([, end]) => end)) - low || 1;
    const at = (value) => `${((value - low) / width) * 100}%`;
    return el("div.bars", { role: "img", "aria-label": label }, steps.map((step, place) => {
      const [start, end] = spans[place];
      return el(step.total ? "div.bar.total" : "div.bar", {},
        el("span.name", {}, step.label),
        el("span.track", {},
          el("i.zero", { css: { left: at(0) } }),
          el("i", { css: { left: at(start), width: `max(2px, ${((end - start) / width) * 100}%)`, background: step.colour } })),
        el("span.value", {}, step.total ? step.value.toFixed(3).replace("-", "−") : signed(step.value)));
    }));
  }

  /** Return bars of shares from 0 to 1. rows: {label, value, colour, text}. */
  function shares(rows, label) {
    return el("div.bars", { role: "img", "aria-label": label }, rows.map(({ label: name, value, colour, text }) =>
      el("div.bar", {}, el("span.name", {}, name),
        el("span.track", {}, el("i", { css: { left: 0, width: `${Math.max(value, 0) * 100}%`, background: colour } })),
        el("span.value", {}, text ?? `${(value * 100).toFixed(0)}%`))));
  }

  /** Return counts in equal bins from 0 to 1 as columns. */
  function histogram(counts, colour, label, axis) {
    const [width, height, bottom] = [320, 130, 24];
    const most = Math.max(...counts, 1);
    const step = width / counts.length;
    const columns = Array.from(counts, (count, place) => svg("rect", {
      x: place * step + 1, width: step - 2, fill: colour,
      y: (height - bottom) * (1 - count / most), height: (height - bottom) * (count / most),
    }, svg("title", {}, `${(place / counts.length).toFixed(2)} to ${((place + 1) / counts.length).toFixed(2)}: ${count}`)));
    return svg("svg.chart.small", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, columns,
      svg("line.axis", { x1: 0, x2: width, y1: height - bottom, y2: height - bottom }),
      [[0, "start", "0"], [width / 2, "middle", axis], [width, "end", "1"]].map(([x, anchor, text]) =>
        svg("text", { x, y: height - 6, "text-anchor": anchor }, text)));
  }

  /** Return lines over epochs. series: {label, values, colour}. mark: an epoch to mark, or null. */
  function lines(series, label, mark = null) {
    const [height, left, right, top, bottom] = [230, 52, 12, 12, 26];
    const width = Math.min(560, innerWidth - 32); // drawn at its size, so that the text keeps its own
    const all = series.flatMap((one) => one.values).filter((value) => value !== null);
    const longest = Math.max(...series.map((one) => one.values.length), 2) - 1;
    const [low, high] = [Math.min(...all, Infinity), Math.max(...all, -Infinity)];
    if (!Number.isFinite(low)) return el("p.note", {}, "There is no history.");
    const x = (epoch) => left + (epoch / longest) * (width - left - right);
    const y = (value) => top + (1 - (value - low) / (high - low || 1)) * (height - top - bottom);
    const path = (values) => values.map((value, epoch) => (value === null ? "" : `${x(epoch)},${y(value)}`)).join(" ");
    const ticks = [low, (low + high) / 2, high].map((value) => [
      svg("line.grid", { x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      svg("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, value.toPrecision(3)),
    ]);
    return el("figure", {},
      svg("svg.chart", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label }, ticks.flat(),
        mark === null ? null : svg("line.mark", { x1: x(mark), x2: x(mark), y1: top, y2: height - bottom }),
        series.map((one) => svg("polyline", { points: path(one.values), fill: "none", stroke: one.colour })),
        svg("text", { x: left, y: height - 6 }, "epoch 0"),
        svg("text", { x: width - right, y: height - 6, "text-anchor": "end" }, `epoch ${longest}`)),
      legend([...series, ...(mark === null ? [] : [{ label: `best epoch, ${mark}`, colour: "currentColor" }])]));
  }

  function legend(entries) {
    return el("div.legend", {}, entries.map(({ label, colour }) =>
      el("span", {}, el("i", { css: { background: colour } }), label)));
  }

  return { histogram, legend, lines, shares, waterfall };
})();
