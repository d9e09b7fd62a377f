/** Values written out as text, for copying, for the raw view and for looking through them. */
import type { Wire } from "../app/model";
import { chainItems, thaw, type FormatPart, type Lookup, type Value } from "./stored";

/** A stop for values that would go on for ever: what is written, and how much may still be. */
interface Sheet {
  pieces: string[];
  room: number;
  lookup: Lookup;
}

const DEEPEST = 200;

/** A prompt's whole text, as the model got it, up to a number of characters. */
export function promptText(parts: readonly FormatPart[], lookup: Lookup, limit = 5_000_000): string {
  const sheet: Sheet = { pieces: [], room: limit, lookup };
  writeParts(parts, sheet, 0);
  return sheet.pieces.join("").slice(0, limit);
}

function writeParts(parts: readonly FormatPart[], sheet: Sheet, depth: number): void {
  for (const part of parts) {
    if (sheet.room <= 0) return;
    if (part.type === "field") put(sheet, `{${part.name}}`);
    else writeText(part.type === "text" ? part.text : part.value, sheet, depth);
  }
}

function writeText(wire: Wire, sheet: Sheet, depth: number): void {
  const value = thaw(wire, sheet.lookup);
  sheet.room--; // parts without characters count too: there may be endlessly many
  if (value.type === "text") put(sheet, value.value);
  else if (value.type === "format" && depth < DEEPEST) writeParts(value.parts, sheet, depth + 1);
  else if (value.type === "cut") put(sheet, "…");
  else if (value.type !== "format") put(sheet, plainText(value));
}

function put(sheet: Sheet, text: string): void {
  sheet.pieces.push(text);
  sheet.room -= text.length;
}

/** The text of a value that is one; null for anything else. */
export function textOf(wire: Wire | undefined, lookup: Lookup, limit?: number): string | null {
  const value = thaw(wire, lookup);
  if (value.type === "text") return value.value;
  return value.type === "format" ? promptText(value.parts, lookup, limit) : null;
}

/** What is shown of a value without parts. */
export function plainText(value: Value): string {
  switch (value.type) {
    case "null":
      return "None";
    case "boolean":
      return value.value ? "True" : "False";
    case "number":
      return String(value.value);
    case "literal":
    case "text":
      return value.type === "text" ? value.value : value.text;
    case "enum":
      return value.name;
    case "node":
      return value.uid;
    default:
      return "…";
  }
}

export interface Written {
  text: string;
  /** Whether it stopped at the limit. */
  cut: boolean;
}

/** The stored form as JSON, with what is kept apart in its place. */
export function rawJson(wire: Wire, lookup: Lookup, limit: number): Written {
  const sheet: Sheet = { pieces: [], room: limit, lookup };
  writeJson(stored, wire, sheet, 0);
  return { text: sheet.pieces.join("").slice(0, limit), cut: sheet.room <= 0 };
}

/** A value as people paste it: a text as it is, anything else as plain JSON. */
export function forCopying(wire: Wire, lookup: Lookup, limit = 20_000_000): Written {
  const sheet: Sheet = { pieces: [], room: limit, lookup };
  const text = textOf(wire, lookup, limit);
  if (text !== null) put(sheet, text);
  else writeJson(plain, wire, sheet, 0);
  return { text: sheet.pieces.join("").slice(0, limit), cut: sheet.room <= 0 };
}

/** What to write for a value: JSON itself, or a list or entries to go on with. */
type Layout = { json: string } | { items: readonly Wire[] } | { entries: readonly (readonly [string, Wire])[] };

function writeJson(lay: (wire: Wire, sheet: Sheet) => Layout, wire: Wire, sheet: Sheet, depth: number): void {
  if (sheet.room <= 0) return;
  const laid = depth > DEEPEST ? { json: '"…"' } : lay(wire, sheet);
  if ("json" in laid) return put(sheet, laid.json);
  const indent = "\n" + "  ".repeat(depth + 1);
  const isList = "items" in laid;
  const length = isList ? laid.items.length : laid.entries.length;
  put(sheet, isList ? "[" : "{");
  for (let at = 0; at < length && sheet.room > 0; at++) {
    put(sheet, at ? "," + indent : indent);
    if (!isList) put(sheet, `${JSON.stringify(laid.entries[at]![0])}: `);
    writeJson(lay, isList ? laid.items[at]! : laid.entries[at]![1], sheet, depth + 1);
  }
  if (length) put(sheet, "\n" + "  ".repeat(depth));
  put(sheet, isList ? "]" : "}");
}

function stored(wire: Wire, sheet: Sheet): Layout {
  for (let hop = 0; hop < 64 && typeof wire === "object" && wire !== null && !Array.isArray(wire); hop++) {
    if (wire.$ === "ref" && typeof wire.h === "string" && sheet.lookup.values[wire.h] !== undefined) wire = sheet.lookup.values[wire.h]!;
    else if (wire.$ === "chain") {
      const items = chainItems(wire, sheet.lookup);
      return Array.isArray(items) ? { items: items as Wire[] } : { entries: Object.entries(wire) };
    } else return { entries: Object.entries(wire) };
  }
  return Array.isArray(wire) ? { items: wire } : { json: JSON.stringify(wire) ?? "null" };
}

function plain(wire: Wire, sheet: Sheet): Layout {
  const value = thaw(wire, sheet.lookup);
  switch (value.type) {
    case "null":
      return { json: "null" };
    case "boolean":
    case "number":
      return { json: String(value.value) };
    case "list":
      return { items: value.items };
    case "mapping":
      return { entries: value.entries };
    case "record":
      return { entries: [["type", value.of], ...value.entries] };
    case "pairs":
      return { items: value.pairs as unknown as Wire[] };
    case "format":
      return { json: JSON.stringify(promptText(value.parts, sheet.lookup, Math.max(sheet.room, 0))) };
    case "html":
    case "markdown":
      return plain(value.source, sheet);
    case "table":
      return { entries: [["columns", value.columns], ["index", value.index], ["rows", value.rows]] };
    case "figure":
      return plain(value.document, sheet);
    case "array":
      return { entries: [["dtype", value.dtype], ["shape", value.shape as Wire[]], ["values", value.numbers]] };
    case "exception":
      return { entries: [["type", value.of], ["message", value.message], ["traceback", value.traceback], ["cause", value.cause]] };
    case "opaque":
      return plain(value.repr, sheet);
    case "blob":
    case "image":
      return { json: JSON.stringify(`<${value.mime}, ${value.bytes} bytes>`) };
    case "cut":
      return { json: '"… (not loaded)"' };
    default:
      return { json: JSON.stringify(plainText(value)) };
  }
}

/** JSON from a text, as a stored form. A text can't ask to be shown as anything but plain data. */
export function asStored(json: unknown, depth = 0): Wire {
  if (json === null || typeof json !== "object") return json as Wire;
  if (depth > DEEPEST) return "…";
  if (Array.isArray(json)) return json.map((item) => asStored(item, depth + 1));
  const entries = Object.entries(json).map(([key, item]) => [key, asStored(item, depth + 1)] as const);
  if (Object.hasOwn(json, "$")) return { $: "map", v: entries as unknown as Wire[] };
  return Object.fromEntries(entries);
}

/** The stored form of a text that is a JSON list or object; undefined for any other text. */
export function readJson(text: string): Wire | undefined {
  if (text.length > 2_000_000 || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return asStored(JSON.parse(text));
  } catch {
    return undefined;
  }
}
