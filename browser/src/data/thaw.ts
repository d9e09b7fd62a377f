// Values out of their stored form: interlab/tracing/wire.py documents the tags.
//
// Reading is shallow: what a value holds stays in its stored form until it is shown, so that a list of a million
// items costs nothing before it is opened.

import type { Head, Wire } from "./protocol";

/** Where values that are kept apart are found: undefined for one that was not sent. */
export interface Lookup {
  values: Record<string, Wire>;
  heads?: Record<string, Head>;
}

export type FormatPart =
  | { type: "text"; text: Wire }
  /** A place that nothing was put in yet. */
  | { type: "field"; name: string; color: string | null }
  | { type: "filled"; name: string; color: string | null; value: Wire };

export type Value =
  | { type: "null" }
  | { type: "boolean"; value: boolean }
  | { type: "number"; value: number }
  /** Numbers and texts that JSON has no form for, as they are written in Python. */
  | { type: "literal"; of: "int" | "float" | "datetime" | "date" | "time" | "duration" | "uuid" | "decimal" | "path" | "complex"; text: string }
  | { type: "text"; value: string }
  | { type: "list"; of: "list" | "tuple" | "set" | "frozenset"; items: readonly Wire[] }
  | { type: "mapping"; entries: readonly (readonly [string, Wire])[] }
  | { type: "pairs"; pairs: readonly (readonly [Wire, Wire])[] }
  | { type: "record"; of: string; entries: readonly (readonly [string, Wire])[] }
  | { type: "enum"; of: string; name: string; value: Wire }
  | { type: "html" | "markdown"; source: Wire }
  | { type: "blob" | "image"; hash: string; bytes: number; mime: string; name: string | null }
  | { type: "table"; columns: Wire; rows: Wire; index: Wire; length: number | null }
  /** The bytes of a blob, an image or an array, in base64. */
  | { type: "bytes"; base64: string }
  | { type: "figure"; document: Wire }
  | { type: "array"; dtype: string; shape: readonly number[]; numbers: Wire; hash: string | null }
  | { type: "format"; parts: readonly FormatPart[] }
  | { type: "exception"; of: string; message: Wire; traceback: Wire; cause: Wire; exceptions: Wire }
  | { type: "node"; uid: string }
  | { type: "opaque"; of: string; repr: Wire; why: string }
  /** Kept apart and not sent: ask for `hash`. A chain misses one of its links. */
  | { type: "cut"; hash: string; bytes: number | null; head: string | null };

type Tagged = { [key: string]: Wire };

const PLAIN_TEXTS = new Set(["datetime", "date", "time", "uuid", "decimal", "path", "complex"]);

/** One value out of its stored form; what it holds stays stored. */
export function thaw(wire: Wire | undefined, lookup: Lookup): Value {
  let left = 64; // references to references: a damaged store must not hang the page
  while (isTagged(wire) && wire.$ === "ref" && left-- > 0) {
    const hash = text(wire.h);
    const found = held(hash, lookup);
    if (found === undefined) return cut(hash, lookup, typeof wire.n === "number" ? wire.n : null);
    wire = found;
  }
  if (wire === null || wire === undefined) return { type: "null" };
  switch (typeof wire) {
    case "boolean":
      return { type: "boolean", value: wire };
    case "number":
      return { type: "number", value: wire };
    case "string":
      return { type: "text", value: wire };
  }
  if (Array.isArray(wire)) return { type: "list", of: "list", items: wire };
  return isTagged(wire) ? tagged(wire, lookup) : { type: "mapping", entries: Object.entries(wire) };
}

function tagged(wire: Tagged, lookup: Lookup): Value {
  const tag = text(wire.$);
  switch (tag) {
    case "chain": {
      const items = chainItems(wire, lookup);
      return Array.isArray(items) ? { type: "list", of: wire.t === true ? "tuple" : "list", items } : items;
    }
    case "int":
      return { type: "literal", of: "int", text: decimal(text(wire.v)) };
    case "float":
      return { type: "literal", of: "float", text: text(wire.v) };
    case "text":
      return { type: "text", value: badText(text(wire.v)) };
    case "tuple":
    case "set":
    case "frozenset":
      return { type: "list", of: tag, items: list(wire.v) };
    case "map": {
      const pairs = list(wire.v).filter((pair) => Array.isArray(pair) && pair.length === 2) as unknown as [Wire, Wire][];
      return pairs.every(hasTextKey) ? { type: "mapping", entries: pairs } : { type: "pairs", pairs };
    }
    case "object": {
      const fields = thaw(wire.v, lookup);
      return { type: "record", of: text(wire.t), entries: fields.type === "mapping" ? fields.entries : [["", wire.v ?? null]] };
    }
    case "enum":
      return { type: "enum", of: text(wire.t), name: text(wire.name), value: wire.v ?? null };
    case "duration":
      return { type: "literal", of: "duration", text: duration(text(wire.v)) };
    case "html":
    case "markdown":
      return { type: tag, source: wire.v ?? "" };
    case "blob":
    case "image":
      return {
        type: tag,
        hash: text(wire.h),
        bytes: number(wire.n),
        mime: text(wire.mime),
        name: typeof wire.name === "string" ? wire.name : null,
      };
    case "table":
      return {
        type: "table",
        columns: wire.columns ?? [],
        rows: wire.rows ?? [],
        index: wire.index ?? null,
        length: typeof wire.n === "number" ? wire.n : null,
      };
    case "bytes":
      return { type: "bytes", base64: text(wire.v) };
    case "figure":
      return { type: "figure", document: wire.v ?? null };
    case "array":
      return {
        type: "array",
        dtype: text(wire.dtype),
        shape: list(wire.shape).map(number),
        numbers: wire.v ?? null,
        hash: typeof wire.h === "string" ? wire.h : null,
      };
    case "format":
      return format(wire, lookup);
    case "exception":
      return {
        type: "exception",
        of: text(wire.t),
        message: wire.message ?? null,
        traceback: wire.traceback ?? null,
        cause: wire.cause ?? null,
        exceptions: wire.exceptions ?? null,
      };
    case "node":
      return { type: "node", uid: text(wire.v) };
    case "opaque":
      return { type: "opaque", of: text(wire.t), repr: wire.v ?? "", why: text(wire.why) };
  }
  if (PLAIN_TEXTS.has(tag)) return { type: "literal", of: tag as "uuid", text: plainText(wire.v, lookup) };
  return { type: "opaque", of: text(wire.t) || tag, repr: wire.v ?? "", why: `unknown stored form "${tag}"` };
}

/** The items of a list that is kept as links of a chain, or what is missing of it. */
export function chainItems(wire: { [key: string]: Wire }, lookup: Lookup): Wire[] | (Value & { type: "cut" }) {
  const links: Wire[][] = [];
  const seen = new Set<string>();
  let link: Wire | undefined = wire.h;
  while (typeof link === "string") {
    const node: Wire | undefined = held(link, lookup);
    if (!isMapping(node) || seen.has(link)) return cut(link, lookup, null);
    seen.add(link);
    links.push(list(node.items));
    link = node.base;
  }
  return links.reverse().flat(1);
}

function format(wire: Tagged, lookup: Lookup): Value {
  const parts = isTagged(wire.v) ? chainItems(wire.v, lookup) : list(wire.v);
  if (!Array.isArray(parts)) return parts;
  return {
    type: "format",
    parts: parts.map((part): FormatPart => {
      if (isTagged(part) && part.$ === "ref") {
        const found = held(text(part.h), lookup);
        // A text kept apart stays a reference, which `thaw` follows or shows as cut.
        part = Array.isArray(found) ? found : part;
      }
      if (!Array.isArray(part)) return { type: "text", text: part };
      const [name, color] = part;
      const named = { name: text(name), color: typeof color === "string" ? color : null };
      return part.length > 2 ? { type: "filled", ...named, value: part[2] ?? null } : { type: "field", ...named };
    }),
  };
}

/** The text of a value that is one (or that is a text kept apart); null for anything else. */
export function asText(wire: Wire | undefined, lookup: Lookup): string | null {
  if (typeof wire === "string") return wire;
  const value = thaw(wire, lookup);
  if (value.type === "text") return value.value;
  if (value.type === "cut") return value.head;
  if (value.type === "format") return formatText(value.parts, lookup);
  return null;
}

/** A prompt as the model got it: its parts put together. */
export function formatText(parts: readonly FormatPart[], lookup: Lookup): string {
  return parts
    .map((part) => {
      if (part.type === "field") return `{${part.name}}`;
      const wire = part.type === "text" ? part.text : part.value;
      return asText(wire, lookup) ?? JSON.stringify(wire);
    })
    .join("");
}

/** A stored form with its references replaced, as one JSON document; what was not sent stays a reference. */
export function expand(wire: Wire, lookup: Lookup, depth = 0): Wire {
  if (wire === null || typeof wire !== "object" || depth > 400) return wire;
  if (Array.isArray(wire)) return wire.map((item) => expand(item, lookup, depth + 1));
  if (wire.$ === "ref") {
    const found = held(text(wire.h), lookup);
    return found === undefined ? wire : expand(found, lookup, depth + 1);
  }
  if (wire.$ === "chain") {
    const items = chainItems(wire, lookup);
    if (!Array.isArray(items)) return wire;
    const whole = items.map((item) => expand(item, lookup, depth + 1));
    return wire.t === true ? { $: "tuple", v: whole } : whole;
  }
  return Object.fromEntries(Object.entries(wire).map(([key, item]) => [key, expand(item, lookup, depth + 1)]));
}

function hasTextKey(pair: [Wire, Wire]): pair is [string, Wire] {
  return typeof pair[0] === "string";
}

function isMapping(wire: Wire | undefined): wire is Tagged {
  return typeof wire === "object" && wire !== null && !Array.isArray(wire);
}

function isTagged(wire: Wire | undefined): wire is Tagged {
  return isMapping(wire) && "$" in wire;
}

function text(wire: Wire | undefined): string {
  // An object may have a `toString` of its own.
  return typeof wire === "string" ? wire : wire === undefined || typeof wire === "object" ? "" : String(wire);
}

function plainText(wire: Wire | undefined, lookup: Lookup): string {
  return asText(wire, lookup) ?? text(wire);
}

function number(wire: Wire | undefined): number {
  return typeof wire === "number" ? wire : 0;
}

/** A value kept apart, if it was sent; its hash comes from the data and may be any text. */
function held(hash: string, lookup: Lookup): Wire | undefined {
  return Object.hasOwn(lookup.values, hash) ? lookup.values[hash] : undefined;
}

function list(wire: Wire | undefined): Wire[] {
  return Array.isArray(wire) ? wire : [];
}

function cut(hash: string, lookup: Lookup, bytes: number | null): Value & { type: "cut" } {
  const head = lookup.heads && Object.hasOwn(lookup.heads, hash) ? lookup.heads[hash] : undefined;
  return { type: "cut", hash, bytes: head?.bytes ?? bytes, head: head?.head ?? null };
}

function decimal(hex: string): string {
  const match = /^(-?)(?:0x)?([0-9a-f]+)$/i.exec(hex);
  if (match === null) return hex;
  // Past this many digits writing a number in decimals takes seconds.
  if (match[2]!.length > 20_000) return `${match[1]}0x${match[2]}`;
  return `${match[1]}${BigInt(`0x${match[2]}`)}`;
}

// Text that is not valid Unicode comes as UTF-8 with its surrogates encoded, which TextDecoder refuses.
function badText(base64: string): string {
  let bytes: string;
  try {
    bytes = atob(base64);
  } catch {
    return base64;
  }
  let result = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes.charCodeAt(at);
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let code = length === 1 ? lead : lead & (0xff >> (length + 1));
    for (let more = 1; more < length; more++) code = (code << 6) | (bytes.charCodeAt(at + more) & 0x3f);
    result += code > 0x10ffff || Number.isNaN(code) ? "\ufffd" : String.fromCodePoint(code);
    at += length;
  }
  return result;
}

function duration(parts: string): string {
  const [days = 0, seconds = 0, microseconds = 0] = parts.split(" ").map(Number);
  if (![days, seconds, microseconds].every(Number.isFinite)) return parts;
  const total = days * 86_400 + seconds + microseconds / 1e6;
  return `${Number(total.toFixed(6))} s`;
}
