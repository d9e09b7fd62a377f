// Fork here: one change, its price, and how many replicas of it and of how it was.
import { el } from "./form.js";
import { button, chosen, codeBox, counted, dollars, labelled } from "./parts.js";

let forms = 0;

export class ForkForm {
  constructor(explorer, { uid, step, place, close }) {
    this.explorer = explorer;
    this.uid = uid;
    this.step = step;
    this.place = place;
    this.id = `ilx-fork-${++forms}-${Math.random().toString(36).slice(2, 8)}`;
    this.inputs = {};
    this.kept = {};
    this.close = close;
    this.node = el("div", { class: "ilx-form", role: "group", "aria-label": `Fork after step ${step}` }, el("p", { class: "ilp-about" }, "Opening the moment …"));
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    this.open();
  }

  async open() {
    const reply = await this.explorer.ask("moment", { run: this.uid, step: this.step });
    const shut = button("×", this.close, { kind: "ilp-quiet ilx-shut", "aria-label": "Close" });
    const head = el("div", { class: "ilx-bar" }, el("h3", {}, `Fork after step ${this.step}`), shut);
    if (!reply.ok) return this.node.replaceChildren(head, el("p", { class: "ill-error" }, reply.words));
    this.moment = reply.value;
    if (this.moment.over) return this.node.replaceChildren(head, el("p", { class: "ilp-about" }, "With this step it was over: fork at an earlier message."));
    this.kinds = Object.entries(this.moment.changes).map(([kind, words], place) => {
      const box = el("input", { type: "radio", name: this.id, value: kind, checked: place === 0 });
      box.addEventListener("change", () => this.fields());
      return el("label", { class: "ilp-option" }, box, el("span", {}, words[0].toUpperCase() + words.slice(1)));
    });
    this.holder = el("div", { class: "ill-change" });
    this.name = el("input", { type: "text", class: "ilp-input", placeholder: "named after the change", maxlength: 120 });
    this.replicas = el("input", { type: "text", inputmode: "numeric", class: "ilp-input ilp-digits" });
    this.replicas.value = "10";
    this.most = el("input", { type: "text", inputmode: "numeric", class: "ilp-input ilp-digits", placeholder: "until it is over" });
    this.most.value = this.moment.max_steps ?? "";
    this.price = el("div", { class: "ilx-price", role: "status" });
    this.fault = el("div", { class: "ilp-fault", role: "alert", hidden: true });
    this.run = button("Run", () => this.start(), { kind: "ilp-send" });
    this.ask = button("Price", () => this.quote());
    this.code = codeBox(() => this.explorer.ask("code", { what: "try", ...this.asked() }));
    this.node.replaceChildren(head, el("div", { class: "ilp-options", role: "radiogroup", "aria-label": "What to change" }, ...this.kinds), this.holder,
      el("div", { class: "ill-change ill-three" }, labelled("Name of the arm", this.name), labelled("Replicas of each arm", this.replicas, { about: `of “${this.explorer.hello.reference}”, too` }), labelled("Steps at most", this.most)),
      this.price, this.fault, el("div", { class: "ilp-row" }, this.run, this.ask), this.code);
    this.node.addEventListener("input", () => this.changed());
    this.fields();
    (this.inputs.text ?? this.replicas).focus({ preventScroll: true });
    this.node.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  fields() {
    const kind = this.kinds.map((one) => one.querySelector("input")).find((box) => box.checked).value;
    for (const [name, input] of Object.entries(this.inputs)) this.kept[`${this.kind} ${name}`] = input.value;
    const kept = (name, otherwise) => this.kept[`${kind} ${name}`] ?? otherwise;
    const actors = this.moment.actors.filter((one) => kind !== "model" || one.model !== null).map((one) => [one.name, one.model && kind === "model" ? `${one.label} (${one.model})` : one.label]);
    this.kind = kind;
    this.inputs = {};
    const text = (value) => {
      const made = el("textarea", { class: "ilp-input", rows: 2 });
      made.value = value;
      return made;
    };
    const who = (label) => {
      this.inputs.actor = chosen(actors, { label, value: kept("actor", actors[0]?.[0]) });
      return labelled(label, this.inputs.actor);
    };
    if (kind === "tell") {
      const first = who("Who");
      this.inputs.text = text(kept("text", ""));
      this.inputs.text.placeholder = "Something that only this actor learns";
      this.holder.replaceChildren(first, labelled("What the actor learns", this.inputs.text, { kind: "ill-wide" }));
    } else if (kind === "edit") {
      const messages = this.moment.messages;
      const back = this.place ? this.place[1] - this.place[0] : 1;
      const last = messages[Math.max(0, messages.length - back)].place;
      this.inputs.message = chosen(messages.map((one) => [one.place, `${one.place + 1}. ${one.words.slice(0, 90)}`]), { label: "Message", value: kept("message", last), onchange: (place) => { this.inputs.text.value = messages[Number(place)].text; } });
      this.inputs.text = text(kept("text", messages[last].text));
      this.holder.replaceChildren(labelled("Message", this.inputs.message, { kind: "ill-wide" }), labelled("What was said instead", this.inputs.text, { kind: "ill-wide" }));
    } else if (kind === "model") {
      if (!actors.length) this.holder.replaceChildren(el("p", { class: "ilp-about" }, "Nobody here is played by a model."));
      else {
        const first = who("Who");
        this.inputs.model = el("input", { type: "text", class: "ilp-input", list: `${this.id}-models`, spellcheck: "false" });
        this.inputs.model.value = kept("model", "demo/stubborn");
        this.holder.replaceChildren(first, labelled("Played by", this.inputs.model), el("datalist", { id: `${this.id}-models` }, ...this.explorer.hello.models.map((name) => el("option", { value: name }))));
      }
    } else if (kind === "speaker") this.holder.replaceChildren(who("Who speaks next"));
    else {
      this.inputs.seed = el("input", { type: "text", inputmode: "numeric", class: "ilp-input ilp-digits" });
      this.inputs.seed.value = kept("seed", String(this.moment.seed + 1));
      this.holder.replaceChildren(labelled("Seed", this.inputs.seed, { about: `So far it was ${this.moment.seed}. All replicas of this arm will be the same: each has its own seed otherwise.` }));
    }
    this.changed();
  }

  asked() {
    const values = Object.fromEntries(Object.entries(this.inputs).map(([name, input]) => [name, input.value]));
    return { run: this.moment.run, step: this.step, change: { kind: this.kind, ...values }, name: this.name.value, replicas: this.replicas.value, max_steps: this.most.value };
  }

  changed() {
    this.tell("");
    this.price.replaceChildren();
    clearTimeout(this.later);
    this.later = setTimeout(() => this.code.refresh(), 250);
  }

  tell(words) {
    this.fault.textContent = words;
    this.fault.hidden = !words;
  }

  async quote() {
    this.ask.disabled = true;
    const reply = await this.explorer.ask("price", this.asked());
    this.ask.disabled = false;
    this.tell(reply.ok ? "" : reply.words);
    if (!reply.ok) return this.price.replaceChildren();
    const tag = reply.value;
    const cells = (words, kind = "td") => words.map((one) => el(kind, kind === "th" ? { scope: "col" } : {}, one));
    const rows = tag.arms.map((one) => el("tr", {}, ...cells([one.arm, `${one.done} of ${one.replicas}`, one.calls.toLocaleString("en"), one.tokens.toLocaleString("en"), dollars(one.cost_usd)])));
    const total = el("tr", { class: "ilx-total" }, ...cells(["Together", `${tag.done} of ${tag.done + tag.to_run}`, tag.calls.toLocaleString("en"), tag.tokens.toLocaleString("en"), dollars(tag.cost_usd)]));
    const served = tag.recorded ? ` Up to ${counted(tag.recorded, "call")} more are served from record.` : "";
    this.price.replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, ...cells(["Arm", "Already there", "Calls", "Tokens", "Cost"], "th"))), el("tbody", {}, ...rows, total)), el("p", { class: "ilp-about" }, `Estimated from ${tag.from}.${served}`));
  }

  async start() {
    this.run.disabled = true;
    const reply = await this.explorer.ask("run", this.asked());
    this.run.disabled = false;
    if (!reply.ok) return this.tell(reply.words);
    this.close();
    this.explorer.began(reply.value);
  }
}
