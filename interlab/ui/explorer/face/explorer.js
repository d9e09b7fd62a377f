// The branch explorer in a cell: the tree, what was said, forks and their effects, over one state in Python.
import { el } from "./form.js";
import { button, chosen, codeBox, counted, followTheme } from "./parts.js";
import { TreeView } from "./tree.js";
import { WordsView } from "./words.js";
import { EffectsView } from "./forest.js";
import { ForkForm } from "./trying.js";

const BUSY_AFTER_MS = 1500;
const GONE_AFTER_MS = 20000;
const ASK_AGAIN_MS = 1500;
const STATUS = { running: "Running", stopping: "Stopping: replicas under way are finished", finished: "Finished", stopped: "Stopped", failed: "Failed" };
let explorers = 0;

class ExplorerView {
  constructor(model, place) {
    this.model = model;
    this.id = `${++explorers}-${Math.random().toString(36).slice(2, 8)}`;
    this.count = 0;
    this.waiting = new Map();
    this.lines = new Map();
    this.order = [];
    this.picked = [];
    this.root = el("div", { class: "ilp ill ilx" });
    this.root.dataset.lmSuppressShortcuts = "true"; // else keys here are commands of the notebook around
    for (const kind of ["keydown", "keyup", "keypress"]) this.root.addEventListener(kind, (event) => event.stopPropagation());
    this.stopTheme = followTheme(this.root);
    this.busy = el("p", { class: "ilx-busy", role: "status", hidden: true });
    this.body = el("div", { class: "ilx-body" }, el("p", { class: "ilp-about ilx-part" }, "Opening the explorer …"));
    this.root.append(this.busy, this.body);
    place.append(this.root);
    this.told = (message) => this.receive(message);
    model.on("msg:custom", this.told);
    this.clock = setInterval(() => this.tick(), 500);
    this.open();
  }

  async open() {
    const reply = await this.ask("hello");
    this.root.classList.add("ill-live"); // the picture that stands in its stead gives way
    if (!reply.ok) return this.body.replaceChildren(el("p", { class: "ill-error ilx-part" }, reply.words));
    this.hello = reply.value;
    const { measures } = this.hello;
    this.measure = measures[0];
    this.tree = new TreeView({ choose: (uid) => this.choose(uid) });
    this.words = new WordsView(this, { fork: (...where) => this.openFork(...where) });
    this.effects = new EffectsView(this);
    const pick = chosen(measures.map((name) => [name, name]), { label: "Colour by", value: this.measure, onchange: (name) => { this.measure = name; this.drawTree(); this.code.refresh(); } });
    const roots = chosen(this.hello.roots.map((one) => [one.uid, one.name]).reverse(), { label: "Run at the root", value: this.hello.root, onchange: (uid) => this.goTo(uid) });
    roots.hidden = this.hello.roots.length < 2;
    this.legend = el("span", {});
    const zoom = el("span", { class: "ilx-zoom", role: "group", "aria-label": "Zoom" },
      button("+", () => this.tree.zoom(1.25), { "aria-label": "Zoom in" }), button("−", () => this.tree.zoom(0.8), { "aria-label": "Zoom out" }), button("Fit", () => this.tree.fit()));
    this.about = el("span", { class: "ilp-about ilx-counts" });
    this.code = codeBox(() => this.ask("code", { what: "tree", measure: this.measure }));
    this.bar = el("div", { class: "ilx-progress", role: "progressbar", "aria-valuemin": 0 }, el("i", {}));
    this.stop = button("Stop", () => this.ask("stop"));
    this.trialWords = el("span", { class: "ilx-trial-words", role: "status" });
    this.trialFault = el("p", { class: "ill-error", hidden: true });
    this.trialBox = el("div", { class: "ilx-trial", hidden: true }, el("div", { class: "ilx-bar" }, this.trialWords, this.stop), this.bar, this.trialFault);
    const help = el("p", { class: "ilp-about ilx-help" }, "Click a branch, or a cell of a strip; two are compared. Drag or scroll to move, Ctrl and scroll to zoom; arrow keys and Enter work, too.");
    const why = this.hello.why_no_forks ? el("p", { class: "ilp-about" }, this.hello.why_no_forks) : "";
    this.body.replaceChildren(
      el("header", { class: "ilp-head ilx-head" }, el("strong", {}, "Branches"), roots, this.about, el("label", { class: "ilx-by" }, el("span", {}, "Outcome"), pick), this.legend, zoom),
      el("section", { class: "ilx-part ilx-top" }, this.tree.node, this.trialBox, help, why, this.code),
      this.effects.node, this.words.node);
    this.takeAll(this.hello);
    this.picked = [this.hello.first];
    this.draw();
    if (this.tree.laneOf.has(this.hello.first)) this.tree.active = this.order[this.tree.laneOf.get(this.hello.first)];
  }

  // Messages ----------------------------------------------------------------------------------------

  ask(op, more = {}) {
    return new Promise((done) => {
      const id = `${this.id}-${++this.count}`;
      this.waiting.set(id, { done, since: performance.now() });
      this.model.send({ op, id, ...more });
    });
  }

  receive(message) {
    if (message.push) {
      this.heard = performance.now();
      if (this.hello && message.push.root === this.rootRun) this.take(message.push);
      return;
    }
    const one = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    one?.done(message.reply);
    if (one) this.tick();
  }

  tick() {
    const now = performance.now();
    const oldest = [...this.waiting.values()].reduce((most, one) => Math.max(most, now - one.since), 0);
    this.busy.hidden = oldest < BUSY_AFTER_MS;
    const running = this.trial && !isOver(this.trial);
    const words = running ? "Python is busy with the replicas. This goes on when there is time." : oldest < GONE_AFTER_MS ? "Python is busy: another cell is running. This goes on when it is done." : "Python does not answer: a cell is running for long, or the kernel was restarted. In that case run this cell again.";
    if (this.busy.textContent !== words) this.busy.textContent = words;
    this.root.setAttribute("aria-busy", String(!this.busy.hidden));
    // Where pushes of threads are not passed on (Colab), asking is what brings the news.
    if (running && now - (this.heard ?? 0) > ASK_AGAIN_MS && !this.polling) this.poll();
  }

  async poll() {
    this.polling = true;
    const reply = await this.ask("state");
    this.polling = false;
    this.heard = performance.now();
    if (reply.ok && reply.value.root === this.rootRun) this.takeAll(reply.value);
  }

  takeAll(state) {
    this.rootRun = state.root;
    this.lines = new Map(state.branches.map((line) => [line.key, line]));
    this.take({ ...state, order: state.branches.map((line) => line.key), changed: [] });
  }

  take(state) {
    for (const line of state.changed) this.lines.set(line.key, line);
    this.order = state.order.filter((key) => this.lines.has(key));
    if (this.order.length < state.order.length) this.missing(); // a push was dropped
    this.byRun = new Map(this.order.flatMap((key) => this.lines.get(key).runs.map(([uid]) => [uid, key])));
    const before = this.trial;
    this.trial = state.trial;
    this.studies = state.studies;
    const ended = this.trial && isOver(this.trial) && before && before.key === this.trial.key && !isOver(before);
    this.drawTree();
    this.drawTrial();
    const shown = this.studies.filter((one) => !(this.trial && one.key === this.trial.key && !isOver(this.trial)));
    this.effects.list(shown, ended && shown.some((one) => one.key === this.trial.key) ? this.trial.key : null);
  }

  async missing() {
    if (!this.polling) await this.poll();
  }

  async goTo(uid) {
    const reply = await this.ask("go_to", { run: uid });
    if (!reply.ok) return;
    this.picked = [reply.value.root];
    this.tree.begin();
    this.takeAll(reply.value);
    this.draw();
    this.code.refresh();
  }

  // Choosing ----------------------------------------------------------------------------------------

  lineOf(uid) {
    return this.lines.get(this.byRun.get(uid));
  }

  // Of one that is chosen already it is taken back; of a third, the second gives way.
  choose(uid) {
    if (this.picked.includes(uid)) {
      if (this.picked.length > 1) this.picked = this.picked.filter((one) => one !== uid);
    } else this.picked = [...this.picked.slice(0, 1), uid];
    this.draw();
  }

  replace(place, uid) {
    if (this.picked.includes(uid)) return this.draw();
    this.picked = this.picked.map((one, at) => (at === place ? uid : one));
    this.draw();
  }

  draw() {
    this.tree.mark(this.picked);
    this.words.show(this.picked);
    const shape = this.picked.join();
    if (shape !== this.toldPicked) this.ask("choose", { runs: this.picked });
    this.toldPicked = shape;
  }

  drawTree() {
    const lines = this.order.map((key) => this.lines.get(key));
    const runs = lines.reduce((sum, line) => sum + line.runs.length, 0);
    this.about.textContent = lines.length === runs ? counted(runs, "run") : `${counted(lines.length, "branch", "branches")}, ${counted(runs, "run")}`;
    this.tree.show(lines, this.hello.measures, this.measure);
    this.legend.replaceChildren(this.tree.scale.legend());
  }

  // Forking -----------------------------------------------------------------------------------------

  openFork(uid, step, place, below) {
    this.closeFork();
    this.fork = new ForkForm(this, { uid, step, place, close: () => this.closeFork() });
    this.forkHolder = below.matches("tr") ? el("tr", { class: "ilx-form-row" }, el("td", { colspan: 3 }, this.fork.node)) : this.fork.node;
    below.after(this.forkHolder);
    below.classList.add("ilx-forked-here");
    this.forkAt = below;
  }

  closeFork() {
    this.forkHolder?.remove();
    this.forkAt?.classList.remove("ilx-forked-here");
    this.fork = this.forkHolder = this.forkAt = null;
  }

  began(trial) {
    this.trial = trial;
    this.heard = performance.now();
    this.drawTrial();
    this.tree.node.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  drawTrial() {
    const { trial } = this;
    this.trialBox.hidden = !trial;
    if (!trial) return;
    const made = trial.finished + trial.failed;
    const over = isOver(trial);
    this.trialWords.textContent = `${STATUS[trial.status]}: ${made} of ${counted(trial.wanted, "replica")}${trial.failed ? `, ${trial.failed} failed` : ""} · ${trial.arms.slice(1).join(", ")}`;
    this.trialWords.title = trial.name;
    this.bar.firstChild.style.width = `${trial.wanted ? (100 * made) / trial.wanted : 0}%`;
    for (const [name, value] of [["aria-valuemax", trial.wanted], ["aria-valuenow", made], ["aria-label", "Replicas"]]) this.bar.setAttribute(name, value);
    this.bar.hidden = over && trial.status === "finished";
    this.stop.hidden = over;
    this.stop.disabled = trial.status === "stopping";
    const fault = [trial.error, ...trial.why_failed].filter(Boolean).join(" ");
    this.trialFault.textContent = fault;
    this.trialFault.hidden = !fault;
  }

  close() {
    clearInterval(this.clock);
    this.stopTheme();
    this.model.off("msg:custom", this.told);
    this.tree?.close();
    this.effects?.close();
  }
}

const isOver = (trial) => trial.status !== "running" && trial.status !== "stopping";

export default {
  render({ model, el: place }) {
    const view = new ExplorerView(model, place);
    return () => view.close();
  },
};
