// Whether a change matters: it and no change, each a number of times, with the differences as a forest plot.
import { brief, el } from "./form.js";
import { button, codeBox, counted, dollars, labelled } from "./parts.js";

const ASK_MS = 500;
const OVER = ["finished", "stopped", "failed"];

export class WhatIf {
  // `asked` gives the fork that the panel around it describes.
  constructor(lab, asked) {
    this.lab = lab;
    this.asked = () => ({ ...asked(), replicas: this.count.value });
    this.count = el("input", { type: "text", inputmode: "numeric", class: "ilp-input ilp-digits" });
    this.count.value = "10";
    this.count.addEventListener("input", () => this.changed());
    this.field = labelled("Replicas of each", this.count, { about: "With the change, and as it was" });
    this.price = el("span", { class: "ilp-about", role: "status" });
    this.run = button("Run replicas", () => this.start());
    this.stop = button("Stop", () => lab.ask("stop_experiment"), { hidden: true });
    this.bar = el("progress", { class: "ill-progress", max: 1, value: 0, "aria-label": "Replicas finished", hidden: true });
    this.words = el("p", { class: "ilp-about", role: "status", hidden: true });
    this.plot = el("div", { class: "ill-forest" });
    this.code = codeBox(() => lab.ask("code", { what: "experiment", ...this.asked() }));
    this.node = el("section", { class: "ill-whatif" }, el("h3", {}, "What if: does it matter?"),
      el("div", { class: "ill-trial" }, this.field, this.run, this.stop, this.price), this.bar, this.words, this.plot, this.code);
  }

  // The change was edited, or the number.
  changed() {
    clearTimeout(this.later);
    this.later = setTimeout(async () => {
      this.code.refresh();
      const reply = await this.lab.ask("price", this.asked());
      const tag = reply.value;
      this.price.textContent = reply.ok && tag.known ? `about ${counted(tag.calls, "call")}, ${counted(tag.tokens, "token")}, ${dollars(tag.cost_usd)}` : "";
    }, 350);
  }

  async start() {
    this.field.refuse("");
    this.run.disabled = true;
    const reply = await this.lab.ask("experiment", this.asked());
    if (!reply.ok) {
      this.run.disabled = false;
      return this.field.refuse(brief(reply.words, 600));
    }
    this.plot.replaceChildren();
    this.watch();
  }

  async watch() {
    clearTimeout(this.clock);
    const reply = await this.lab.ask("effects");
    if (reply.ok && reply.value) this.show(reply.value);
    if (!reply.ok || (reply.value && !OVER.includes(reply.value.status))) this.clock = setTimeout(() => this.watch(), ASK_MS);
  }

  show(found) {
    const over = OVER.includes(found.status);
    this.run.disabled = !over;
    this.stop.hidden = over;
    this.stop.disabled = found.status === "stopping";
    this.bar.hidden = over;
    this.bar.max = found.wanted;
    this.bar.value = found.finished + found.failed;
    const failed = found.failed ? `, ${found.failed} failed (${brief(found.why_failed.join("; "), 200)})` : "";
    this.words.hidden = false;
    this.words.textContent = `${found.error ? `${brief(found.error, 400)} ` : ""}${brief(found.arms[1])}, after step ${found.step}: ${found.finished} of ${counted(found.wanted, "replica")}${failed}.`;
    this.plot.replaceChildren(...forest(found, this.node.clientWidth || 640));
  }

  close() {
    clearTimeout(this.clock);
    clearTimeout(this.later);
  }
}

function mark(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const digits = (value) => Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 6 }).replace("-", "−");
const figure = (value, share, sign = false) => (value === null ? "–" : `${sign && value > 0 ? "+" : ""}${share ? `${digits(value * 100)} %` : digits(value)}`);

// One line a measure, each on a scale of its own, since their units differ; the middle is no difference.
function forest(found, width) {
  const rows = found.rows.filter((row) => row.reference !== null);
  if (!rows.length) return [];
  const wide = width >= 560;
  const [left, right, high] = [wide ? 205 : 138, wide ? 215 : 0, wide ? 34 : 50];
  const room = Math.max(80, width - left - right - 16);
  const zero = left + 8 + room / 2;
  const height = rows.length * high + 22;
  const told = rows.map((row) => `${row.measure}: ${figure(row.difference, row.kind === "share", true)}, from ${figure(row.low, row.kind === "share", true)} to ${figure(row.high, row.kind === "share", true)}`);
  const svg = mark("svg", { class: "ill-forest-plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": brief(told.join("; "), 2000) });
  svg.append(mark("line", { class: "ill-zero", x1: zero, x2: zero, y1: 2, y2: height - 18 }), mark("text", { class: "ill-faint", x: zero, y: height - 4, "text-anchor": "middle" }, "no difference"));
  rows.forEach((row, place) => {
    const base = found.rows.find((one) => one.measure === row.measure && one.reference === null);
    const share = row.kind === "share";
    const y = place * high + 17;
    const name = brief(row.measure, wide ? 24 : 15);
    svg.append(mark("text", { x: 0, y: y + 4, class: "ill-measure" }, name, mark("title", {}, brief(`${row.measure}: ${figure(base?.mean ?? null, share)} as it was, ${figure(row.mean, share)} with the change, n = ${row.n}`, 300))));
    const ends = [row.difference, row.low, row.high].filter((value) => value !== null);
    const words = row.difference === null ? "too few replicas" : `${figure(row.difference, share, true)}${row.low === null ? "" : ` [${figure(row.low, share, true)}, ${figure(row.high, share, true)}]`}`;
    const clear = row.low !== null && (row.low > 0 || row.high < 0);
    svg.append(mark("text", { class: clear ? "ill-clear" : "ill-faint", x: wide ? width : left + 8, y: wide ? y + 4 : y + 22, "text-anchor": wide ? "end" : "start" }, words));
    if (row.difference === null) return;
    const most = Math.max(...ends.map(Math.abs)) || 1;
    const x = (value) => zero + (value / most) * (room / 2);
    if (row.low !== null) svg.append(mark("path", { class: "ill-interval", d: `M${x(row.low)} ${y}H${x(row.high)}M${x(row.low)} ${y - 5}v10M${x(row.high)} ${y - 5}v10` }));
    svg.append(mark("circle", { class: "ill-estimate", cx: x(row.difference), cy: y, r: 5 }));
  });
  const means = el("p", { class: "ilp-about" }, `Differences from “${brief(found.reference)}”, replica by replica with the same seeds, with ${Math.round(found.level * 100)} % intervals; each measure on its own scale.`);
  return [svg, means];
}
