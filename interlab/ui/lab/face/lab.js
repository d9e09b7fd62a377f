// The lab in a cell: tabs over one state, which Python sends whenever it changes.
import { brief, el } from "./form.js";
import { followTheme } from "./parts.js";
import { TalkPanel } from "./talk.js";
import { ComparePanel, ForkPanel, LookPanel, ScenarioPanel } from "./panels.js";

const TABS = [["scenario", "Scenario"], ["talk", "Play"], ["look", "Look"], ["fork", "Fork"], ["compare", "Compare"]];
const ASK_AGAIN_MS = 1500;
const LATE_MS = 20000;
let labs = 0;

class LabView {
  constructor(model, place) {
    const root = el("div");
    this.model = model;
    this.id = `${++labs}-${Math.random().toString(36).slice(2, 8)}`;
    this.runs = [];
    this.seats = [];
    this.items = new Map();
    this.waiting = new Map();
    this.count = 0;
    this.shown = null;
    this.panel = "scenario";
    // The trace browser has styles of its own: it stands beside what is styled here.
    this.outside = el("div", { class: "ill-outside", hidden: true });
    place.append(root, this.outside);
    this.root = root;
    root.className = "ilp ill";
    root.dataset.lmSuppressShortcuts = "true"; // else keys here are commands of the notebook around
    for (const kind of ["keydown", "keyup", "keypress"]) root.addEventListener(kind, (event) => event.stopPropagation());
    this.stopTheme = followTheme(root);
    this.told = (message) => this.receive(message);
    model.on("msg:custom", this.told);
    this.body = el("div", { class: "ill-body" }, el("p", { class: "ilp-about ill-panel" }, "Opening the lab …"));
    root.append(this.body);
    this.clock = setInterval(() => this.poll(), ASK_AGAIN_MS);
    this.open();
  }

  async open() {
    let reply = null;
    while (!reply?.ok) reply = await this.ask("hello", {}, 2500); // a kernel that is busy answers later
    this.hello = reply.value;
    this.root.classList.add("ill-live"); // the picture that stands in its stead gives way
    this.talk = new TalkPanel(this);
    this.panels = { scenario: this.hello.given ? null : new ScenarioPanel(this), talk: this.talk, look: new LookPanel(this), fork: new ForkPanel(this), compare: new ComparePanel(this) };
    this.tabs = el("div", { class: "ill-tabs", role: "tablist" });
    this.buttons = new Map();
    for (const [key, words] of TABS.filter(([key]) => this.panels[key])) {
      const tab = el("button", { type: "button", role: "tab", onclick: () => this.go(key) }, words);
      this.buttons.set(key, tab);
      this.tabs.append(tab);
    }
    this.tabs.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const open = [...this.buttons.values()].filter((one) => !one.disabled);
      if (step) open[(open.indexOf(document.activeElement) + step + open.length) % open.length]?.focus();
    });
    this.chips = el("div", { class: "ill-runs", role: "group", "aria-label": "Runs", hidden: true });
    this.body.replaceChildren(el("header", { class: "ilp-head ill-head" }, el("strong", {}, brief(this.hello.given ?? "InterLab")), this.tabs), this.chips, this.frame = el("div", {}));
    if (this.hello.given) this.panel = "talk";
    await this.poll(true);
    this.draw();
  }

  ask(op, more = {}, limit_ms = LATE_MS) {
    return new Promise((done) => {
      const id = `${this.id}-${++this.count}`;
      const late = setTimeout(() => {
        this.waiting.delete(id);
        done({ ok: false, words: "Python does not answer: is a cell running, or the kernel gone?", faults: {} });
      }, limit_ms);
      this.waiting.set(id, (reply) => {
        clearTimeout(late);
        done(reply);
      });
      this.model.send({ op, id, ...more });
    });
  }

  receive(message) {
    if (message.push === "state") {
      for (const one of message.new) {
        const have = this.itemsOf(one.run);
        if (one.from <= have.length) put(have, one.from, one.items);
      }
      this.take(message.state);
      return;
    }
    const done = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    done?.(message.reply);
  }

  take(state) {
    this.runs = state.runs;
    this.seats = state.seats;
    const last = this.runs[this.runs.length - 1];
    if (last && (this.shown === null || this.known !== last.number)) this.shown = last.number;
    this.known = last?.number;
    for (const one of this.runs) if ((this.items.get(one.number)?.length ?? 0) < one.items) this.fill(one.number);
    this.soon();
  }

  itemsOf(number) {
    if (!this.items.has(number)) this.items.set(number, []);
    return this.items.get(number);
  }

  // However much news comes, it is drawn once a frame.
  soon() {
    this.next ??= requestAnimationFrame(() => {
      this.next = null;
      this.draw();
    });
  }

  // What was missed: a push was dropped, or the page was opened later.
  async fill(number) {
    if (this.filling) return;
    this.filling = true;
    const have = this.itemsOf(number);
    const after = have.length;
    const reply = await this.ask("items", { run: number, after });
    this.filling = false;
    if (!reply.ok) return;
    if (after + reply.value.length > have.length) put(have, after, reply.value);
    this.soon();
  }

  // Where pushes of threads are not passed on (Colab), asking is what brings the news.
  async poll(first = false) {
    if (!this.hello || this.polling || (!first && !this.runs.some((one) => !one.over))) return;
    this.polling = true;
    const reply = await this.ask("state", {}, 10000);
    this.polling = false;
    if (reply.ok) this.take(reply.value);
  }

  line(number) {
    return this.runs.find((one) => one.number === number);
  }

  sideOf(name) {
    const actors = this.line(this.shown)?.actors ?? [];
    return actors.length === 2 && actors[1].name.slice(0, 200) === name ? "right" : "left";
  }

  watch(number) {
    this.shown = this.known = number;
    this.panel = "talk";
    this.poll(true);
    this.draw();
  }

  // A run that is going on is paused first: it can be forked at any step that it has made.
  async forkAt(step) {
    this.wanted = step;
    const line = this.line(this.shown);
    if (line && !line.over && line.status !== "paused") {
      await this.ask("pause", { run: this.shown });
      this.go("fork");
      return this.poll(true);
    }
    this.go("fork");
  }

  go(panel) {
    this.panel = panel;
    this.draw();
  }

  draw() {
    if (!this.frame) return;
    const line = this.line(this.shown);
    for (const [key, tab] of this.buttons) {
      tab.disabled = key !== "scenario" && !line;
      tab.setAttribute("aria-selected", String(key === this.panel));
      tab.tabIndex = key === this.panel ? 0 : -1;
    }
    this.drawChips();
    const panel = this.panels[this.panel];
    this.outside.hidden = this.panel !== "look" || !line;
    if (this.frame.firstChild !== panel.node) {
      this.frame.replaceChildren(panel.node);
      panel.back?.();
    }
    if (!line || this.panel === "scenario") return;
    if (this.panel === "fork") {
      const step = this.wanted ?? null;
      if (line.over || line.status === "paused") this.wanted = null; // else it is pausing
      panel.show(this.shown, step);
    } else panel.show(this.shown);
  }

  drawChips() {
    this.chips.hidden = this.runs.length < 1 || (this.hello.given && this.runs.length < 2);
    const shape = JSON.stringify([this.shown, this.runs.map((one) => [one.number, one.name, one.status, one.result])]);
    if (shape === this.chipShape) return;
    this.chipShape = shape;
    this.chips.replaceChildren(...this.runs.map((one) => {
      const from = one.parent ? `↳ from ${one.parent}, step ${one.step}` : "";
      const chip = el("button", { type: "button", class: "ill-run", "aria-pressed": String(one.number === this.shown), title: [one.name, one.result].filter(Boolean).join(": "), onclick: () => { this.shown = one.number; this.draw(); } },
        el("span", { class: "ill-run-name" }, `${one.number}. ${brief(one.name, 120)}`), el("span", { class: "ilp-about" }, [from, one.over ? one.result || one.status : one.status].filter(Boolean).join(" · ")));
      return chip;
    }));
  }

  close() {
    clearInterval(this.clock);
    cancelAnimationFrame(this.next);
    this.stopTheme();
    this.model.off("msg:custom", this.told);
    this.talk?.close();
    this.panels?.look.close();
    this.panels?.fork.whatIf?.close();
  }
}

function put(list, from, items) {
  list.length = from;
  for (const item of items) list.push(item);
}

function render({ model, el: place }) {
  const view = new LabView(model, place);
  return () => view.close();
}
export default { render };
