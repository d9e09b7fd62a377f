// What one person sees: instructions, what the actor has seen, the question that waits, and where to answer it.
import { Form, brief, el, grows, passage, inColor } from "./form.js";

function bubble(own, name, aside, words, color, code = false) {
  const head = el("div", { class: "ilp-name" }, own ? "You" : brief(name), aside ? el("span", { class: "ilp-aside" }, brief(aside)) : "");
  const made = el("div", { class: `ilp-bubble${own ? " ilp-own" : ""}` }, head, passage(words, { class: `ilp-text${code ? " ilp-code" : ""}` }));
  return inColor(made, color);
}

export class SeatView {
  // `transport` has answer(number, value) and cancel(number), which promise {ok, faults, late}.
  constructor(root, transport) {
    this.transport = transport;
    this.view = null;
    this.number = null;
    this.sending = false;
    this.root = root;
    root.classList.add("ilp");
    root.dataset.lmSuppressShortcuts = "true"; // else keys here are commands of the notebook around
    for (const kind of ["keydown", "keyup", "keypress"]) root.addEventListener(kind, (event) => event.stopPropagation());
    this.who = el("strong", {});
    this.state = el("span", { class: "ilp-state", role: "status" });
    this.part = el("details", { class: "ilp-part", hidden: true });
    this.past = el("div", { class: "ilp-past", role: "log", "aria-label": "What you have seen", tabindex: 0 });
    this.ask = el("section", { class: "ilp-ask", "aria-label": "The question" });
    root.replaceChildren(el("header", { class: "ilp-head" }, el("span", { class: "ilp-dot" }), this.who, this.state), this.part, this.past, this.ask);
    this.theme();
    this.clock = setInterval(() => this.tick(), 250);
  }

  close() {
    clearInterval(this.clock);
    this.themes?.disconnect();
  }

  theme() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const choose = () => {
      const lab = document.body.dataset.jpThemeLight;
      const code = document.body.dataset.vscodeThemeKind;
      const is_dark = lab !== undefined ? lab === "false" : code !== undefined ? code.includes("dark") : dark.matches;
      this.root.classList.toggle("ilp-dark", is_dark);
    };
    dark.addEventListener("change", choose);
    this.themes = new MutationObserver(choose);
    this.themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
    choose();
  }

  update(view) {
    if (!view || !view.seat) return;
    if (this.view && view.version < this.view.version) return;
    this.view = view;
    this.received = performance.now();
    this.who.textContent = brief(view.seat);
    inColor(this.root, view.color);
    const opened = this.part.hidden || this.part.open;
    this.part.hidden = !view.instructions;
    if (this.part.dataset.text !== view.instructions) {
      this.part.dataset.text = view.instructions;
      this.part.replaceChildren(el("summary", {}, "Your part"), passage(view.instructions, { class: "ilp-text" }));
      this.part.open = opened;
    }
    this.drawPast(view);
    this.drawQuestion(view);
    this.tick();
  }

  drawPast(view) {
    const texts = view.entries.map((entry) => JSON.stringify(entry));
    const shown = this.drawn ?? [];
    let common = 0;
    while (common < shown.length && common < texts.length && shown[common] === texts[common]) common++;
    const below = this.past.scrollHeight - this.past.scrollTop - this.past.clientHeight < 60;
    while (this.past.childElementCount > common) this.past.lastElementChild.remove();
    this.past.append(...view.entries.slice(common).map((entry) => this.entry(entry, view.seat)));
    this.drawn = texts;
    this.past.hidden = texts.length === 0;
    if (below || common === 0) this.past.scrollTop = this.past.scrollHeight;
  }

  entry(entry, seat) {
    if (entry.kind === "seen") {
      if (entry.speaker === undefined) return passage(entry.text, { class: "ilp-heard ilp-text" });
      return bubble(entry.speaker === seat, entry.speaker, entry.aside, entry.words, entry.color);
    }
    const prompt = passage(entry.prompt, { class: "ilp-asked ilp-text" });
    if (entry.outcome !== "answered") return el("div", {}, prompt, el("div", { class: "ilp-none" }, entry.outcome === "cancelled" ? "You gave no answer." : "Time ran out."));
    if (!("value" in entry)) return el("div", {}, prompt);
    const text = typeof entry.value === "string" ? entry.value : JSON.stringify(entry.value, null, 1);
    return el("div", {}, prompt, bubble(true, seat, "", text, this.view.color, typeof entry.value !== "string"));
  }

  drawQuestion(view) {
    const question = view.question;
    this.root.classList.toggle("ilp-awaited", Boolean(question));
    if (!question) {
      this.number = null;
      const words = view.over || view.rests ? "The run is over. Thank you for playing." : view.elsewhere || "You will be asked here when it is your turn.";
      const link = view.link ? el("a", { href: view.link, target: "_blank", rel: "noopener noreferrer" }, "Answer on a page of its own") : "";
      this.ask.replaceChildren(el("div", { class: "ilp-idle" }, words, link));
      return;
    }
    if (question.number === this.number) return;
    this.number = question.number;
    this.sending = false;
    this.form = null;
    this.fault = el("div", { class: "ilp-fault", role: "alert", hidden: true });
    this.send = el("button", { type: "submit", class: "ilp-send" }, "Send");
    const cancel = question.may_cancel ? el("button", { type: "button", class: "ilp-cancel", title: "Give no answer", onclick: () => this.cancel() }, "Give no answer") : "";
    const hint = el("span", { class: "ilp-hint" }, question.form ? "Ctrl + Enter sends" : "Enter sends, Shift + Enter begins a line");
    let field, preview = "";
    if (question.form) {
      const code = el("pre", { class: "ilp-code" });
      preview = el("details", { class: "ilp-preview" }, el("summary", {}, "JSON"), code);
      this.form = new Form(question.form, () => this.changed());
      this.code = code;
      field = this.form.node;
    } else {
      this.text = el("textarea", { class: "ilp-input ilp-free", rows: 2, "aria-label": "Your answer", placeholder: "Your answer" });
      grows(this.text);
      field = this.text;
    }
    const form = el("form", { class: "ilp-answer", novalidate: true, autocomplete: "off" }, field, this.fault, preview, el("div", { class: "ilp-row" }, this.send, cancel, hint));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      const one = event.target.tagName === "INPUT" || event.target === this.text;
      if (event.ctrlKey || event.metaKey || (event.target === this.text && !event.shiftKey)) {
        event.preventDefault();
        this.submit();
      } else if (one && event.target.tagName === "INPUT") event.preventDefault(); // a form is not sent by mistake
    });
    this.left = el("div", { class: "ilp-left", hidden: true });
    this.ask.replaceChildren(passage(question.prompt, { class: "ilp-prompt ilp-text" }), this.left, form);
    if (this.form) this.changed();
    if (document.activeElement === document.body || this.root.contains(document.activeElement)) (this.form ? this.form.root : this.text).focus({ preventScroll: true });
  }

  changed() {
    const { value, faults } = this.form.read();
    const open = Object.keys(faults).length;
    this.code.textContent = brief(JSON.stringify(value, (_, one) => (one === undefined ? null : one), 2), 40000) + (open ? `\n// ${open} ${open === 1 ? "field is" : "fields are"} still to be filled in` : "");
  }

  tick() {
    const view = this.view;
    const question = view?.question;
    const over = view?.over || view?.rests;
    let state = over ? "The run is over" : question ? "Your turn" : "Waiting";
    if (this.lost && !over) state = this.lost;
    if (this.state.textContent !== state) this.state.textContent = state;
    if (!question || !this.left) return;
    if (question.left_s === null || question.left_s === undefined) return;
    const left = Math.max(0, question.left_s - (performance.now() - this.received) / 1000);
    const seconds = Math.ceil(left);
    const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const then = question.default === null ? "" : ` Without an answer it counts as: ${brief(question.default, 300)}`;
    this.left.hidden = false;
    this.left.textContent = `${clock} left.${then}`;
    this.left.classList.toggle("ilp-soon", left < 10);
  }

  tell(words) {
    this.fault.textContent = brief(words, 600);
    this.fault.hidden = !words;
  }

  async submit() {
    if (this.sending || this.number === null) return;
    const number = this.number;
    let value;
    this.tell("");
    if (this.form) {
      const read = this.form.read(true);
      if (Object.keys(read.faults).length) return;
      value = read.value;
    } else {
      value = this.text.value;
      if (!value.trim()) return this.tell("Write something.");
    }
    await this.sent(number, () => this.transport.answer(number, value));
  }

  async cancel() {
    if (this.sending || this.number === null) return;
    const number = this.number;
    await this.sent(number, () => this.transport.cancel(number));
  }

  async sent(number, call) {
    this.sending = true;
    this.send.disabled = true;
    let reply;
    try {
      reply = await call();
    } catch (error) {
      reply = { ok: false, words: `The answer could not be sent: ${error.message ?? error}` };
    }
    if (this.number !== number) return;
    this.sending = false;
    this.send.disabled = false;
    if (reply.ok) return;
    if (reply.late) this.tell("This question is over.");
    else if (reply.faults && this.form) this.form.show(reply.faults);
    else this.tell(reply.words ?? Object.values(reply.faults ?? {}).join(" ") ?? "It was refused.");
  }
}
