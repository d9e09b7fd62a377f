// Parts of a page that hold text from people, models and files: nothing in it runs, reorders a line, or has no end.
// And a form drawn from what forms.py makes of a JSON schema.
const LONGEST_TEXT = 20000; // a text of which nothing else is known
const PASSAGE_LENGTH = 4000; // shown of a message before somebody asks for all of it
// As interlab/ui/visible.py: control characters, overrides of the writing direction, invisible tags, halves of pairs.
const HIDDEN_TEXT = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udc7f]/g;
const PLAIN_TEXT = /^[\t\n\x20-\x7e]*$/;

const shownCode = (found) => {
  const code = found.codePointAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
};

export function visible(text) {
  const whole = String(text);
  return PLAIN_TEXT.test(whole) ? whole : whole.replaceAll("\r\n", "\n").replace(HIDDEN_TEXT, shownCode);
}

// The beginning of a text: names and titles have room for so much.
export function brief(text, most = 80) {
  const whole = String(text ?? "");
  const seen = visible(whole.slice(0, most)); // longer where hidden characters are shown by number
  return Math.max(whole.length, seen.length) <= most ? seen : `${seen.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value === "boolean") node[name] = value;
    else node.setAttribute(name, value === true ? "" : name === "title" || name === "aria-label" ? brief(value, 400) : String(value));
  }
  const shown = children.filter((child) => child !== null && child !== undefined && child !== "");
  node.append(...shown.map((child) => (child instanceof Node ? child : brief(child, LONGEST_TEXT))));
  return node;
}

// A message: its beginning, and on demand all of it.
export function passage(text, attributes = {}) {
  const whole = String(text ?? "");
  const node = el("div", attributes);
  if (whole.length <= PASSAGE_LENGTH * 1.5) node.append(visible(whole));
  else {
    const more = el("button", { type: "button", class: "ilp-more", onclick: () => node.replaceChildren(...inPieces(whole)) }, `… Show all ${whole.length.toLocaleString("en")} characters`);
    node.append(visible(whole.slice(0, PASSAGE_LENGTH)), more);
  }
  return node;
}

// In lines that a browser can lay out: one of a million letters takes it seconds.
function inPieces(whole) {
  const found = [];
  for (let at = 0; at < whole.length; at += PASSAGE_LENGTH) found.push(el("div", { class: "ilp-piece" }, visible(whole.slice(at, at + PASSAGE_LENGTH))));
  return found;
}

// Colours come with the data: only what is one reaches a style.
export function inColor(node, color) {
  if (typeof color === "string" && color.length < 60 && !/url|var|image|env/i.test(color) && CSS.supports("color", color)) node.style.setProperty("--ilp-color", color);
  return node;
}

const OMITTED = Symbol("left out");
let count = 0;

const step = (key) => "/" + String(key).replaceAll("~", "~0").replaceAll("/", "~1");

// A widget is {node, read(path), focus()}. Reading notes where each field is, so that faults find their way back.
export class Form {
  constructor(form, changed) {
    this.definitions = form.definitions ?? {};
    this.changed = changed;
    this.places = new Map();
    this.problems = [];
    this.root = this.field(form.root, true);
    this.node = el("div", { class: "ilp-form" }, this.root.node);
    this.node.addEventListener("input", () => this.changed());
  }

  // The value as far as it can be read, and whether any field refused what stands in it.
  read(showing = false) {
    this.places.clear();
    this.problems = [];
    const value = this.root.read("");
    if (showing) this.show(Object.fromEntries(this.problems));
    return { value: value === OMITTED ? null : value, faults: Object.fromEntries(this.problems) };
  }

  // Put faults beside their fields, or beside the nearest field around; the first is focused.
  show(faults) {
    for (const fault of this.node.querySelectorAll(".ilp-fault")) {
      fault.textContent = "";
      fault.hidden = true;
    }
    for (const field of this.node.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    let first = null;
    for (const [where, words] of Object.entries(faults)) {
      let at = where;
      while (!this.places.has(at) && at) at = at.slice(0, at.lastIndexOf("/"));
      const place = this.places.get(at) ?? this.root;
      place.fault.textContent = brief(at === where ? words : `${where.slice(1)}: ${words}`, 600);
      place.fault.hidden = false;
      place.input?.setAttribute("aria-invalid", "true");
      first ??= place;
    }
    first?.focus();
  }

  field(spec, outermost = false) {
    const known = spec.kind === "same" ? { ...this.definitions[spec.target], ...named(spec) } : spec;
    const made = this[`${known.kind}Field`](known, outermost);
    const read = made.read;
    made.read = (path) => {
      this.places.set(path, made);
      return read(path);
    };
    return made;
  }

  refuse(path, words) {
    this.problems.push([path, words]);
    return undefined;
  }

  // Title, what it is about, the input and the place for a fault.
  labelled(spec, input, { focus = () => input.focus(), target = input, read, wrap = input, aside = "" }) {
    const id = `ilp-${++count}`;
    target.id = id;
    const fault = el("div", { class: "ilp-fault", role: "alert", id: `${id}-fault`, hidden: true });
    const about = spec.about ? el("div", { class: "ilp-about", id: `${id}-about` }, spec.about) : null;
    target.setAttribute("aria-describedby", [about ? `${id}-about` : "", `${id}-fault`].join(" ").trim());
    const title = el("label", { class: "ilp-title", for: id }, brief(spec.title || "Your answer", 300), aside ? el("span", { class: "ilp-aside" }, aside) : "");
    const node = el("div", { class: `ilp-field ilp-${spec.kind}`, "data-key": spec.key ?? "" }, title, about, wrap, fault);
    return { node, read, focus, fault, input: target };
  }

  grouped(spec, outermost, children, { read, focus, fault: own, aside = "" }) {
    const fault = own ?? el("div", { class: "ilp-fault", role: "alert", hidden: true });
    const about = spec.about ? el("div", { class: "ilp-about" }, spec.about) : "";
    const title = spec.title && !(outermost && spec.kind === "object") ? el("legend", { class: "ilp-title" }, brief(spec.title, 300), aside ? el("span", { class: "ilp-aside" }, aside) : "") : "";
    const plain = outermost && spec.kind === "object";
    const node = el("fieldset", { class: `ilp-field ilp-group ilp-${spec.kind}${plain ? " ilp-plain" : ""}`, "data-key": spec.key ?? "" }, title, about, ...children, fault);
    return { node, read, focus, fault, input: null };
  }

  textField(spec) {
    const types = { date: "date", email: "email", uri: "url" };
    const long = spec.long;
    const input = long ? el("textarea", { rows: 1, class: "ilp-input" }) : el("input", { type: types[spec.format] ?? "text", class: "ilp-input" });
    input.value = typeof spec.default === "string" ? spec.default : "";
    if (long) grows(input);
    const bounds = spec.most !== undefined ? `at most ${spec.most} characters` : "";
    const read = (path) => {
      const text = input.value;
      if (spec.least && [...text].length < spec.least) return this.refuse(path, text ? `At least ${spec.least} characters.` : "Write something.");
      if (spec.most !== undefined && [...text].length > spec.most) return this.refuse(path, `At most ${spec.most} characters.`);
      if (spec.format && !text) return this.refuse(path, `A ${spec.format}.`);
      return text;
    };
    return this.labelled(spec, input, { read, aside: [spec.format?.replace("-", " and "), bounds].filter(Boolean).join(", ") });
  }

  numberField(spec) {
    const given = typeof spec.default === "number" || typeof spec.default === "string" ? String(spec.default) : "";
    const input = el("input", { type: "text", inputmode: spec.whole ? "numeric" : "decimal", class: "ilp-input ilp-digits", autocomplete: "off" });
    input.value = given;
    let wrap = input;
    if (spec.slider) {
      const notch = spec.step ?? (spec.whole ? 1 : Number(((spec.most - spec.least) / 100).toPrecision(1)));
      const slider = el("input", { type: "range", class: "ilp-range", min: spec.least, max: spec.most, step: notch, "aria-label": spec.title || "value" });
      const middle = spec.least + Math.round((spec.most - spec.least) / 2 / notch) * notch;
      slider.value = given || String(middle);
      slider.addEventListener("input", () => { input.value = slider.value; });
      input.addEventListener("input", () => { if (number(input.value) !== null) slider.value = input.value; });
      wrap = el("div", { class: "ilp-slider" }, slider, input);
    }
    const read = (path) => {
      const value = number(input.value);
      if (value === null) return this.refuse(path, input.value.trim() ? `A ${spec.whole ? "whole " : ""}number.` : `Give a ${spec.whole ? "whole " : ""}number.`);
      if (spec.whole && !Number.isInteger(value)) return this.refuse(path, "A whole number.");
      if (spec.whole && !Number.isSafeInteger(value)) return this.refuse(path, "Too large to be exact.");
      if (spec.least !== undefined && value < spec.least) return this.refuse(path, `At least ${spec.least}.`);
      if (spec.most !== undefined && value > spec.most) return this.refuse(path, `At most ${spec.most}.`);
      if (spec.above !== undefined && value <= spec.above) return this.refuse(path, `More than ${spec.above}.`);
      if (spec.below !== undefined && value >= spec.below) return this.refuse(path, `Less than ${spec.below}.`);
      return value;
    };
    return this.labelled(spec, input, { read, wrap, aside: range(spec) });
  }

  truthField(spec) {
    const options = [{ label: "Yes", value: true }, { label: "No", value: false }];
    return this.choiceField({ ...spec, options });
  }

  choiceField(spec) {
    const chosen = spec.options.findIndex((option) => same(option.value, spec.default) && spec.default !== undefined);
    const short = spec.options.length <= 5 && spec.options.every((option) => option.label.length <= 40);
    if (short) {
      const name = `ilp-choice-${++count}`;
      const boxes = spec.options.map((option, place) => el("input", { type: "radio", name, value: place, checked: place === chosen }));
      const labels = boxes.map((box, place) => el("label", { class: "ilp-option" }, box, el("span", {}, brief(spec.options[place].label, 300))));
      const read = (path) => {
        const place = boxes.findIndex((box) => box.checked);
        return place < 0 ? this.refuse(path, "Choose one.") : spec.options[place].value;
      };
      return this.grouped({ ...spec, kind: "choice" }, false, [el("div", { class: "ilp-options" }, ...labels)], { read, focus: () => (boxes.find((box) => box.checked) ?? boxes[0]).focus() });
    }
    const select = el("select", { class: "ilp-input" }, el("option", { value: "" }, "Choose …"), ...spec.options.map((option, place) => el("option", { value: place }, brief(option.label, 200))));
    select.value = chosen < 0 ? "" : String(chosen);
    const read = (path) => (select.value === "" ? this.refuse(path, "Choose one.") : spec.options[Number(select.value)].value);
    return this.labelled(spec, select, { read });
  }

  choicesField(spec) {
    const at_first = Array.isArray(spec.default) ? spec.default : [];
    const boxes = spec.options.map((option) => el("input", { type: "checkbox", checked: at_first.some((one) => same(one, option.value)) }));
    const labels = boxes.map((box, place) => el("label", { class: "ilp-option" }, box, el("span", {}, brief(spec.options[place].label, 300))));
    const read = (path) => {
      const found = spec.options.filter((_, place) => boxes[place].checked).map((option) => option.value);
      return this.counted(spec, path, found);
    };
    return this.grouped(spec, false, [el("div", { class: "ilp-options" }, ...labels)], { read, focus: () => boxes[0]?.focus(), aside: counts(spec) || "any of these" });
  }

  counted(spec, path, found) {
    if (spec.least !== undefined && found.length < spec.least) return this.refuse(path, `At least ${spec.least}.`);
    if (spec.most !== undefined && found.length > spec.most) return this.refuse(path, `At most ${spec.most}.`);
    return found;
  }

  constantField(spec) {
    const fault = el("div", { class: "ilp-fault", hidden: true });
    return { node: el("div", { class: "ilp-constant" }, fault), read: () => spec.default, focus() {}, fault, input: null };
  }

  objectField(spec, outermost) {
    const at_first = isObject(spec.default) ? spec.default : {};
    const inner = (spec.fields ?? []).map((field) => [field.key, this.field(key(at_first, field))]);
    const read = (path) => {
      const found = {};
      for (const [name, widget] of inner) {
        const value = widget.read(path + step(name));
        if (value !== OMITTED) Object.defineProperty(found, name, { value, enumerable: true, configurable: true, writable: true });
      }
      return found;
    };
    return this.grouped(spec, outermost, inner.map(([, widget]) => widget.node), { read, focus: () => inner[0]?.[1].focus() });
  }

  tupleField(spec, outermost) {
    const at_first = Array.isArray(spec.default) ? spec.default : [];
    const inner = spec.fields.map((field, place) => this.field(place < at_first.length ? { ...field, default: at_first[place] } : field));
    const read = (path) => inner.map((widget, place) => widget.read(path + step(place)));
    return this.grouped(spec, outermost, inner.map((widget) => widget.node), { read, focus: () => inner[0]?.focus() });
  }

  listField(spec, outermost) {
    const rows = [];
    const items = el("div", { class: "ilp-items" });
    const add = (value) => {
      const field = this.field({ ...spec.item, title: spec.item.title || "Item", ...(value === undefined ? {} : { default: value }) });
      const row = { field };
      const remove = el("button", { type: "button", class: "ilp-quiet", "aria-label": "Remove this item", title: "Remove", onclick: () => {
        rows.splice(rows.indexOf(row), 1);
        row.node.remove();
        limit();
        this.changed();
      } }, "×");
      row.node = el("div", { class: "ilp-item" }, field.node, remove);
      rows.push(row);
      items.append(row.node);
      limit();
      return field;
    };
    const more = el("button", { type: "button", class: "ilp-add", onclick: () => { add().focus(); this.changed(); } }, "+ Add");
    const limit = () => { more.disabled = spec.most !== undefined && rows.length >= spec.most; };
    for (const value of Array.isArray(spec.default) ? spec.default : []) add(value);
    while (rows.length < Math.min(spec.least ?? 0, 20)) add();
    const read = (path) => this.counted(spec, path, rows.map((row, place) => row.field.read(path + step(place))));
    return this.grouped(spec, outermost, [items, more], { read, focus: () => (rows[0] ? rows[0].field : more).focus(), aside: counts(spec) });
  }

  mapField(spec, outermost) {
    const rows = [];
    const items = el("div", { class: "ilp-items" });
    const add = (name = "", value) => {
      const input = el("input", { type: "text", class: "ilp-input", placeholder: "key", "aria-label": "Key" });
      input.value = name;
      const field = this.field({ ...spec.item, title: spec.item?.title || "Value", ...(value === undefined ? {} : { default: value }) });
      const row = { input, field };
      const remove = el("button", { type: "button", class: "ilp-quiet", "aria-label": "Remove this key", title: "Remove", onclick: () => {
        rows.splice(rows.indexOf(row), 1);
        row.node.remove();
        this.changed();
      } }, "×");
      row.node = el("div", { class: "ilp-item" }, el("div", { class: "ilp-pair" }, input, field.node), remove);
      rows.push(row);
      items.append(row.node);
      return input;
    };
    const more = el("button", { type: "button", class: "ilp-add", onclick: () => { add().focus(); this.changed(); } }, "+ Add");
    if (isObject(spec.default)) for (const [name, value] of Object.entries(spec.default)) add(name, value);
    const read = (path) => {
      const found = {};
      for (const { input, field } of rows) {
        const name = input.value;
        if (Object.hasOwn(found, name)) this.refuse(path, `The key ${JSON.stringify(name)} stands there twice.`);
        const value = field.read(path + step(name));
        Object.defineProperty(found, name, { value, enumerable: true, configurable: true, writable: true });
      }
      return found;
    };
    return this.grouped(spec, outermost, [items, more], { read, focus: () => (rows[0]?.input ?? more).focus() });
  }

  optionalField(spec, outermost) {
    const given = spec.default !== undefined && spec.default !== null;
    const box = el("input", { type: "checkbox", class: "ilp-switch", checked: given, "aria-label": `Give ${spec.title || "a value"}` });
    const holder = el("div", { class: "ilp-inside" });
    const fault = el("div", { class: "ilp-fault", role: "alert", hidden: true });
    let inner = null;
    const draw = () => {
      inner ??= box.checked ? this.field({ ...spec.item, key: "", title: spec.title, about: "", ...(given ? { default: spec.default } : {}) }) : null;
      holder.replaceChildren(...(box.checked ? [inner.node] : []));
    };
    box.addEventListener("input", () => { draw(); if (box.checked) inner.focus(); }); // before the form reads itself
    draw();
    const about = spec.about ? el("div", { class: "ilp-about" }, spec.about) : "";
    const label = el("label", { class: "ilp-title ilp-give" }, box, brief(spec.title || "Your answer", 300), el("span", { class: "ilp-aside" }, "optional"));
    const node = el("div", { class: "ilp-field ilp-optional", "data-key": spec.key ?? "" }, label, about, holder, fault);
    const read = (path) => (box.checked ? inner.read(path) : spec.omits ? OMITTED : null);
    return { node, read, focus: () => box.focus(), fault, input: box };
  }

  unionField(spec, outermost) {
    const fits = spec.default === undefined ? 0 : Math.max(0, spec.fields.findIndex((field) => likely(field, spec.default)));
    const select = el("select", { class: "ilp-input ilp-which", "aria-label": `Kind of ${spec.title || "answer"}` }, ...spec.fields.map((field, place) => el("option", { value: place }, brief(field.title, 200))));
    select.value = String(fits);
    const made = new Map();
    const holder = el("div", { class: "ilp-inside" });
    const chosen = () => {
      const place = Number(select.value);
      if (!made.has(place)) {
        const own = spec.default !== undefined && place === fits ? { default: spec.default } : {};
        made.set(place, this.field({ ...spec.fields[place], key: "", ...own }));
      }
      return made.get(place);
    };
    const draw = () => holder.replaceChildren(chosen().node);
    select.addEventListener("input", draw);
    draw();
    return this.grouped(spec, outermost, [select, holder], { read: (path) => chosen().read(path), focus: () => select.focus() });
  }

  jsonField(spec) {
    const input = el("textarea", { rows: 2, class: "ilp-input ilp-code", spellcheck: "false" });
    input.value = spec.default === undefined ? "" : JSON.stringify(spec.default, null, 2);
    grows(input);
    const read = (path) => {
      try {
        return JSON.parse(input.value);
      } catch {
        return this.refuse(path, "This is no JSON. A text stands in quotes: \"like this\".");
      }
    };
    return this.labelled(spec, input, { read, aside: "JSON" });
  }
}

const named = (spec) => Object.fromEntries(["title", "about", "key", "default"].filter((name) => spec[name] !== undefined).map((name) => [name, spec[name]]));
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const key = (values, field) => (Object.hasOwn(values, field.key) && field.kind !== "constant" ? { ...field, default: values[field.key] } : field);
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const likely = (field, value) => ({ text: "string", number: "number", truth: "boolean", object: "object", list: "object" })[field.kind] === typeof value;
const counts = (spec) => [spec.least ? `at least ${spec.least}` : "", spec.most !== undefined ? `at most ${spec.most}` : ""].filter(Boolean).join(", ");

function number(text) {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

function range(spec) {
  if (spec.least !== undefined && spec.most !== undefined) return `${spec.least} to ${spec.most}`;
  const bounds = [["≥", spec.least], ["≤", spec.most], [">", spec.above], ["<", spec.below]];
  return bounds.filter(([, bound]) => bound !== undefined).map(([sign, bound]) => `${sign} ${bound}`).join(", ");
}

export function grows(area) {
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 320)}px`;
  };
  area.addEventListener("input", fit);
  requestAnimationFrame(fit);
}
