// The tree of branches over the steps: one lane a branch, replicas as a strip of cells coloured by their outcome.
import { el } from "./form.js";
import { Scale, put, shape, short } from "./drawing.js";

const AXIS = 24;
const LANE = 32;
const LEAST_LANE = 0.4;
const MOST_LANE = 64;
const WORDS_FROM = 15; // below this height of a lane its words are not drawn
const CELLS_FROM = 5;
const LEFT = 22;
const CELL = 11;
const OVERSCAN = 4;
const MOST_HEIGHT = 380;
const LETTERS = ["A", "B"];
let trees = 0;

export class TreeView {
  // chosen: the uids of at most two runs; choose(uid) is called when another is wanted.
  constructor({ choose }) {
    this.id = `ilx-tree-${++trees}-${Math.random().toString(36).slice(2, 8)}`;
    this.choose = choose;
    this.lines = [];
    this.chosen = [];
    this.active = null;
    this.lane = LANE;
    this.step = 40;
    this.x = 0;
    this.y = 0;
    this.drawn = new Map();
    this.world = shape("g");
    this.grid = shape("g", { class: "ilx-grid", "aria-hidden": "true" });
    this.axis = shape("g", { class: "ilx-axis", "aria-hidden": "true" });
    this.ground = shape("rect", { class: "ilx-axis-ground", x: 0, y: 0, height: AXIS });
    this.svg = shape("svg", { class: "ilx-svg", role: "tree", tabindex: 0, "aria-label": "Branches", "aria-multiselectable": "true" }, this.grid, this.world, this.ground, this.axis);
    this.tip = el("div", { class: "ilx-tip", hidden: true });
    this.node = el("div", { class: "ilx-tree" }, this.svg, this.tip);
    this.watcher = new ResizeObserver(() => this.resize());
    this.watcher.observe(this.node);
    this.listen();
  }

  close() {
    this.watcher.disconnect();
  }

  // Data --------------------------------------------------------------------------------------------

  show(lines, measures, measure) {
    this.lines = lines;
    this.place = Math.max(0, measures.indexOf(measure));
    this.measure = measure;
    this.at = new Map(lines.map((line, lane) => [line.key, lane]));
    this.laneOf = new Map(lines.flatMap((line, lane) => line.runs.map(([uid]) => [uid, lane])));
    this.scale = new Scale(lines.flatMap((line) => line.runs.map((run) => run[2 + this.place])));
    this.last = lines.reduce((most, line) => Math.max(most, line.end), 1);
    this.siblings = new Map();
    this.order = new Map();
    for (const line of lines) {
      if (!this.siblings.has(line.parent)) this.siblings.set(line.parent, []);
      this.order.set(line.key, this.siblings.get(line.parent).push(line.key));
    }
    if (!this.at.has(this.active)) this.active = lines[0]?.key ?? null;
    this.redraw();
  }

  mark(chosen) {
    this.chosen = chosen;
    this.redraw();
  }

  // Geometry ----------------------------------------------------------------------------------------

  resize() {
    const width = this.node.clientWidth;
    if (!width || width === this.width) return;
    const first = !this.width;
    this.width = width;
    if (first) this.begin();
    this.redraw();
  }

  // How long a strip of replicas may get, and which share of the width the steps have at first.
  strip() {
    return this.width < 900 ? 120 : 190;
  }

  share() {
    return this.width < 900 ? 0.34 : 0.46;
  }

  // What is seen first: lanes that can be read, and all steps.
  begin() {
    this.lane = LANE;
    this.step = Math.max(3, Math.min(46, (this.width * this.share() - LEFT) / Math.max(1, this.last)));
    this.x = this.y = 0;
  }

  fit() {
    const room = MOST_HEIGHT - AXIS - 8;
    this.lane = Math.max(LEAST_LANE, Math.min(LANE, room / Math.max(1, this.lines.length)));
    this.step = Math.max(0.5, Math.min(46, (this.width * (this.lane < WORDS_FROM ? 0.7 : this.share()) - LEFT) / Math.max(1, this.last)));
    this.x = this.y = 0;
    this.redraw();
  }

  zoom(factor, at = { x: this.width / 3, y: AXIS + (this.height - AXIS) / 2 }) {
    const lane = Math.max(LEAST_LANE, Math.min(MOST_LANE, this.lane * factor));
    const step = Math.max(0.5, Math.min(240, this.step * factor));
    this.x += ((at.x - LEFT + this.x) / this.step) * (step - this.step);
    this.y += ((at.y - AXIS + this.y) / this.lane) * (lane - this.lane);
    [this.lane, this.step] = [lane, step];
    this.moved = true;
    this.later();
  }

  // Moves what is seen; says whether it could.
  pan(dx, dy) {
    const before = [this.x, this.y];
    this.x += dx;
    this.y += dy;
    this.bound();
    if (before[0] === this.x && before[1] === this.y) return false;
    this.later();
    return true;
  }

  bound() {
    const wide = LEFT + this.last * this.step + this.strip() + 260;
    const high = this.lines.length * this.lane + 10;
    this.x = Math.max(0, Math.min(this.x, Math.max(0, wide - this.width)));
    this.y = Math.max(0, Math.min(this.y, Math.max(0, high - (this.height - AXIS))));
  }

  reveal(lane) {
    const top = lane * this.lane;
    const room = this.height - AXIS;
    if (top < this.y) this.y = top;
    else if (top + this.lane > this.y + room) this.y = top + this.lane - room;
    const start = this.lines[lane].step * this.step;
    if (start < this.x || start > this.x + this.width * 0.8) this.x = Math.max(0, start - 60);
  }

  xOf(step) {
    return LEFT + step * this.step;
  }

  yOf(lane) {
    return (lane + 0.5) * this.lane;
  }

  // Drawing -----------------------------------------------------------------------------------------

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.draw();
    });
  }

  redraw() {
    this.stale = true;
    this.later();
  }

  draw() {
    if (!this.width || !this.lines.length) return;
    this.height = Math.max(96, Math.min(MOST_HEIGHT, AXIS + this.lines.length * Math.max(this.lane, 1) + 10));
    this.bound();
    put(this.svg, { width: this.width, height: this.height, "aria-activedescendant": this.active === null ? null : this.idOf(this.active) });
    put(this.ground, { width: this.width });
    put(this.world, { transform: `translate(${-this.x} ${AXIS - this.y})` });
    this.drawAxis();
    const from = Math.max(0, Math.floor(this.y / this.lane) - OVERSCAN);
    const to = Math.min(this.lines.length, Math.ceil((this.y + this.height - AXIS) / this.lane) + OVERSCAN);
    const wanted = new Set();
    for (let lane = from; lane < to; lane++) wanted.add(this.lines[lane].key);
    if (this.active !== null) wanted.add(this.active); // what is pointed to exists
    const far = this.lane < CELLS_FROM;
    if (far) this.world.style.setProperty("--ilx-thin", String(Math.max(0.7, Math.min(2, this.lane))));
    else this.world.style.removeProperty("--ilx-thin");
    for (const [key, node] of this.drawn) {
      const kept = wanted.has(key) && !this.stale && (!this.moved || (far && node.far));
      if (kept && this.moved) node.far.setAttribute("d", this.way(this.lines[this.at.get(key)], this.at.get(key)));
      else if (!kept) {
        node.remove();
        this.drawn.delete(key);
      }
    }
    const added = [];
    for (const key of wanted) {
      if (this.drawn.has(key)) continue;
      const node = this.branch(this.lines[this.at.get(key)], this.at.get(key));
      this.drawn.set(key, node);
      added.push(node);
    }
    this.world.append(...added);
    if (this.pointed !== this.active) {
      this.drawn.get(this.pointed)?.classList.remove("ilx-active");
      this.drawn.get(this.active)?.classList.add("ilx-active");
      this.pointed = this.active;
    }
    this.stale = this.moved = false;
  }

  drawAxis() {
    const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((one) => one * this.step >= 26) ?? 1000;
    const first = Math.max(0, Math.floor(this.x / this.step / every) * every);
    const ticks = [];
    const lines = [];
    for (let step = first; step <= this.last && this.xOf(step) - this.x < this.width; step += every) {
      const x = this.xOf(step) - this.x;
      ticks.push(shape("text", { x, y: 16, "text-anchor": "middle" }, String(step)));
      lines.push(shape("line", { x1: x, x2: x, y1: AXIS, y2: this.height }));
    }
    this.axis.replaceChildren(...ticks);
    this.grid.replaceChildren(...lines);
  }

  idOf(key) {
    return `${this.id}-${this.at.get(key)}`;
  }

  branch(line, lane) {
    const y = this.yOf(lane);
    const [start, end] = [this.xOf(line.step), this.xOf(line.end)];
    const parent = line.parent === null ? null : this.at.get(line.parent);
    const letters = LETTERS.filter((_, place) => this.laneOf.get(this.chosen[place]) === lane);
    const group = shape("g", {
      role: "treeitem", id: this.idOf(line.key), class: `ilx-branch${letters.map((letter) => ` ilx-is-${letter}`).join("")}${line.key === this.active ? " ilx-active" : ""}`,
      "aria-level": line.level, "aria-posinset": this.order.get(line.key), "aria-setsize": this.siblings.get(line.parent).length,
      "aria-selected": String(letters.length > 0), "aria-label": this.words(line), "data-key": line.key,
      "aria-expanded": this.siblings.has(line.key) ? "true" : null,
    });
    const words = this.lane >= WORDS_FROM;
    if (this.lane >= CELLS_FROM) group.append(shape("rect", { class: "ilx-hit", x: Math.min(start, this.xOf(0)), y: y - this.lane / 2, width: end - Math.min(start, this.xOf(0)) + this.strip() + 420, height: this.lane }));
    const way = shape("path", { class: "ilx-line", d: this.way(line, lane) });
    group.append(way);
    if (parent !== null && words) group.append(shape("circle", { class: "ilx-fork", cx: start, cy: this.yOf(parent), r: 3.5 }));
    if (this.lane < CELLS_FROM) {
      // From afar a branch is a line in the colour of its end.
      const color = this.scale.color(this.middle(line));
      if (color && !letters.length) way.style.stroke = color;
      if (letters.length) way.style.strokeWidth = "2";
      group.far = way;
      return group;
    }
    let right = Math.max(end, start + 6);
    const cells = this.cells(line, right + 8, y);
    group.append(...cells.nodes);
    right = cells.right;
    if (!words) return group;
    for (const letter of letters) {
      group.append(shape("circle", { class: `ilx-badge ilx-badge-${letter}`, cx: right + 15, cy: y, r: 8 }), shape("text", { class: "ilx-letter", x: right + 15, y: y + 3.7, "text-anchor": "middle" }, letter));
      right += 19;
    }
    const name = line.name.length > 44 ? `${line.name.slice(0, 43)}…` : line.name;
    const text = shape("text", { class: "ilx-label", x: right + 10, y: y + 4.3 }, shape("tspan", { class: "ilx-name" }, name));
    if (line.runs.length > 1) text.append(shape("tspan", { class: "ilx-soft" }, ` × ${line.runs.length}`));
    const outcome = line.outcome[this.measure] || this.state(line);
    if (outcome) text.append(shape("tspan", { class: "ilx-outcome", dx: 8 }, outcome.length > 46 ? `${outcome.slice(0, 45)}…` : outcome));
    group.append(text);
    return group;
  }

  way(line, lane) {
    const y = this.yOf(lane);
    const [start, end] = [this.xOf(line.step), this.xOf(line.end)];
    if (line.parent === null || !this.at.has(line.parent)) return `M${start} ${y}H${end}`;
    const bend = Math.min(this.step * 0.45, this.lane * 0.45, 12);
    return `M${start} ${this.yOf(this.at.get(line.parent))}V${y - bend}Q${start} ${y} ${start + bend} ${y}H${Math.max(end, start + bend)}`;
  }

  // How a branch ended on the whole: of numbers the mean, of others what came first.
  middle(line) {
    const given = line.runs.map((run) => run[2 + this.place]).filter((value) => value !== null && value !== undefined);
    return this.scale.numbers && given.length ? given.reduce((sum, one) => sum + one, 0) / given.length : given[0];
  }

  state(line) {
    const states = [...new Set(line.runs.map(([, state]) => state))];
    return states.includes("open") ? "running …" : states.filter((state) => state !== "finished").join(", ") || "–";
  }

  // One cell a replica, in as many rows as go into the lane; all of one colour are one shape.
  cells(line, x, y) {
    const many = line.runs.length;
    const rows = many > 14 && this.lane >= 22 ? 2 : 1;
    const columns = Math.ceil(many / rows);
    const size = Math.max(2, Math.min(CELL, this.strip() / columns, (this.lane - 4) / rows));
    const gap = size > 4 ? 1.5 : 0;
    const paths = new Map();
    line.runs.forEach((run, place) => {
      const state = run[1];
      const value = run[2 + this.place];
      const kind = state === "error" || state === "interrupted" ? "failed" : state === "open" ? "open" : value === null || value === undefined ? "none" : this.scale.color(value);
      const [cx, cy] = [x + (place % columns) * size, y - (rows * size) / 2 + Math.floor(place / columns) * size];
      const side = size - gap;
      const box = kind === "failed" ? `M${cx} ${cy}l${side} ${side}M${cx + side} ${cy}l${-side} ${side}` : `M${cx} ${cy}h${side}v${side}h${-side}z`;
      paths.set(kind, (paths.get(kind) ?? "") + box);
    });
    const nodes = [...paths].map(([kind, d]) => shape("path", kind.startsWith("#") ? { class: "ilx-cell", d, fill: kind } : { class: `ilx-cell ilx-${kind}`, d }));
    const picked = line.runs.findIndex(([uid]) => this.chosen.includes(uid));
    if (picked >= 0 && many > 1) nodes.push(shape("rect", { class: "ilx-picked", x: x + (picked % columns) * size - 1.5, y: y - (rows * size) / 2 + Math.floor(picked / columns) * size - 1.5, width: size - gap + 3, height: size - gap + 3 }));
    line.strip = { x, y: y - (rows * size) / 2, size, columns, rows };
    return { nodes, right: x + columns * size };
  }

  words(line) {
    const outcome = line.outcome[this.measure];
    return [line.name, line.runs.length > 1 ? `${line.runs.length} replicas` : "", line.parent === null ? "" : `leaves after step ${line.step}`, line.change && !line.name.includes(line.change) ? line.change : "", outcome ? `${this.measure} ${outcome}` : this.state(line).replace("–", "")].filter(Boolean).join(", ");
  }

  // Pointing and keys -------------------------------------------------------------------------------

  listen() {
    this.svg.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey) {
        this.zoom(Math.exp(-event.deltaY / 300), this.point(event));
        event.preventDefault();
      } else {
        const unit = event.deltaMode === 1 ? 16 : 1;
        const [dx, dy] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
        // At its edge the notebook around is scrolled.
        if (this.pan(dx * unit, dy * unit)) event.preventDefault();
      }
    }, { passive: false });
    let held = null;
    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held = { x: event.clientX, y: event.clientY, moved: false };
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!held) return this.hover(event);
      const [dx, dy] = [held.x - event.clientX, held.y - event.clientY];
      if (!held.moved && Math.hypot(dx, dy) < 5) return;
      if (!held.moved) this.svg.setPointerCapture(event.pointerId);
      held = { x: event.clientX, y: event.clientY, moved: true };
      this.tip.hidden = true;
      this.svg.classList.add("ilx-dragged");
      this.pan(dx, dy);
    });
    const end = () => {
      this.dragged = held?.moved ?? false;
      held = null;
      this.svg.classList.remove("ilx-dragged");
    };
    this.svg.addEventListener("pointerup", end);
    this.svg.addEventListener("pointercancel", end);
    this.svg.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.svg.addEventListener("click", (event) => {
      if (this.dragged) return;
      const line = this.under(event);
      if (!line) return;
      this.active = line.key;
      this.choose(line.runs[this.replica(line, event) ?? this.pickedOf(line)][0]);
    });
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  pickedOf(line) {
    const picked = line.runs.findIndex(([uid]) => this.chosen.includes(uid));
    return Math.max(0, picked);
  }

  point(event) {
    const box = this.svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  under(event) {
    const at = this.point(event);
    return at.y < AXIS ? null : this.lines[Math.floor((at.y - AXIS + this.y) / this.lane)] ?? null;
  }

  replica(line, event) {
    if (!line.strip || line.runs.length < 2) return null;
    const at = this.point(event);
    const column = Math.floor((at.x + this.x - line.strip.x) / line.strip.size);
    const row = Math.floor((at.y - AXIS + this.y - line.strip.y) / line.strip.size);
    const place = row * line.strip.columns + column;
    return column >= 0 && column < line.strip.columns && row >= 0 && row < line.strip.rows && place < line.runs.length ? place : null;
  }

  hover(event) {
    const line = this.under(event);
    const at = this.point(event);
    if (!line || event.pointerType === "touch") {
      this.tip.hidden = true;
      return;
    }
    const place = this.replica(line, event);
    const run = place === null ? null : line.runs[place];
    const head = run ? `${line.name}, replica ${line.numbers[place]}: ${run[1] === "finished" ? `${this.measure} ${short(run[2 + this.place])}` : run[1]}` : this.words(line);
    this.tip.textContent = head;
    this.tip.hidden = false;
    this.tip.style.left = `${Math.max(4, Math.min(at.x + 14, this.width - this.tip.offsetWidth - 6))}px`;
    this.tip.style.top = `${Math.min(at.y + 16, this.height - 6)}px`;
  }

  key(event) {
    const lane = this.at?.get(this.active);
    if (lane === undefined) return;
    const line = this.lines[lane];
    const to = {
      ArrowDown: () => lane + 1, ArrowUp: () => lane - 1, Home: () => 0, End: () => this.lines.length - 1,
      PageDown: () => Math.min(this.lines.length - 1, lane + 10), PageUp: () => Math.max(0, lane - 10),
      ArrowLeft: () => (line.parent === null ? lane : this.at.get(line.parent)),
      ArrowRight: () => this.at.get(this.siblings.get(line.key)?.[0]) ?? lane,
    }[event.key];
    if (to) {
      const next = to();
      if (next >= 0 && next < this.lines.length) {
        this.active = this.lines[next].key;
        this.reveal(next);
        this.later();
      }
    } else if (event.key === "Enter" || event.key === " ") this.choose(line.runs[this.pickedOf(line)][0]);
    else if (event.key === "+" || event.key === "=") this.zoom(1.25);
    else if (event.key === "-") this.zoom(0.8);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
  }
}
