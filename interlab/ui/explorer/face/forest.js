// The effects of an experiment as a forest plot: differences from the reference arm with their intervals.
import { el } from "./form.js";
import { shape, short } from "./drawing.js";
import { chosen, codeBox, counted } from "./parts.js";

const ROW = 30;
const COLORS = ["#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280", "#b7791f", "#00838f"];

export class EffectsView {
  constructor(explorer) {
    this.explorer = explorer;
    this.key = null;
    this.pick = chosen([], { label: "Experiment", onchange: (key) => this.load(key) });
    this.about = el("p", { class: "ilp-about" });
    this.plot = el("div", { class: "ilx-forest" });
    this.code = codeBox(() => explorer.ask("code", { what: "effects", study: this.key }));
    this.node = el("section", { class: "ilx-part", hidden: true }, el("div", { class: "ilx-bar" }, el("h3", {}, "Effects"), this.pick), this.about, this.plot, this.code);
    this.watcher = new ResizeObserver(() => {
      if (this.plot.clientWidth && this.plot.clientWidth !== this.width) this.draw();
    });
    this.watcher.observe(this.plot);
  }

  close() {
    this.watcher.disconnect();
  }

  // The experiments there are; the newest is shown, unless another was chosen.
  list(studies, wanted = null) {
    this.node.hidden = !studies.length;
    if (!studies.length) return;
    const shapeOf = JSON.stringify(studies.map((one) => [one.key, one.name, one.arms]));
    if (shapeOf !== this.shape) {
      this.shape = shapeOf;
      this.pick.replaceChildren(...[...studies].reverse().map((one) => el("option", { value: one.key }, `${one.arms.slice(1).join(", ").slice(0, 80)} · after step ${one.step}`)));
    }
    const key = wanted ?? (studies.some((one) => one.key === this.key) ? this.key : studies[studies.length - 1].key);
    this.pick.value = key;
    if (key !== this.key || wanted) this.load(key);
  }

  async load(key) {
    if (key !== this.key) {
      this.found = null;
      this.about.textContent = "";
      this.draw();
    }
    this.key = key;
    this.code.refresh();
    const reply = await this.explorer.ask("effects", { study: key });
    if (this.key !== key) return;
    this.found = reply.ok ? reply.value : null;
    this.about.textContent = reply.ok ? this.told(reply.value) : reply.words;
    this.draw();
  }

  told(found) {
    const failed = found.failed ? `, ${found.failed} failed` : "";
    return `${counted(found.finished, "replica")} of ${found.wanted}${failed}. Difference from “${found.reference}”, replica by replica, with ${Math.round(found.level * 100)} % intervals.`;
  }

  draw() {
    if (this.found === undefined) return;
    this.width = this.plot.clientWidth;
    const rows = this.found?.rows ?? [];
    const measures = [...new Set(rows.map((row) => row.measure))];
    const arms = [...new Set(rows.filter((row) => row.reference !== null).map((row) => row.arm))];
    this.plot.replaceChildren(...measures.map((measure) => this.measure(measure, rows.filter((row) => row.measure === measure), arms)));
    if (!rows.length) this.plot.replaceChildren(el("p", { class: "ilp-about" }, this.found ? "No replica has finished yet." : "Working it out …"));
  }

  measure(name, rows, arms) {
    const base = rows.find((row) => row.reference === null);
    const others = rows.filter((row) => row.reference !== null);
    const percent = rows[0].kind === "share";
    const told = (value, sign = false) => {
      if (value === null) return "–";
      const words = percent ? `${short(Math.round(value * 1000) / 10)} %` : short(value);
      return sign && value > 0 ? `+${words}` : words.replace("-", "−");
    };
    const width = Math.max(320, this.width || 640);
    const [left, right] = [Math.min(210, width * 0.3), Math.min(200, width * 0.28)];
    const inner = width - left - right;
    const ends = others.flatMap((row) => [row.difference, row.low, row.high]).filter((value) => value !== null);
    const most = Math.max(...ends.map(Math.abs), 0) * 1.08 || 1;
    const low = Math.min(0, ...ends) < 0 ? -most : -most * 0.25;
    const high = Math.max(0, ...ends) > 0 ? most : most * 0.25;
    const x = (value) => left + ((value - low) / (high - low)) * inner;
    const height = others.length * ROW + (ends.length ? 26 : 4);
    const words = others.map((row) => `${row.arm}: ${told(row.difference, true)}, from ${told(row.low, true)} to ${told(row.high, true)}`).join("; ");
    const svg = shape("svg", { class: "ilx-effects", width, height, role: "img", "aria-label": `${name}: ${words || "no differences yet"}` });
    if (ends.length) svg.append(shape("line", { class: "ilx-zero", x1: x(0), x2: x(0), y1: 0, y2: height - 20 }));
    for (const tick of ends.length ? ticks(low, high) : []) {
      svg.append(shape("line", { class: "ilx-tick", x1: x(tick), x2: x(tick), y1: height - 20, y2: height - 16 }), shape("text", { class: "ilx-soft", x: x(tick), y: height - 4, "text-anchor": "middle" }, told(tick, true)));
    }
    others.forEach((row, place) => {
      const y = place * ROW + ROW / 2 + 2;
      const color = COLORS[arms.indexOf(row.arm) % COLORS.length];
      const letters = Math.floor(left / 7);
      const label = row.arm.length > letters ? `${row.arm.slice(0, letters - 1)}…` : row.arm;
      svg.append(shape("text", { class: "ilx-label", x: 0, y: y + 4 }, label, shape("title", {}, row.arm)));
      if (row.difference === null) {
        svg.append(shape("text", { class: "ilx-soft", x: left + 6, y: y + 4 }, "too few replicas"));
        return;
      }
      if (row.low !== null && row.high !== null) {
        svg.append(shape("path", { class: "ilx-interval", d: `M${x(row.low)} ${y}H${x(row.high)}M${x(row.low)} ${y - 5}v10M${x(row.high)} ${y - 5}v10`, stroke: color }));
      }
      svg.append(shape("rect", { class: "ilx-point", x: -5, y: -5, width: 10, height: 10, fill: color, transform: `translate(${x(row.difference)} ${y}) rotate(45)` }));
      const range = row.low === null ? "" : ` [${told(row.low, true)}, ${told(row.high, true)}]`;
      svg.append(shape("text", { class: "ilx-figures", x: width, y: y + 4, "text-anchor": "end" }, shape("tspan", { class: "ilx-name" }, told(row.difference, true)), range));
    });
    const means = [`“${base?.arm ?? ""}”: ${told(base?.mean ?? null)} (n = ${base?.n ?? 0})`, ...others.map((row) => `${others.length > 1 ? `“${row.arm}”` : "changed"}: ${told(row.mean)} (n = ${row.n}${row.p_holm === null ? "" : `, p ${row.p_holm < 0.001 ? "< 0.001" : `= ${short(Number(row.p_holm.toFixed(3)))}`}`})`)];
    return el("div", { class: "ilx-measure" }, el("div", { class: "ilx-measure-head" }, el("b", {}, name), el("span", { class: "ilp-about" }, means.join(" · "))), svg);
  }
}

function ticks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const made = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-6; at += step) made.push(Math.abs(at) < step / 1e6 ? 0 : at);
  return made;
}
