/** Chat messages of any provider's shape, read out of recorded values. */
import type { Wire } from "../app/model";
import { thaw, type Lookup } from "./stored";
import { readJson, textOf } from "./writing";

export interface Call {
  name: string;
  /** The arguments: a value, or the text that was meant to be JSON. */
  arguments: Wire | undefined;
  id: string;
}

export interface MessageParts {
  role: Role;
  /** The role as it was written. */
  said: string;
  name: string;
  content: Wire | undefined;
  calls: Call[];
  answers: string;
  /** Whatever else stands in it. */
  rest: [string, Wire][];
}

export type Role = "system" | "user" | "assistant" | "tool" | "other";

const ROLES: Record<string, Role> = {
  system: "system", developer: "system", user: "user", human: "user", assistant: "assistant", ai: "assistant",
  AIMessageChunk: "assistant", model: "assistant", tool: "tool", function: "tool",
};
const LOOKED_AT = 200;

/** The entries of a mapping or record, by name; null for anything else. */
export function entriesOf(wire: Wire | undefined, lookup: Lookup): Map<string, Wire> | null {
  const value = thaw(wire, lookup);
  return value.type === "mapping" || value.type === "record" ? new Map(value.entries) : null;
}

/** Whether a list is a list of chat messages. */
export function areMessages(items: readonly Wire[], lookup: Lookup): boolean {
  let some = false;
  for (const item of items.slice(0, LOOKED_AT)) {
    const value = thaw(item, lookup);
    if (value.type === "cut") continue;
    const entries = entriesOf(item, lookup);
    if (!entries || !entries.has("content") || roleOf(entries, lookup) === null) return false;
    some = true;
  }
  return some;
}

function roleOf(entries: Map<string, Wire>, lookup: Lookup): string | null {
  const role = textOf(entries.get("role"), lookup, 200);
  if (role) return role;
  const type = entries.has("role") ? null : textOf(entries.get("type"), lookup, 200);
  return type && Object.hasOwn(ROLES, type) ? type : null;
}

/** A message, or null for what is none. */
export function readMessage(wire: Wire, lookup: Lookup): MessageParts | null {
  const entries = entriesOf(wire, lookup);
  const said = entries && roleOf(entries, lookup);
  if (!entries || said === null) return null;
  const taken = new Set(["role", "content", "name", "tool_calls", "tool_call_id", "function_call"]);
  const calls = thaw(entries.get("tool_calls"), lookup);
  const items = calls.type === "list" ? calls.items : [];
  const single = entries.get("function_call");
  return {
    role: Object.hasOwn(ROLES, said) ? ROLES[said]! : "other",
    said,
    name: textOf(entries.get("name"), lookup, 500) ?? "",
    content: entries.get("content"),
    calls: [...items, ...(single ? [single] : [])].map((item) => readCall(item, lookup)).filter((call) => call !== null),
    answers: textOf(entries.get("tool_call_id"), lookup, 500) ?? "",
    rest: [...entries].filter(([key, value]) => !taken.has(key) && value !== null && !(key === "type" && !entries.has("role"))),
  };
}

/** A tool call in the shape of `openai`, of LangChain, or of our own; null for what is none. */
export function readCall(wire: Wire, lookup: Lookup): Call | null {
  const outer = entriesOf(wire, lookup);
  const inner = outer && (entriesOf(outer.get("function"), lookup) ?? outer);
  const name = inner && textOf(inner.get("name"), lookup, 1_000);
  if (!outer || !inner || name === null) return null;
  const given = inner.get("arguments") ?? inner.get("args") ?? inner.get("input");
  const text = textOf(given, lookup);
  return {
    name,
    arguments: text === null ? given : (readJson(text) ?? text),
    id: textOf(outer.get("call_id") ?? outer.get("id"), lookup, 500) ?? "",
  };
}

export type Part = { text: Wire } | { picture: string } | { other: Wire };

/** The parts of a message's content; null when it is not made of parts. */
export function contentParts(wire: Wire | undefined, lookup: Lookup): Part[] | null {
  const value = thaw(wire, lookup);
  if (value.type !== "list" || value.items.length === 0) return null;
  const parts = value.items.map((item): Part | null => {
    const shape = thaw(item, lookup);
    if (shape.type === "text" || shape.type === "format") return { text: item };
    if (shape.type === "image") return { other: item };
    const entries = entriesOf(item, lookup);
    if (!entries) return null;
    const text = entries.get("text");
    if (text !== undefined && textOf(text, lookup, 10) !== null) return { text };
    const picture = pictureOf(entries, lookup);
    return picture === null ? { other: item } : { picture };
  });
  return parts.every((part) => part !== null) ? parts : null;
}

function pictureOf(entries: Map<string, Wire>, lookup: Lookup): string | null {
  const address = entries.get("image_url") ?? entries.get("url");
  const direct = textOf(address, lookup) ?? textOf(entriesOf(address, lookup)?.get("url"), lookup);
  if (direct !== null) return direct;
  const source = entriesOf(entries.get("source"), lookup);
  const data = source && textOf(source.get("data"), lookup);
  return data ? `data:${textOf(source.get("media_type"), lookup) ?? ""};base64,${data}` : null;
}
