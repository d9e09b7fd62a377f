/** Values in a few words, for lines that can be opened. */
import type { Wire } from "../app/model";
import { longCount, shortBytes } from "../data/format";
import { thaw, type Lookup } from "./stored";
import { counted, oneLine, shortClass } from "./words";
import { plainText, promptText } from "./writing";

const DEEPEST = 3;

interface Room {
  left: number;
}

/** A value on one line. Of a large value only the beginning is looked at. */
export function gist(wire: Wire | undefined, lookup: Lookup, limit = 80): string {
  return oneLine(say(wire, lookup, 0, { left: limit * 2 }), limit);
}

function say(wire: Wire | undefined, lookup: Lookup, depth: number, room: Room): string {
  room.left -= 2;
  const value = thaw(wire, lookup);
  switch (value.type) {
    case "text": {
      const text = value.value.slice(0, Math.max(room.left, 20));
      room.left -= text.length;
      return depth ? `“${text}${text.length < value.value.length ? "…" : ""}”` : value.value.slice(0, 1000);
    }
    case "format":
      return promptText(value.parts, lookup, 600);
    case "list": {
      const [open, close] = { list: "[]", tuple: "()", set: "{}", frozenset: "{}" }[value.of] as unknown as [string, string];
      return open + several(value.items, room, depth, (item) => say(item, lookup, depth + 1, room)) + close;
    }
    case "mapping":
      return `{${several(value.entries, room, depth, ([key, item]) => `${key}: ${say(item, lookup, depth + 1, room)}`)}}`;
    case "record": {
      const said = several(value.entries, room, depth, ([key, item]) => `${key}=${say(item, lookup, depth + 1, room)}`);
      return `${shortClass(value.of)}(${said})`;
    }
    case "pairs":
      return `{${several(value.pairs, room, depth, ([key, item]) => `${say(key, lookup, depth + 1, room)}: ${say(item, lookup, depth + 1, room)}`)}}`;
    case "html":
      return "HTML";
    case "markdown":
      return say(value.source, lookup, depth, room);
    case "image":
    case "blob":
      return `${value.mime}, ${shortBytes(value.bytes)}`;
    case "table":
      return `table${value.length === null ? "" : ` of ${counted(value.length, "row")}`}`;
    case "figure":
      return "figure";
    case "array":
      return `array of ${value.shape.map(longCount).join(" × ") || "one"}, ${dtypeName(value.dtype)}`;
    case "exception":
      return `${shortClass(value.of)}: ${say(value.message, lookup, 0, room)}`;
    case "opaque":
      return say(value.repr, lookup, 0, room) || `<${value.of}>`;
    case "cut":
      return value.head ? value.head.slice(0, 400) : `… ${value.bytes === null ? "" : shortBytes(value.bytes)}`;
    case "node":
      return `node ${value.uid}`;
    default:
      return plainText(value);
  }
}

function several<T>(items: readonly T[], room: Room, depth: number, one: (item: T) => string): string {
  if (depth >= DEEPEST) return items.length ? "…" : "";
  const said: string[] = [];
  for (const item of items) {
    if (room.left <= 0) {
      said.push("…");
      break;
    }
    said.push(one(item));
  }
  return said.join(", ");
}

const KINDS: Record<string, string> = { f: "float", i: "int", u: "uint", b: "bool", c: "complex", M: "datetime", m: "timedelta", U: "text" };

/** `float32` of `<f4`. */
export function dtypeName(dtype: string): string {
  const found = /^[<>|=]?([a-zA-Z])(\d+)(.*)$/.exec(dtype);
  if (!found || !Object.hasOwn(KINDS, found[1]!)) return oneLine(dtype, 30);
  const name = KINDS[found[1]!]!;
  if (name === "bool") return name;
  return name + (name === "text" || found[3] ? found[3] || ` of ${found[2]}` : String(Number(found[2]) * 8));
}
