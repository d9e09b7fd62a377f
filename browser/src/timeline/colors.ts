// Colours for a canvas, which knows no CSS variables.

import { type Columns, safeColor } from "../app/model";
import { nameColor, nameHue } from "../parts/colors";

export interface Palette {
  dark: boolean;
  bg: string;
  panel: string;
  fg: string;
  muted: string;
  line: string;
  accent: string;
  error: string;
  warn: string;
  font: string;
}

/** The variables of the theme as they are at an element. */
export function paletteAt(element: Element): Palette {
  const style = getComputedStyle(element);
  const color = (name: string, fallback: string): string => resolved(element, style.getPropertyValue(name).trim() || fallback);
  return {
    dark: style.colorScheme.startsWith("dark"),
    bg: color("--il-bg", "#fff"),
    panel: color("--il-panel", "#f7f8fa"),
    fg: color("--il-fg", "#111"),
    muted: color("--il-muted", "#667"),
    line: color("--il-line", "#ddd"),
    accent: color("--il-accent", "#25d"),
    error: color("--il-error", "#b22"),
    warn: color("--il-warn", "#a50"),
    font: style.fontFamily || "sans-serif",
  };
}

/** A variable may refer to others: what a colour comes to is read from an element that has it. */
function resolved(element: Element, color: string): string {
  if (!color.includes("(")) return color;
  const probe = document.createElement("span");
  probe.style.color = color;
  probe.style.display = "none";
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found || color;
}

// Those of the tree, and what lies between them on the wheel.
const HUES = new Map(Object.entries({ run: 152, step: 186, query: 221, model: 262, observe: 300, action: 335, event: 42, tool: 42, call: 18 }));

/** The colour of a kind, readable on the background it stands on. */
export function kindColor(kind: string, dark: boolean): string {
  const hue = HUES.get(kind) ?? nameHue(kind);
  return dark ? `hsl(${hue}, 62%, 64%)` : `hsl(${hue}, 58%, 46%)`;
}

export function actorColor(columns: Columns, actor: number, palette: Palette): string {
  const named = actor === 0 ? undefined : columns.actors[actor];
  return named ? safeColor(named.color, nameColor(named.name)) : palette.muted;
}
