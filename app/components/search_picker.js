// A combobox after the ARIA pattern: focus stays in the text field, the list below it says which option is active.
const PAUSE = 120; // milliseconds without a keystroke before the server is asked

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".picker");
  root.picker ??= makePicker(root);
  root.picker.update(data, (question) => setTriggerValue("asked", question));
}

function makePicker(root) {
  const part = (selector) => root.querySelector(selector);
  const input = part("input"), panel = part(".panel"), list = part("ul");
  const none = part(".none"), status = part(".status"), thumb = part(".thumb"), line = part("#line");
  let data = {}, send = () => {}, matches = [], active = -1, number = 0, answered = 0, timer = 0, takeFirst = false;

  function update(given, sender) {
    send = sender;
    const changed = JSON.stringify(given.chosen) !== JSON.stringify(data.chosen);
    const actions = JSON.stringify(given.actions) !== JSON.stringify(data.actions);
    data = given;
    part("label").textContent = data.label;
    part("label").title = input.title = data.help;
    input.placeholder = data.placeholder;
    if (actions) drawActions();
    if (changed || !isOpen()) showChosen(data.chosen);
    if (data.answer && data.answer.to === number && answered !== number) {
      answered = number;
      drawMatches(data.answer.matches);
    }
  }

  function ask(kind, text = "") {
    clearTimeout(timer);
    number += 1;
    send({ kind, text, number });
  }

  function showChosen(match) {
    close();
    input.value = match ? match.title : "";
    line.textContent = match ? match.line : "";
    thumb.hidden = !(match && match.picture);
    if (!thumb.hidden) thumb.src = match.picture;
  }

  function drawActions() {
    part(".actions").replaceChildren(...data.actions.map(({ kind, label }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.onclick = () => {
        if (kind === "random") close();
        else input.value = "";
        input.focus();
        ask(kind);
      };
      return button;
    }));
  }

  function drawMatches(found) {
    matches = found;
    list.replaceChildren(...matches.map(option));
    list.scrollTop = 0;
    none.hidden = matches.length > 0;
    none.textContent = `Nothing found for “${input.value}”`;
    status.textContent = matches.length ? `${matches.length} matches` : none.textContent;
    activate(input.value && matches.length ? 0 : -1);
    if (takeFirst && matches.length) choose(matches[0]);
    takeFirst = false;
  }

  function option(match, place) {
    const row = document.createElement("li");
    row.id = `option-${place}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    if (match.picture) {
      const picture = document.createElement("img");
      picture.src = match.picture;
      picture.alt = "";
      picture.loading = "lazy";
      row.append(picture);
    }
    const text = document.createElement("div");
    text.className = "text";
    for (const [name, said] of [["title", match.title], ["meta", match.line]]) {
      const part = document.createElement("div");
      part.className = name;
      part.textContent = said;
      text.append(part);
    }
    row.append(text);
    row.onclick = () => choose(match);
    row.onpointermove = () => activate(place, false);
    return row;
  }

  function activate(place, scroll = true) {
    active = place;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `option-${place}`);
    if (scroll) list.children[place].scrollIntoView({ block: "nearest" });
  }

  function choose(match) {
    showChosen(match);
    ask("choose", match.id);
  }

  function isOpen() {
    return panel.matches(":popover-open");
  }

  // Below the box, or above it where there is more room.
  function place() {
    const box = part(".box").getBoundingClientRect();
    const below = innerHeight - box.bottom, up = below < 260 && box.top > below;
    const width = Math.min(Math.max(box.width, 420), innerWidth - 16);
    Object.assign(panel.style, {
      width: `${width}px`,
      left: `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`,
      top: up ? "auto" : `${box.bottom + 4}px`,
      bottom: up ? `${innerHeight - box.top + 4}px` : "auto",
    });
    list.style.maxHeight = `${Math.max(120, Math.min(400, (up ? box.top : below) - 90))}px`;
  }

  function open() {
    if (isOpen()) return;
    panel.showPopover(); // on top of everything, whatever a container around the box cuts off
    place();
    addEventListener("scroll", place, true);
    addEventListener("resize", place);
    input.setAttribute("aria-expanded", "true");
    input.select();
    ask("most");
  }

  function close() {
    clearTimeout(timer);
    if (isOpen()) panel.hidePopover();
    removeEventListener("scroll", place, true);
    removeEventListener("resize", place);
    list.replaceChildren();
    matches = [];
    takeFirst = false;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }

  input.oninput = () => {
    const typed = input.value;
    open();
    input.value = typed; // opening selects what stands there, which would be typed over
    clearTimeout(timer);
    number += 1; // an answer that is under way is out of date
    timer = setTimeout(() => ask("text", typed), PAUSE);
  };
  part(".box").onclick = () => { input.focus(); open(); };
  input.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) {
      event.preventDefault();
      if (!isOpen()) return open();
      if (matches.length) activate(Math.max(0, Math.min(matches.length - 1, active + step)));
    } else if (event.key === "Enter" && isOpen()) {
      event.preventDefault();
      if (answered !== number) takeFirst = true; // the answer to what was typed is still under way
      else if (active >= 0) choose(matches[active]);
    } else if (event.key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      showChosen(data.chosen);
    }
  };
  list.onpointerdown = (event) => event.preventDefault(); // the text field keeps the focus
  root.onkeydown = (event) => {
    if (event.key === "Escape" && event.target !== input && isOpen()) { showChosen(data.chosen); input.focus(); }
  };
  root.onfocusout = (event) => {
    if (!root.contains(event.relatedTarget) && isOpen()) showChosen(data.chosen);
  };
  return { update };
}
