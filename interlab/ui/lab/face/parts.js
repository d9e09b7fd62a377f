// Small parts of the lab's window: buttons, fields, code to copy. Every text goes in as text.
import { el } from "./form.js";

export const button = (words, onclick, { kind = "", ...more } = {}) => el("button", { type: "button", class: kind, onclick, ...more }, words);

export const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

export const dollars = (cost) => (cost === null || cost === undefined ? "price unknown" : cost > 0 && cost < 0.01 ? `$${cost.toFixed(4)}` : `$${cost.toFixed(2)}`);

let fields = 0;

export function labelled(words, input, { about = "", kind = "", beside = null } = {}) {
  const id = `ill-${++fields}-${Math.random().toString(36).slice(2, 8)}`;
  input.id = id;
  input.setAttribute("aria-describedby", `${id}-about ${id}-fault`);
  const fault = el("span", { class: "ilp-fault", role: "alert", id: `${id}-fault`, hidden: true });
  const row = beside ? el("span", { class: "ill-model" }, input, beside) : input;
  const node = el("div", { class: `ill-field ${kind}` }, el("label", { class: "ilp-title", for: id }, words), row, about ? el("span", { class: "ilp-about", id: `${id}-about` }, about) : "", fault);
  node.refuse = (why) => {
    fault.textContent = why ?? "";
    fault.hidden = !why;
    if (why) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  return node;
}

export function chosen(options, { value, label, onchange }) {
  const made = el("select", { class: "ilp-input", "aria-label": label, onchange: () => onchange?.(made.value) });
  made.append(...options.map(([key, words]) => el("option", { value: key }, words)));
  if (value !== undefined) made.value = String(value);
  return made;
}

// What was done, as Python: asked for when it is opened.
export function codeBox(fetch, words = "Copy as code") {
  const code = el("pre", { class: "ilp-code", tabindex: 0 });
  const copy = button("Copy", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch { // no permission, or no secure page: the old way
      const range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    copy.textContent = "Copied";
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  }, { kind: "ill-copy" });
  const box = el("details", { class: "ill-code" }, el("summary", {}, words), el("div", { class: "ill-code-box" }, copy, code));
  box.refresh = async () => {
    if (!box.open) return;
    const reply = await fetch();
    code.textContent = reply.ok ? reply.value : `# ${reply.words}${Object.entries(reply.faults ?? {}).map(([place, why]) => `\n# ${place.slice(1)}: ${why}`).join("")}`;
    copy.hidden = !reply.ok;
  };
  box.addEventListener("toggle", () => box.refresh());
  return box;
}

// The class for a dark notebook, kept up to date.
export function followTheme(root) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const choose = () => {
    const lab = document.body.dataset.jpThemeLight;
    const code = document.body.dataset.vscodeThemeKind;
    root.classList.toggle("ilp-dark", lab !== undefined ? lab === "false" : code !== undefined ? code.includes("dark") : dark.matches);
  };
  dark.addEventListener("change", choose);
  const watcher = new MutationObserver(choose);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"] });
  choose();
  return () => {
    watcher.disconnect();
    dark.removeEventListener("change", choose);
  };
}
