// The play console: a run as it unfolds, and what a person can do meanwhile.
import { brief, el, inColor, passage } from "./form.js";
import { SeatView } from "./seat.js";
import { Stream } from "./stream.js";
import { button, chosen, codeBox, counted, dollars } from "./parts.js";

const WORDS = { running: "Running", paused: "Paused", stopping: "Stopping", finished: "Finished", stopped: "Stopped", failed: "Failed" };
const PAUSES = [["0", "as fast as it goes"], ["0.5", "½ s between steps"], ["1.5", "1½ s between steps"], ["4", "4 s between steps"]];

function drawn(item, lab) {
  const tint = (node) => {
    inColor(node, item.color);
    if (item.shared) node.classList.add("ill-shared");
    return node;
  };
  if (item.kind === "said") {
    const aside = [item.to ? `whispers to ${item.to}` : "", item.deed ?? ""].filter(Boolean).join(" · ");
    const head = el("div", { class: "ilp-name" }, brief(item.speaker), aside ? el("span", { class: "ilp-aside" }, brief(aside, 120)) : "");
    const fork = button("Fork here", () => lab.forkAt(item.step), { kind: "ill-fork-here", title: `Go back to the moment after step ${item.step}, and change one thing`, "aria-label": `Fork after step ${item.step}` });
    const side = lab.sideOf(item.speaker);
    return tint(el("div", { class: `ill-said ill-${side}` }, el("div", { class: "ilp-bubble" }, head, item.words ? passage(item.words, { class: "ilp-text" }) : ""), el("span", { class: "ill-step" }, `${item.step}`), fork));
  }
  if (item.kind === "bids") {
    const chips = item.bids.map((one) => {
      const chip = el("span", { class: `ill-bid${one.won ? " ill-won" : ""}`, title: one.won ? `${one.name} has the floor and pays ${one.pays}` : `${one.name}: ${one.bid}` },
        el("b", {}, brief(one.name, 40)), ` ${brief(one.bid, 60)}`, one.won ? ` → pays ${brief(one.pays, 60)}` : "");
      return inColor(chip, one.color);
    });
    return tint(el("div", { class: "ill-bids" }, el("span", { class: "ill-mark" }, "Bids"), ...chips, el("span", { class: "ilp-about" }, [item.words, item.aside].filter(Boolean).join(" · "))));
  }
  if (item.kind === "whisper") return tint(el("div", { class: "ill-whisper" }, el("div", { class: "ilp-name" }, `You, to ${brief(item.speaker)} alone`), passage(item.words, { class: "ilp-text" })));
  if (item.kind === "fork") return tint(el("div", { class: "ill-forked" }, el("span", {}, `↳ ${item.step ? `After step ${item.step}` : "From the beginning"}: ${item.words}`)));
  if (item.kind === "error") return tint(el("div", { class: "ill-error ilp-text" }, item.words));
  if (item.kind === "end") return tint(el("div", { class: "ill-end ilp-text" }, el("b", {}, item.status === "stopped" ? "Stopped. " : "The end. "), item.words));
  return tint(el("div", { class: "ilp-heard ilp-text" }, item.words));
}

export class TalkPanel {
  constructor(lab) {
    this.lab = lab;
    this.number = null;
    this.seats = new Map();
    this.status = el("span", { class: "ill-status", role: "status" });
    this.figures = el("span", { class: "ill-figures" });
    this.pause = button("Pause", () => this.ask(this.line()?.wants_pause ? "go_on" : "pause"), { kind: "ill-main" });
    this.step = button("Step", () => this.ask("step"), { title: "Make one step, then pause" });
    this.fork = button("Fork", () => lab.forkAt(null), { title: "Pause, go back to a step made so far, and change one thing" });
    this.stop = button("Stop", () => this.ask("stop", { at_once: this.line()?.status === "stopping" }));
    this.speed = chosen(PAUSES, { label: "Speed", value: "0.5", onchange: (value) => this.ask("speed", { pause_s: Number(value) }) });
    this.bar = el("div", { class: "ill-bar" }, this.pause, this.step, this.fork, this.stop, this.speed);
    this.stream = new Stream((item) => drawn(item, lab), "The conversation");
    this.seatBox = el("div", { class: "ill-seats" });
    this.who = chosen([], { label: "Whisper to" });
    this.words = el("input", { type: "text", class: "ilp-input", "aria-label": "What the actor shall learn", placeholder: "Tell one actor something; nobody else hears it" });
    this.fault = el("div", { class: "ilp-fault", role: "alert", hidden: true });
    const form = el("form", { class: "ill-whisper-row", novalidate: true }, this.who, this.words, el("button", { type: "submit" }, "Whisper"));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const reply = await this.ask("whisper", { actor: this.who.value, text: this.words.value });
      this.fault.textContent = reply.ok ? "" : brief(reply.words, 600);
      this.fault.hidden = reply.ok;
      if (reply.ok) this.words.value = "";
    });
    this.whisper = el("div", {}, form, this.fault);
    this.code = codeBox(() => lab.ask("code", { what: "played", run: this.number }));
    this.next = el("div", { class: "ilp-row ill-next" },
      button("Fork this run", () => lab.forkAt(null), { kind: "ilp-send" }),
      button("Look inside", () => lab.go("look")),
      this.compare = button("Compare", () => lab.go("compare")),
      this.again = button("Another scenario", () => lab.go("scenario")));
    this.node = el("div", { class: "ill-panel" }, el("div", { class: "ill-top" }, this.status, this.figures), this.bar, this.stream.node, this.seatBox, this.whisper, this.next, this.code);
  }

  line() {
    return this.lab.line(this.number);
  }

  // Of the run that is shown: another may be paused beside it.
  ask(op, more = {}) {
    return this.lab.ask(op, { run: this.number, ...more });
  }

  show(number) {
    if (this.number === number) return this.update();
    this.number = number;
    this.stream.clear();
    this.drawSeats([]); // those of another run
    this.code.open = false;
    const names = this.line()?.actors.map((one) => one.name) ?? [];
    this.who.replaceChildren(...names.map((name) => el("option", { value: name }, brief(name))));
    this.update();
  }

  update() {
    const line = this.line();
    if (!line) return;
    const items = this.lab.items.get(this.number) ?? [];
    if (items.length > this.stream.length) this.stream.add(items.slice(this.stream.length));
    const live = !line.over;
    this.stream.wait(live && line.status === "running");
    if (this.status.textContent !== WORDS[line.status]) this.status.textContent = WORDS[line.status];
    this.status.dataset.status = line.status;
    const figures = [`step ${line.steps}${line.max_steps ? ` of ${line.first_step + line.max_steps}` : ""}`, counted(line.calls, "call"), counted(line.tokens, "token"), dollars(line.cost_usd),
      line.waiting_whispers ? `${counted(line.waiting_whispers, "whisper")} waiting` : ""].filter(Boolean).join(" · ");
    if (this.figures.textContent !== figures) this.figures.textContent = figures;
    this.bar.hidden = !live;
    this.whisper.hidden = !live;
    this.next.hidden = live;
    this.compare.hidden = this.lab.runs.length < 2;
    this.again.hidden = Boolean(this.lab.hello.given);
    this.code.hidden = live;
    const words = [[this.pause, line.wants_pause ? "Continue" : "Pause"], [this.stop, line.status === "stopping" ? "Stop now" : "Stop"]];
    for (const [node, text] of words) if (node.textContent !== text) node.textContent = text;
    this.stop.title = line.status === "stopping" ? "Give up the calls under way" : "Make no further step";
    if (document.activeElement !== this.speed) this.speed.value = PAUSES.map(([value]) => value).reduce((one, other) => (Math.abs(other - line.pause_s) < Math.abs(one - line.pause_s) ? other : one));
    this.drawSeats(live ? this.lab.seats.filter((view) => view.run === this.number) : []);
  }

  drawSeats(views) {
    for (const [name, one] of this.seats) {
      if (views.some((view) => view.seat === name)) continue;
      one.view.close();
      one.box.remove();
      this.seats.delete(name);
    }
    for (const view of views) {
      if (!this.seats.has(view.seat)) {
        const box = el("div", {});
        this.seatBox.append(box);
        const sent = (op) => async (number, value) => {
          const reply = await this.ask(op, { seat: view.seat, question: number, value });
          return reply.ok ? reply.value : reply;
        };
        this.seats.set(view.seat, { box, view: new SeatView(box, { answer: sent("answer"), cancel: sent("cancel") }) });
      }
      const seat = this.seats.get(view.seat).view;
      if (seat.view?.version !== view.version) seat.update(view);
    }
  }

  // Put in front again.
  back() {
    this.stream.again();
  }

  close() {
    this.stream.close();
    this.drawSeats([]);
  }
}
