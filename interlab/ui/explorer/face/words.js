// What was said: the way to one branch's end, or two of them side by side with what differs marked.
import { el } from "./form.js";
import { button, codeBox } from "./parts.js";

const AT_ONCE = 60;

export class WordsView {
  // fork(uid, step, place, after): a fork is wanted; its form belongs below an element.
  constructor(explorer, { fork }) {
    this.explorer = explorer;
    this.fork = fork;
    this.count = 0;
    this.title = el("h3", {}, "What was said");
    this.chips = el("div", { class: "ilx-chips" });
    this.verdict = el("p", { class: "ilx-verdict", role: "status" });
    this.jump = button("Go to the first difference", () => this.first?.scrollIntoView({ block: "center", behavior: "smooth" }), { kind: "ilx-small", hidden: true });
    this.body = el("div", { class: "ilx-words", tabindex: 0, role: "region", "aria-label": "What was said" });
    this.code = codeBox(() => explorer.ask("code", this.chosen.length > 1 ? { what: "compare", first: this.chosen[0], second: this.chosen[1] } : { what: "read", run: this.chosen[0] }));
    this.node = el("section", { class: "ilx-part" }, el("div", { class: "ilx-bar" }, this.title, this.chips), el("div", { class: "ilx-bar" }, this.verdict, this.jump), this.body, this.code);
    this.chosen = [];
  }

  async show(chosen) {
    const same = chosen.length === this.chosen.length && chosen.every((uid, place) => uid === this.chosen[place]);
    this.chosen = chosen;
    this.drawChips();
    if (same) return;
    const count = ++this.count;
    this.explorer.closeFork();
    this.code.refresh();
    if (!chosen.length) {
      this.verdict.textContent = "";
      this.jump.hidden = true;
      this.title.textContent = "What was said";
      return this.body.replaceChildren(el("p", { class: "ilp-about ilx-hint" }, "Choose a branch in the tree; choose two to compare them."));
    }
    this.body.setAttribute("aria-busy", "true"); // what stands there is of other branches
    const reply = chosen.length > 1 ? await this.explorer.ask("compare", { first: chosen[0], second: chosen[1] }) : await this.explorer.ask("transcript", { run: chosen[0] });
    if (count !== this.count) return;
    this.body.removeAttribute("aria-busy");
    this.first = null;
    this.jump.hidden = true;
    if (!reply.ok) {
      this.verdict.textContent = "";
      return this.body.replaceChildren(el("p", { class: "ill-error" }, reply.words));
    }
    if (chosen.length > 1) this.drawPair(reply.value);
    else this.drawOne(reply.value);
    this.code.hidden = false;
  }

  drawChips() {
    const chips = this.chosen.map((uid, place) => {
      const line = this.explorer.lineOf(uid);
      if (!line) return null;
      const many = line.runs.length > 1;
      const letter = ["A", "B"][place];
      const chip = el("span", { class: `ilx-chip ilx-chip-${letter}` }, el("b", {}, letter), el("span", { class: "ilx-chip-name" }, line.name));
      if (many) {
        const pick = el("select", { class: "ilp-input ilx-replica", "aria-label": `Replica of ${letter}`, onchange: () => this.explorer.replace(place, pick.value) });
        pick.append(...line.runs.map(([of], number) => el("option", { value: of }, `replica ${line.numbers[number]}`)));
        pick.value = uid;
        chip.append(pick);
      }
      if (this.chosen.length > 1) chip.append(button("×", () => this.explorer.choose(uid), { kind: "ilp-quiet ilx-drop", "aria-label": `Do not compare ${line.name}` }));
      return chip;
    });
    this.chips.replaceChildren(...chips.filter(Boolean));
  }

  forkButton(uid, step, place) {
    if (!uid || this.explorer.hello.why_no_forks) return "";
    return button("Fork here", (event) => this.fork(uid, step, place, event.currentTarget.closest(".ilx-row, tr")), { kind: "ilx-fork-here", "aria-label": `Fork after step ${step}` });
  }

  drawOne(found) {
    this.title.textContent = "What was said";
    this.verdict.textContent = "";
    const rows = [];
    let shared = true;
    found.items.forEach((item) => {
      if (shared && !item.shared && rows.length) rows.push(el("div", { class: "ill-forked" }, el("span", {}, `forked after step ${found.forked}${this.changeOf(found.uid)}`)));
      shared = item.shared;
      rows.push(this.said(item));
    });
    if (found.left_out) rows.push(el("p", { class: "ilp-about" }, `… and ${found.left_out.toLocaleString("en")} steps more`));
    if (!found.items.length) rows.push(el("p", { class: "ilp-about" }, "Nothing was said yet."));
    if (found.error) rows.push(el("p", { class: "ill-error" }, found.error));
    if (found.end) rows.push(el("div", { class: "ill-end ilp-text" }, el("b", {}, "End: "), found.end));
    this.body.replaceChildren();
    this.body.scrollTop = 0;
    this.append(rows, this.count);
  }

  // A long transcript is drawn in pieces, so that nothing stands still meanwhile.
  append(rows, count) {
    if (count !== this.count) return;
    this.body.append(...rows.slice(0, AT_ONCE));
    if (rows.length > AT_ONCE) requestAnimationFrame(() => this.append(rows.slice(AT_ONCE), count));
  }

  changeOf(uid) {
    const line = this.explorer.lineOf(uid);
    return line?.change ? `: ${line.change}` : "";
  }

  said(item) {
    const step = el("span", { class: "ill-step", title: `Step ${item.step}` }, String(item.step));
    const row = el("div", { class: `ilx-row${item.shared ? " ilx-shared" : ""}` });
    if (item.color) row.style.setProperty("--ilp-color", item.color);
    if (item.kind === "error") row.append(step, el("p", { class: "ill-error" }, item.words));
    else if (item.speaker) {
      const head = el("div", { class: "ilp-name" }, item.speaker, item.deed ? el("span", { class: "ilp-aside" }, item.deed) : "", item.to ? el("span", { class: "ilp-aside" }, `to ${item.to} alone`) : "");
      row.append(step, el("div", { class: "ilp-bubble" }, head, el("div", { class: "ilp-text" }, item.words)), this.forkButton(item.run, item.step, item.place));
    } else row.append(step, el("div", { class: "ilp-text ilp-heard" }, item.words), this.forkButton(item.run, item.step, item.place));
    return row;
  }

  drawPair(found) {
    this.title.textContent = "Side by side";
    this.verdict.textContent = found.same ? "Both are the same." : found.differs_from === null ? "All steps are the same; the ends differ." : `They differ from step ${found.differs_from} on.`;
    const pieces = (parts) => parts.map(([words, changed]) => (changed ? el("mark", {}, words) : words));
    const cell = (row, place, parts) => {
      const made = el("td", {}, el("span", { class: "ilp-text" }, ...pieces(parts)), this.forkButton(row.runs[place], row.step, null));
      if (row.colors[place]) made.style.setProperty("--ilp-color", row.colors[place]);
      return made;
    };
    const rows = found.rows.map((row) => {
      const first = row.step === found.differs_from;
      const head = el("th", { scope: "row" }, String(row.step), first ? el("span", { class: "ilx-first-mark", title: "The first difference" }, " ▶") : "");
      const made = el("tr", { class: `${row.same ? "ill-same" : "ill-differs"}${first ? " ill-first" : ""}` }, head, cell(row, 0, row.first));
      if (row.shared) made.lastChild.colSpan = 2; // it was made once
      else made.append(cell(row, 1, row.second));
      if (first) this.first = made;
      return made;
    });
    const head = el("tr", {}, el("th", { scope: "col" }, "Step"), ...found.names.map((name, place) => el("th", { scope: "col" }, el("b", { class: `ilx-letter-${["A", "B"][place]}` }, ["A", "B"][place]), ` ${name}`)));
    const end = el("tr", { class: "ill-ends" }, el("th", { scope: "row" }, "End"), ...found.ends.map((words) => el("td", {}, words)));
    this.body.replaceChildren(el("div", { class: "ill-compared" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows, end))));
    this.body.scrollTop = 0;
    this.jump.hidden = !this.first;
  }
}
