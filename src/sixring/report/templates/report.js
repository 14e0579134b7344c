// The image of the report: zoom, pan, hover, and the link between the table and the image.
// Lengths are pixels of the image, rows down and columns to the right, but for what is called
// "screen". A view is its centre (x, y) and k, the image pixels per screen pixel.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const { rings, atoms, defects, sampling, rows, cols } = data;
  const stage = document.getElementById("stage");
  const svg = document.getElementById("view");
  const tip = document.getElementById("tip");
  const bar = document.getElementById("bar");
  const layer = (name) => svg.querySelector(`g.${name}`);
  const BOND = 1.42 / sampling;
  let picked = null;

  // ---- the view -------------------------------------------------------------------------
  let view = { x: cols / 2 - 0.5, y: rows / 2 - 0.5, k: 1 };
  const size = () => [stage.clientWidth || 1, stage.clientHeight || 1];
  const widest = () => Math.max(cols / size()[0], rows / size()[1]);
  // Zoomed in furthest, the window is some four bonds wide.
  const closest = () => Math.min(widest(), (4 * BOND) / size()[0]);
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  let waiting = false;
  function show(next) {
    const k = clamp(next.k, closest(), widest());
    view = { k, x: clamp(next.x, -0.5, cols - 0.5), y: clamp(next.y, -0.5, rows - 0.5) };
    if (k === widest()) Object.assign(view, { x: cols / 2 - 0.5, y: rows / 2 - 0.5 });
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(); });
  }

  function draw() {
    const [width, height] = size();
    const { x, y, k } = view;
    const box = [x - (k * width) / 2, y - (k * height) / 2, k * width, k * height];
    svg.setAttribute("viewBox", box.join(" "));
    for (const pattern of svg.querySelectorAll(".hatch"))
      pattern.setAttribute("patternTransform", `scale(${k}) rotate(${pattern.dataset.turn})`);
    drawBar();
    drawLabels();
  }

  function drawBar() {
    const width = size()[0] * view.k * sampling;
    const room = 0.28 * width;
    const decade = 10 ** Math.floor(Math.log10(room));
    const length = [5, 2, 1].find((step) => step * decade <= room) * decade;
    const text = length < 10 ? `${+length.toPrecision(1)} Å` : `${+(length / 10).toPrecision(1)} nm`;
    bar.firstChild.textContent = text;
    bar.querySelector("span").style.width = `${(100 * length) / width}cqw`;
  }

  // ---- labels: constant on the screen, the most probable first, none over another ---------
  const labels = [...svg.querySelectorAll(".labels text")]
    .map((text) => ({ text, defect: defects[text.dataset.defect - 1] }))
    .sort((a, b) => b.defect.probability - a.defect.probability);

  // The scale bar and the buttons lie over the image: no label goes under them.
  function covered() {
    const frame = stage.getBoundingClientRect();
    return [bar, stage.querySelector(".zoom")].map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
    });
  }

  function drawLabels() {
    const [width, height] = size();
    const { x, y, k } = view;
    const busy = covered();
    const free = ([left, top, right, bottom]) => top >= 0 && bottom <= height
      && !busy.some((b) => left < b[2] && b[0] < right && top < b[3] && b[1] < bottom);
    const first = labels.filter(({ defect }) => defect === picked);
    const others = labels.filter(({ defect }) => defect !== picked);
    for (const { text, defect } of [...first, ...others]) {
      const reach = (defect.circled ? defect.radius : 3 * BOND) / k;
      const half = 3.9 * text.textContent.length;
      const left = (defect.col - x) / k + width / 2;
      const top = (defect.row - y) / k + height / 2;
      const onScreen = left > 0 && left < width && top > 0 && top < height;
      const middle = clamp(left, half, Math.max(half, width - half));
      // Above the defect, or else below.
      const base = [top - reach - 5, top + reach + 15].find((b) =>
        onScreen && free([middle - half, b - 13, middle + half, b + 4]));
      text.style.display = base === undefined ? "none" : "";
      if (base === undefined) continue;
      busy.push([middle - half, base - 13, middle + half, base + 4]);
      const at = [x + (middle - width / 2) * k, y + (base - height / 2) * k];
      text.setAttribute("transform", `translate(${at.join(" ")}) scale(${k})`);
    }
  }

  // ---- sixes and carbon atoms: many, so one path for each tile that is on the screen -------
  function tiles(group, count, place, shape) {
    const across = clamp(Math.round(Math.sqrt(count / 250)), 1, 16);
    const paths = new Map();
    for (let i = 0; i < count; i++) {
      const at = place(i);
      if (!at) continue;
      const tile = Math.floor((at[0] / rows) * across) * 100 + Math.floor((at[1] / cols) * across);
      paths.set(tile, (paths.get(tile) || "") + shape(i));
    }
    for (const d of paths.values()) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", d);
      group.append(path);
    }
  }
  const corner = (i) => `${atoms[2 * i + 1]} ${atoms[2 * i]}`;
  const makers = {
    sixes: () => tiles(layer("sixes"), rings.size.length,
      (i) => rings.size[i] === 6 && [rings.row[i], rings.col[i]],
      (i) => `M${rings.corners[i].map(corner).join(" ")}Z`),
    atoms: () => tiles(layer("atoms"), atoms.length / 2,
      (i) => [atoms[2 * i], atoms[2 * i + 1]],
      (i) => `M${corner(i)}h0`),
  };
  for (const box of document.querySelectorAll(".layers input")) {
    const name = box.dataset.layer;
    const update = () => {
      if (box.checked && makers[name]) {
        makers[name]();
        delete makers[name];
      }
      for (const group of svg.querySelectorAll(`g[data-layer="${name}"]`))
        group.style.display = box.checked ? "" : "none";
    };
    box.addEventListener("change", update);
    update();
  }

  // ---- what is under the pointer ---------------------------------------------------------
  const CELL = 4 * BOND;
  const cellOf = (row, col) => `${Math.floor(row / CELL)},${Math.floor(col / CELL)}`;
  const cells = new Map();
  rings.corners.forEach((corners, i) => {
    // A large ring reaches into several cells: it is found from each.
    const keys = new Set([cellOf(rings.row[i], rings.col[i])]);
    for (const c of corners) keys.add(cellOf(atoms[2 * c], atoms[2 * c + 1]));
    for (const key of keys) {
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(i);
    }
  });

  function holds(corners, row, col) {
    let inside = false;
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
      const [ri, ci] = [atoms[2 * corners[i]], atoms[2 * corners[i] + 1]];
      const [rj, cj] = [atoms[2 * corners[j]], atoms[2 * corners[j] + 1]];
      if (ri > row !== rj > row && col < ((cj - ci) * (row - ri)) / (rj - ri) + ci) inside = !inside;
    }
    return inside;
  }
  const ringAt = (row, col) =>
    (cells.get(cellOf(row, col)) || []).find((i) => holds(rings.corners[i], row, col));
  function defectAt(row, col) {
    const near = defects
      .filter((d) => d.circled && Math.hypot(d.row - row, d.col - col) <= d.radius)
      .sort((a, b) => Math.hypot(a.row - row, a.col - col) - Math.hypot(b.row - row, b.col - col));
    return near[0];
  }

  const nm = (pixels) => ((pixels * sampling) / 10).toFixed(2);
  const place = (row, col) => [
    ["row, col", `${row.toFixed(1)}, ${col.toFixed(1)} px`],
    ["y, x", `${nm(row)}, ${nm(col)} nm`],
  ];
  function entry(title, pairs) {
    const list = document.createElement("dl");
    for (const [term, text] of pairs) {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = term;
      dd.textContent = text;
      list.append(dt, dd);
    }
    const heading = document.createElement("strong");
    heading.textContent = title;
    return [heading, list];
  }
  const defectEntry = (d) => entry(`Defect ${d.id}: ${d.name}`, [
    ["probability", d.probability.toFixed(2)],
    ["rings", d.rings || "–"],
    ["missing atoms", d.missing_atoms ?? "–"],
    ["dopants", d.dopants || "–"],
    ["area", d.area],
    ...place(d.row, d.col),
  ]);
  const ringEntry = (i) => entry(`Ring ${i + 1}: ${rings.size[i]} members`, [
    ["probability", rings.probability[i].toFixed(2)],
    ...place(rings.row[i], rings.col[i]),
  ]);

  function hover(event) {
    const [left, top] = screenPoint(event);
    const { row, col } = imagePoint(left, top);
    const ring = ringAt(row, col);
    const owner = ring === undefined ? undefined : defects[rings.defect[ring] - 1];
    const defect = owner || defectAt(row, col);
    if (ring === undefined && !defect) {
      tip.hidden = true;
      return;
    }
    tip.replaceChildren(
      ...(defect ? defectEntry(defect) : []), ...(ring === undefined ? [] : ringEntry(ring)));
    tip.hidden = false;
    const [width, height] = size();
    const x = left + 16 + tip.offsetWidth > width ? left - 12 - tip.offsetWidth : left + 16;
    const y = clamp(top + 12, 4, Math.max(4, height - tip.offsetHeight - 4));
    tip.style.left = `${Math.max(4, x)}px`;
    tip.style.top = `${y}px`;
  }

  // ---- pointer, wheel and keys -----------------------------------------------------------
  function screenPoint(event) {
    const frame = stage.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }
  function imagePoint(left, top) {
    const [width, height] = size();
    return { col: view.x + (left - width / 2) * view.k, row: view.y + (top - height / 2) * view.k };
  }
  function zoom(factor, left = size()[0] / 2, top = size()[1] / 2) {
    const { row, col } = imagePoint(left, top);
    const k = clamp(view.k * factor, closest(), widest());
    const [width, height] = size();
    show({ k, x: col - (left - width / 2) * k, y: row - (top - height / 2) * k });
  }

  const pointers = new Map();
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return { distance: Math.hypot(a[0] - b[0], a[1] - b[1]) || 1, left: (a[0] + b[0]) / 2, top: (a[1] + b[1]) / 2 };
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button")) return;
    pointers.set(event.pointerId, screenPoint(event));
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("dragged");
  });
  stage.addEventListener("pointermove", (event) => {
    if (event.target.closest("button")) {
      tip.hidden = true;
      return;
    }
    const before = pointers.get(event.pointerId);
    if (!before) {
      hover(event);
      return;
    }
    tip.hidden = true;
    const pinched = pointers.size === 2 && spread();
    const now = screenPoint(event);
    pointers.set(event.pointerId, now);
    if (pinched) {
      const { distance, left, top } = spread();
      zoom(pinched.distance / distance, left, top);
    } else if (pointers.size === 1) {
      show({ ...view, x: view.x - (now[0] - before[0]) * view.k, y: view.y - (now[1] - before[1]) * view.k });
    }
  });
  for (const kind of ["pointerup", "pointercancel"])
    stage.addEventListener(kind, (event) => {
      pointers.delete(event.pointerId);
      stage.classList.toggle("dragged", pointers.size > 0);
    });
  stage.addEventListener("pointerup", (event) => {
    // A finger has no hover: a tap shows the row.
    if (!event.target.closest("button")) hover(event);
  });
  stage.addEventListener("pointerleave", () => { tip.hidden = true; });
  stage.addEventListener("wheel", (event) => {
    // With the whole image in view, turning on scrolls the page.
    if (event.deltaY > 0 && view.k === widest()) return;
    event.preventDefault();
    zoom(Math.exp(clamp(event.deltaY, -120, 120) / 400), ...screenPoint(event));
  }, { passive: false });

  const whole = () => show({ ...view, k: widest() });
  const step = 60;
  const keys = {
    ArrowLeft: () => show({ ...view, x: view.x - step * view.k }),
    ArrowRight: () => show({ ...view, x: view.x + step * view.k }),
    ArrowUp: () => show({ ...view, y: view.y - step * view.k }),
    ArrowDown: () => show({ ...view, y: view.y + step * view.k }),
    "+": () => zoom(0.7),
    "=": () => zoom(0.7),
    "-": () => zoom(1 / 0.7),
    0: whole,
  };
  stage.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
  const buttons = { in: () => zoom(0.6), out: () => zoom(1 / 0.6), all: whole };
  for (const button of stage.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", buttons[button.dataset.zoom]);

  // ---- the table of defects ----------------------------------------------------------------
  const table = document.getElementById("defects");
  const said = document.getElementById("said");

  function pick(row) {
    picked = defects[row.dataset.defect - 1];
    for (const other of table.tBodies[0].rows) other.setAttribute("aria-selected", other === row);
    for (const shape of svg.querySelectorAll("[data-defect]"))
      shape.classList.toggle("picked", Number(shape.dataset.defect) === picked.id);
    // The defect fills a third of the window, which is at least 12 bonds wide.
    const span = Math.max(6 * picked.radius, 12 * BOND);
    show({ x: picked.col, y: picked.row, k: span / Math.min(...size()) });
    said.textContent = `Defect ${picked.id}, ${picked.name}, is in the middle of the image.`;
    const frame = stage.getBoundingClientRect();
    if (frame.bottom < 80 || frame.top > innerHeight - 80) stage.scrollIntoView({ block: "center" });
  }
  function focusRow(row) {
    // One row at a time is a stop of the Tab key; the arrows go from row to row.
    for (const other of table.tBodies[0].rows) other.tabIndex = other === row ? 0 : -1;
    row.focus();
  }
  if (table) {
    table.tBodies[0].addEventListener("click", (event) => {
      const row = event.target.closest("tr");
      focusRow(row);
      pick(row);
    });
    table.tBodies[0].addEventListener("keydown", (event) => {
      const row = event.target.closest("tr");
      const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
      if (event.key === "Enter" || event.key === " ") pick(row);
      else if (next) focusRow(next);
      else return;
      event.preventDefault();
    });
  }

  let lastWidest = 0;
  new ResizeObserver(() => {
    // A window that changes its size keeps showing the whole image if it showed it before.
    const whole = lastWidest === 0 || view.k === lastWidest;
    lastWidest = widest();
    show(whole ? { ...view, k: lastWidest } : view);
  }).observe(stage);
})();
