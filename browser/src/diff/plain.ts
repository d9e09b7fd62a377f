// Values made ready to be compared: texts, lists and fields, with a number for each that equal ones share.

import type { Wire } from "../app/model";
import { formatText, type Lookup, thaw } from "../data/thaw";

export type Plain =
  | { kind: "text"; id: number; text: string }
  /** A number, a truth value, or what is compared as a whole. */
  | { kind: "leaf"; id: number; text: string }
  | { kind: "list"; id: number; of: string; items: Plain[] }
  | { kind: "fields"; id: number; of: string; entries: [string, Plain][] };

const DEEPEST = 60;
/** Parts of a value that are looked at; what is beyond is compared as a whole. */
const MOST_PARTS = 100_000;

/** Makes values of two nodes comparable: equal ones have equal numbers. */
export class Reader {
  private readonly numbers = new Map<string, number>();
  private left = MOST_PARTS;

  read(wire: Wire | undefined, lookup: Lookup, depth = 0): Plain {
    this.left--;
    if (depth > DEEPEST || this.left < 0) return this.leaf("whole", flat(wire ?? null));
    const inside = (one: Wire): Plain => this.read(one, lookup, depth + 1);
    const value = thaw(wire, lookup);
    switch (value.type) {
      case "null":
        return this.leaf("null", "None");
      case "boolean":
        return this.leaf("boolean", value.value ? "True" : "False");
      case "number":
        return this.leaf("number", String(value.value));
      case "literal":
        return this.leaf(value.of, value.text);
      case "text":
        return this.text("text", value.value);
      case "format":
        return this.text("text", formatText(value.parts, lookup));
      case "html":
      case "markdown":
        return this.fields(value.type, [["source", inside(value.source)]]);
      case "list": {
        const items = value.items.map(inside);
        return value.of === "list" || value.of === "tuple" ? this.list(value.of, items) : this.list(value.of, this.sorted(items));
      }
      case "mapping":
        return this.fields("", value.entries.map(([key, item]) => [key, inside(item)]));
      case "pairs":
        return this.list("map", value.pairs.map(([key, item]) => this.list("pair", [inside(key), inside(item)])));
      case "record":
        return this.fields(value.of, value.entries.map(([key, item]) => [key, inside(item)]));
      case "enum":
        return this.leaf("enum", `${value.of}.${value.name}`);
      case "exception":
        return this.fields(value.of, [["message", inside(value.message)], ["traceback", inside(value.traceback)], ["cause", inside(value.cause)]]);
      case "table":
        return this.fields("table", [["columns", inside(value.columns)], ["rows", inside(value.rows)], ["index", inside(value.index)]]);
      case "figure":
        return this.fields("figure", [["document", inside(value.document)]]);
      case "array":
        return this.fields("array", [["dtype", this.leaf("dtype", value.dtype)], ["shape", this.leaf("shape", value.shape.join(" × "))], ["numbers", value.hash === null ? inside(value.numbers) : this.leaf("hash", value.hash)]]);
      case "blob":
      case "image":
        return this.leaf("blob", `${value.mime}, ${value.bytes.toLocaleString("en-US")} bytes, ${value.hash}`);
      case "bytes":
        return this.leaf("bytes", value.base64);
      case "node":
        return this.leaf("node", value.uid);
      case "opaque":
        return this.fields(value.of, [["repr", inside(value.repr)]]);
      case "cut":
        return value.head === null ? this.leaf("hash", value.hash) : this.cut(value.hash, value.head);
    }
  }

  private number(signature: string): number {
    let number = this.numbers.get(signature);
    if (number === undefined) this.numbers.set(signature, (number = this.numbers.size));
    return number;
  }

  private leaf(of: string, text: string): Plain {
    return { kind: "leaf", id: this.number(`${of}:${text}`), text };
  }

  private text(of: string, text: string): Plain {
    return { kind: "text", id: this.number(`${of}:${text}`), text };
  }

  /** Of a value that was not sent only the beginning can be shown, but its hash says whether it is the same. */
  private cut(hash: string, head: string): Plain {
    return { kind: "text", id: this.number(`hash:${hash}`), text: head };
  }

  private list(of: string, items: Plain[]): Plain {
    return { kind: "list", id: this.number(`[${of}:${items.map((item) => item.id).join()}`), of, items };
  }

  private fields(of: string, entries: [string, Plain][]): Plain {
    const signs = entries.map(([key, item]) => `${JSON.stringify(key)}:${item.id}`).sort();
    return { kind: "fields", id: this.number(`{${of}:${signs.join()}`), of, entries };
  }

  private sorted(items: Plain[]): Plain[] {
    return items.sort((one, other) => one.id - other.id);
  }
}

/** A stored form in one line, however deep it is. */
function flat(wire: Wire): string {
  const pieces: string[] = [];
  const left: { value: Wire; before: string }[] = [{ value: wire, before: "" }];
  for (let one = left.pop(); one; one = left.pop()) {
    const { value, before } = one;
    if (value === null || typeof value !== "object") {
      pieces.push(before, JSON.stringify(value), " ");
      continue;
    }
    pieces.push(before, Array.isArray(value) ? "[" : "{");
    const inside = Object.entries(value).map(([key, item]) => ({ value: item, before: Array.isArray(value) ? "" : `${JSON.stringify(key)}: ` }));
    pieces.push(`${inside.length}: `);
    left.push(...inside.reverse());
  }
  return pieces.join("").trimEnd();
}

/** A value written out, at most so many lines of it. */
export function inLines(value: Plain, most: number): { text: string; more: boolean } {
  if (value.kind === "text") {
    const lines = value.text.split("\n", most + 1);
    const text = lines.slice(0, most).join("\n").slice(0, most * 400);
    return { text, more: text.length < value.text.length };
  }
  const lines: string[] = [];
  write(value, "", "", lines, most + 1);
  return { text: lines.slice(0, most).join("\n"), more: lines.length > most };
}

function write(value: Plain, indent: string, key: string, lines: string[], most: number): void {
  if (lines.length >= most) return;
  if (value.kind === "leaf" || value.kind === "text") {
    lines.push(`${indent}${key}${value.text.split("\n").join(`\n${indent}${key && "  "}`)}`);
    return;
  }
  const parts: [string, Plain][] = value.kind === "list" ? value.items.map((item) => ["- ", item]) : value.entries.map(([name, item]) => [`${name}: `, item]);
  const inside = key === "" ? indent : `${indent}  `;
  if (parts.length === 0) lines.push(`${indent}${key}${value.kind === "list" ? "[]" : "{}"}`);
  else if (key !== "" && key !== "- ") lines.push(`${indent}${key.trimEnd()}`);
  const first = lines.length;
  for (const [name, item] of parts) write(item, inside, name, lines, most);
  // The first part of an item stands beside its dash.
  if (key === "- " && parts.length > 0 && first < lines.length) lines[first] = `${indent}- ${lines[first]!.slice(inside.length)}`;
}
