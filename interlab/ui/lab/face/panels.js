// The lab's other panels: choosing a scenario, looking inside, forking, comparing.
import { Form, brief, el, inColor } from "./form.js";
import { button, chosen, codeBox, counted, dollars, labelled } from "./parts.js";
import { WhatIf } from "./whatif.js";

export class ScenarioPanel {
  constructor(lab) {
    this.lab = lab;
    this.cards = el("div", { class: "ill-cards", role: "radiogroup", "aria-label": "Scenarios" });
    this.detail = el("div", {});
    this.node = el("div", { class: "ill-panel" }, el("h3", {}, "Choose a scenario"), this.cards, this.detail);
    for (const one of lab.hello.scenarios) {
      const box = el("input", { type: "radio", name: `ill-scenario-${lab.id}`, value: one.key });
      box.addEventListener("change", () => this.choose(one));
      this.cards.append(el("label", { class: "ill-card" }, box, el("span", { class: "ill-card-title" }, one.title), el("span", { class: "ilp-about" }, one.about)));
    }
    const first = this.cards.querySelector("input");
    if (first) {
      first.checked = true;
      this.choose(lab.hello.scenarios[0]);
    }
  }

  choose(scenario) {
    this.scenario = scenario;
    const list = `ill-models-${this.lab.id}`;
    this.slots = scenario.slots.map((slot) => {
      const input = el("input", { type: "text", class: "ilp-input", list, spellcheck: "false", autocomplete: "off" });
      input.value = slot.default;
      const person = button("A person", () => {
        input.value = input.value === this.lab.hello.person ? slot.default : this.lab.hello.person;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }, { title: "You play, in this cell" });
      const field = labelled(slot.title, input, { about: slot.about, beside: person });
      field.slot = slot.parameter;
      field.input = input;
      return field;
    });
    this.form = new Form(scenario.form, () => this.changed());
    const has = scenario.form.root.fields?.length;
    const parameters = el("details", { class: "ill-parameters", open: true }, el("summary", {}, "Parameters"), this.form.node);
    this.parameters = parameters;
    this.seed = labelled("Seed", el("input", { type: "text", inputmode: "numeric", class: "ilp-input ilp-digits", placeholder: "random" }), { about: "The same seed, the same run" });
    this.steps = labelled("Steps at most", el("input", { type: "text", inputmode: "numeric", class: "ilp-input ilp-digits", placeholder: "to the end" }));
    this.seed.querySelector("input").value = "7";
    this.store = this.lab.hello.store === null ? null : labelled("Kept in", el("input", { type: "text", class: "ilp-input", placeholder: "memory only", spellcheck: "false" }), { about: "A file beside the notebook" });
    if (this.store) this.store.querySelector("input").value = this.lab.hello.store;
    this.fault = el("div", { class: "ilp-fault", role: "alert", hidden: true });
    this.run = button("Run", () => this.start(false), { kind: "ilp-send" });
    const slowly = button("Step by step", () => this.start(true), { title: "Begin paused" });
    this.code = codeBox(() => this.lab.ask("code", { what: "run", ...this.asked() }));
    const models = el("datalist", { id: list }, ...this.lab.hello.models.map((one) => el("option", { value: one.name }, one.about)), el("option", { value: this.lab.hello.person }));
    const inner = el("div", { class: "ill-detail" },
      this.slots.length ? el("section", {}, el("h3", {}, "Who plays"), el("div", { class: "ill-grid" }, ...this.slots), models) : "",
      has ? parameters : "",
      el("section", { class: "ill-grid ill-three" }, this.seed, this.steps, this.store ?? ""),
      this.fault, el("div", { class: "ilp-row" }, this.run, slowly), this.code);
    inner.addEventListener("input", () => this.changed());
    this.detail.replaceChildren(inner);
  }

  changed() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.code.refresh(), 250);
  }

  asked() {
    const text = (field) => field?.querySelector("input").value ?? "";
    const read = this.form.read();
    this.own = read.faults;
    return { scenario: this.scenario.key, values: read.value ?? {}, models: Object.fromEntries(this.slots.map((field) => [field.slot, field.input.value])), seed: text(this.seed), steps: text(this.steps), store: text(this.store), pause_s: 0.5 };
  }

  async start(paused) {
    const asked = this.asked();
    this.refuse({}, "");
    if (Object.keys(this.own).length) {
      this.parameters.open = true;
      this.form.show(this.own);
      return;
    }
    this.run.disabled = true;
    const reply = await this.lab.ask("run", { ...asked, paused });
    this.run.disabled = false;
    if (reply.ok) return this.lab.watch(reply.value);
    this.refuse(reply.faults ?? {}, reply.words);
  }

  // What was refused, beside its field; what has no field, above the button.
  refuse(faults, words) {
    const left = { ...faults };
    const take = (place) => {
      const why = left[place];
      delete left[place];
      return why;
    };
    for (const field of this.slots) field.refuse(take(`/models/${field.slot}`));
    this.seed.refuse(take("/seed"));
    this.steps.refuse(take("/steps"));
    this.store?.refuse(take("/store"));
    const general = take("/values");
    const inside = Object.fromEntries(Object.entries(left).filter(([place]) => place.startsWith("/values/")).map(([place, why]) => [place.slice(7), why]));
    this.form.read();
    this.form.show(inside);
    if (Object.keys(inside).length) this.parameters.open = true;
    const rest = Object.entries(left).filter(([place]) => !place.startsWith("/values/")).map(([, why]) => why);
    this.fault.textContent = [general, ...rest].filter(Boolean).join(" ") || words;
    this.fault.hidden = !this.fault.textContent;
  }
}

export class LookPanel {
  constructor(lab) {
    this.lab = lab;
    this.holder = lab.outside;
    this.words = el("p", { class: "ilp-about" });
    this.code = codeBox(() => lab.ask("code", { what: "look", run: this.number }));
    this.node = el("div", { class: "ill-panel" }, this.words, this.code);
    this.views = new Map();
  }

  async show(number) {
    if (this.number === number) return;
    this.number = number;
    this.code.open = false;
    this.holder.replaceChildren();
    this.say("Opening …");
    const reply = await this.lab.ask("look", { run: number });
    if (this.number !== number) return;
    try {
      if (!reply.ok) throw new Error(reply.words);
      if (!this.views.has(number)) {
        const manager = this.lab.model.widget_manager;
        const model = await manager.get_model(reply.value.model);
        this.views.set(number, await manager.create_view(model));
      }
      this.holder.replaceChildren(this.views.get(number).el);
      this.say("Everything that was recorded: each step, each question to a model, each answer.");
    } catch (error) {
      this.say(`The trace can't be shown here: ${error.message ?? error}. Run the code below in a cell of its own.`, "ill-error");
    }
  }

  say(words, kind = "ilp-about") {
    this.words.textContent = brief(words, 600);
    this.words.className = kind;
  }

  close() {
    for (const view of this.views.values()) view.remove?.();
  }
}

export class ForkPanel {
  constructor(lab) {
    this.lab = lab;
    this.node = el("div", { class: "ill-panel" });
  }

  async show(number, step) {
    const line = this.lab.line(number);
    if (!line?.over && line?.status !== "paused") {
      this.number = null;
      const pause = button("Pause it", () => this.lab.ask("pause", { run: number }), { kind: "ilp-send" });
      this.node.replaceChildren(el("p", { class: "ilp-about" }, "A run can be forked when it is over, or paused: at any step made so far."), el("div", { class: "ilp-row" }, pause));
      return;
    }
    if (step !== null || this.number !== number) this.target = step; // kept while the run goes on to change
    const known = `${number} ${line.steps} ${line.status}`;
    if (this.known === known && this.number === number) return step === null ? undefined : this.moveTo(step);
    this.known = known;
    this.number = number;
    const reply = await this.lab.ask("steps", { run: number });
    if (this.known !== known) return;
    if (!reply.ok || !reply.value.length) {
      this.number = null;
      this.node.replaceChildren(el("p", { class: "ill-error" }, reply.words ?? "No moment of this run was kept."));
      return;
    }
    // A run that was over can't go on from its end.
    const steps = reply.value.length > 1 ? reply.value.slice(0, -1) : reply.value;
    this.steps = line.status === "finished" ? steps : reply.value;
    this.range = el("input", { type: "range", class: "ilp-range", min: 0, max: this.steps.length - 1, step: 1, "aria-label": "Step to go back to" });
    this.at = el("output", { class: "ill-at" });
    this.before = el("div", { class: "ill-before" });
    this.range.addEventListener("input", () => this.moveTo(this.steps[Number(this.range.value)]));
    this.kinds = Object.entries(this.lab.hello.changes).map(([kind, words]) => {
      const box = el("input", { type: "radio", name: `ill-change-${this.lab.id}`, value: kind, checked: kind === "tell" });
      box.addEventListener("change", () => this.fields());
      return el("label", { class: "ilp-option" }, box, el("span", {}, words[0].toUpperCase() + words.slice(1)));
    });
    this.holder = el("div", { class: "ill-change" });
    this.price = el("div", { class: "ill-price", role: "status" });
    this.name = el("input", { type: "text", class: "ilp-input", placeholder: "named after the change" });
    this.fault = el("div", { class: "ilp-fault", role: "alert", hidden: true });
    this.run = button("Run the fork", () => this.start(), { kind: "ilp-send" });
    this.code = codeBox(() => this.lab.ask("code", { what: "fork", ...this.asked() }));
    this.node.replaceChildren(
      el("section", {}, el("h3", {}, "Go back to the moment after step ", this.at), this.range, this.before),
      el("section", {}, el("h3", {}, "Change one thing"), el("div", { class: "ilp-options" }, ...this.kinds), this.holder),
      labelled("Name", this.name), this.price, this.fault, el("div", { class: "ilp-row" }, this.run), this.code, (this.whatIf ??= new WhatIf(this.lab, () => this.asked())).node);
    this.holder.addEventListener("input", () => this.changed());
    this.name.addEventListener("input", () => this.changed());
    const middle = this.steps[Math.min(this.steps.length - 1, Math.max(0, Math.floor(this.steps.length / 2)))];
    await this.moveTo(this.target ?? middle);
  }

  async moveTo(step) {
    const known = this.steps.includes(step) ? step : this.steps[this.steps.length - 1];
    this.step = this.target = known;
    this.range.value = String(this.steps.indexOf(known));
    this.at.textContent = String(known);
    const items = (this.lab.items.get(this.number) ?? []).filter((item) => item.kind === "said" || item.kind === "note");
    const last = items.filter((item) => item.step <= known).slice(-2);
    this.before.replaceChildren(...(last.length ? last : [{ words: "Nothing was said yet." }]).map((item) => {
      const line = el("div", { class: "ill-line" }, item.speaker ? el("b", { class: "ilp-name" }, `${brief(item.speaker)}: `) : "", brief(item.words, 600));
      return inColor(line, item.color);
    }));
    const reply = await this.lab.ask("moment", { run: this.number, step: known });
    if (this.step !== known) return;
    if (!reply.ok) return this.tell(reply.words);
    this.moment = reply.value;
    this.fields();
  }

  fields() {
    const kind = this.kinds.map((one) => one.querySelector("input")).find((box) => box.checked).value;
    const kept = this.values ?? {};
    const actors = this.moment.actors.filter((one) => kind !== "model" || one.model !== null).map((one) => [one.name, brief(one.model && kind === "model" ? `${one.name} (${one.model})` : one.name, 100)]);
    this.kind = kind;
    this.inputs = {};
    const text = (value, rows = 2) => {
      const made = el("textarea", { class: "ilp-input", rows });
      made.value = value ?? "";
      return made;
    };
    if (kind === "tell") {
      this.inputs.actor = chosen(actors, { label: "Actor", value: actors.some(([name]) => name === kept.actor) ? kept.actor : actors[0]?.[0] });
      this.inputs.text = text(kept.text);
      this.inputs.text.placeholder = "I have another buyer who pays $2,900.";
      this.holder.replaceChildren(labelled("Who", this.inputs.actor), labelled("What the actor learns", this.inputs.text, { kind: "ill-wide" }));
    } else if (kind === "edit") {
      const messages = this.moment.messages;
      if (!messages.length) return this.holder.replaceChildren(el("p", { class: "ilp-about" }, "Nothing was said before this moment: choose a later step."));
      const last = messages[messages.length - 1].place;
      this.inputs.message = chosen(messages.map((one) => [one.place, `${one.place + 1}. ${one.words.slice(0, 90)}`]), { label: "Message", value: last, onchange: (place) => { this.inputs.text.value = messages[Number(place)].text; } });
      this.inputs.text = text(messages[last].text);
      this.holder.replaceChildren(labelled("Message", this.inputs.message, { kind: "ill-wide" }), labelled("What was said instead", this.inputs.text, { kind: "ill-wide" }));
    } else if (kind === "model") {
      const list = `ill-swap-${this.lab.id}`;
      if (!actors.length) return this.holder.replaceChildren(el("p", { class: "ilp-about" }, "Nobody here is played by a model."));
      this.inputs.actor = chosen(actors, { label: "Actor" });
      this.inputs.model = el("input", { type: "text", class: "ilp-input", list, spellcheck: "false" });
      this.inputs.model.value = kept.model ?? "demo/stubborn";
      this.holder.replaceChildren(labelled("Who", this.inputs.actor), labelled("Played by", this.inputs.model), el("datalist", { id: list }, ...this.lab.hello.models.map((one) => el("option", { value: one.name }, one.about))));
    } else {
      this.inputs.seed = el("input", { type: "text", inputmode: "numeric", class: "ilp-input ilp-digits" });
      this.inputs.seed.value = kept.seed ?? String(this.moment.seed + 1);
      this.holder.replaceChildren(labelled("Seed", this.inputs.seed, { about: `So far it was ${this.moment.seed}` }));
    }
    this.changed();
  }

  asked() {
    const values = Object.fromEntries(Object.entries(this.inputs ?? {}).map(([name, input]) => [name, input.value]));
    this.values = { ...this.values, ...(this.kind === "edit" ? {} : values) };
    return { run: this.number, step: this.step, change: { kind: this.kind, ...values }, name: this.name.value, pause_s: 0.5 };
  }

  changed() {
    this.tell("");
    const asked = this.asked(); // at once: what is typed is kept when the step is moved
    clearTimeout(this.later);
    this.later = setTimeout(async () => {
      this.code.refresh();
      const incomplete = "text" in asked.change && !asked.change.text.trim();
      if (incomplete) return this.price.replaceChildren();
      this.whatIf.changed();
      const reply = await this.lab.ask("price", asked);
      if (!reply.ok) return this.price.replaceChildren(el("span", { class: "ilp-about" }, reply.words));
      const tag = reply.value;
      if (!tag.known) return this.price.replaceChildren(el("span", { class: "ilp-about" }, "What it will take is not known yet: the run has made no step after this one."));
      this.price.replaceChildren(el("b", {}, `About ${counted(tag.calls, "call")}, ${counted(tag.tokens, "token")}, ${dollars(tag.cost_usd)}`), el("span", { class: "ilp-about" }, `estimated from ${tag.from}`));
    }, 250);
  }

  tell(words) {
    this.fault.textContent = brief(words, 600);
    this.fault.hidden = !words;
  }

  async start() {
    this.run.disabled = true;
    const reply = await this.lab.ask("fork", this.asked());
    this.run.disabled = false;
    if (!reply.ok) return this.tell(reply.words);
    this.number = null;
    this.values = {};
    this.lab.watch(reply.value);
  }
}

export class ComparePanel {
  constructor(lab) {
    this.lab = lab;
    this.choice = el("div", { class: "ill-pair" });
    this.table = el("div", { class: "ill-compared" });
    this.verdict = el("div", { class: "ill-verdict", role: "status" });
    this.code = codeBox(() => lab.ask("code", { what: "compare", first: this.first, second: this.second }));
    this.node = el("div", { class: "ill-panel" }, this.choice, this.verdict, this.table, this.code);
  }

  async show(number) {
    const runs = this.lab.runs.filter((one) => one.over && one.uid);
    if (runs.length < 2) {
      this.drawn = "";
      this.choice.replaceChildren(el("p", { class: "ilp-about" }, "Two runs that are over can be compared: fork one first."));
      this.verdict.replaceChildren();
      this.table.replaceChildren();
      this.code.hidden = true;
      return;
    }
    this.code.hidden = false;
    const shape = `${number} ${runs.length}`;
    if (shape === this.drawn) return;
    this.drawn = shape;
    const own = runs.find((one) => one.number === number) ?? runs[runs.length - 1];
    const child = runs.find((one) => one.parent === own.number);
    [this.first, this.second] = own.parent ? [own.parent, own.number] : child ? [own.number, child.number] : [runs[0].number, runs[1].number];
    const options = runs.map((one) => [one.number, `${one.number}. ${brief(one.name)}`]);
    const pick = (place, label) => chosen(options, { label, value: this[place], onchange: (value) => { this[place] = Number(value); this.draw(); } });
    this.choice.replaceChildren(pick("first", "First run"), el("span", {}, "and"), pick("second", "Second run"));
    await this.draw();
  }

  async draw() {
    this.code.refresh();
    const reply = await this.lab.ask("compare", { first: this.first, second: this.second });
    if (!reply.ok) return this.verdict.replaceChildren(el("span", { class: "ill-error" }, reply.words));
    const found = reply.value;
    this.verdict.textContent = found.same ? "Both runs are the same." : found.differs_from === null ? "All steps are the same; the outcomes differ." : `They differ from step ${found.differs_from} on.`;
    const pieces = (parts) => parts.map(([words, changed]) => (changed ? el("mark", {}, words) : words));
    const rows = found.rows.map((row) => {
      const first = row.step === found.differs_from;
      return el("tr", { class: `${row.same ? "ill-same" : "ill-differs"}${first ? " ill-first" : ""}` }, el("th", { scope: "row" }, `${row.step}`, first ? el("span", { title: "The first difference" }, " ▶") : ""),
        el("td", {}, ...pieces(row.first)), row.shared ? el("td", { class: "ill-is-shared" }, "shared") : el("td", {}, ...pieces(row.second)));
    });
    const head = el("tr", {}, el("th", { scope: "col" }, "Step"), ...found.names.map((name) => el("th", { scope: "col" }, brief(name, 120))));
    const end = el("tr", { class: "ill-ends" }, el("th", { scope: "row" }, "End"), ...found.ends.map((words) => el("td", {}, words)));
    this.table.replaceChildren(el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows, end)));
  }
}
