// Shapes of SVG, and the colours of outcomes. Every text goes in as text.
const SVG = "http://www.w3.org/2000/svg";

export function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  put(made, attributes);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export function put(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else node.setAttribute(name, String(value));
  }
}

const RAMP = ["#5b479c", "#3b6ea5", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#f0d91f"];
const KINDS = ["#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280", "#b7791f", "#00838f"];
const YES = "#2f855a";
const NO = "#c05621";

export const short = (value) => {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(4)));
};

// Which colour an outcome has: numbers on a ramp, whether in two colours, which in as many as there are.
export class Scale {
  constructor(values) {
    const given = values.filter((value) => value !== null && value !== undefined);
    this.numbers = given.length > 0 && given.every((value) => typeof value === "number");
    if (this.numbers) {
      this.low = given.reduce((one, other) => Math.min(one, other), Infinity);
      this.high = given.reduce((one, other) => Math.max(one, other), -Infinity);
      return;
    }
    const counts = new Map();
    for (const value of given) counts.set(value, (counts.get(value) ?? 0) + 1);
    this.kinds = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
  }

  color(value) {
    if (value === null || value === undefined) return null;
    if (!this.numbers) return typeof value === "boolean" ? (value ? YES : NO) : KINDS[this.kinds.indexOf(value) % KINDS.length];
    const share = this.high > this.low ? (value - this.low) / (this.high - this.low) : 0.5;
    return RAMP[Math.min(RAMP.length - 1, Math.floor(share * RAMP.length))];
  }

  // What the colours mean.
  legend() {
    const box = el("span", { class: "ilx-legend" });
    const swatch = (color) => {
      const made = el("i", { class: color ? "ilx-swatch" : "ilx-swatch ilx-hollow" });
      if (color) made.style.background = color;
      return made;
    };
    if (this.numbers) {
      const ramp = el("i", { class: "ilx-ramp" });
      ramp.style.background = `linear-gradient(90deg, ${RAMP.join(", ")})`;
      box.append(short(this.low), ...(this.high > this.low ? [ramp, short(this.high)] : [swatch(this.color(this.low))]));
    } else {
      for (const kind of this.kinds.slice(0, 6)) box.append(swatch(this.color(kind)), el("span", { class: "ilx-kind" }, short(kind)));
      if (!this.kinds.length) box.append("nothing measured yet");
    }
    return box;
  }
}
