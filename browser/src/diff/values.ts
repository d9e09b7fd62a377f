// Two values part by part: what is the same, gone, new, or different inside.

import type { Plain } from "./plain";
import { commonBlocks } from "./sequence";

export type Change = { key: string } & (
  | { kind: "same"; value: Plain }
  | { kind: "gone"; value: Plain }
  | { kind: "new"; value: Plain }
  /** Two texts, to be compared word by word. */
  | { kind: "text"; a: string; b: string }
  /** Two values that have nothing in common but their place. */
  | { kind: "other"; a: Plain; b: Plain }
  | { kind: "inside"; of: "list" | "fields"; parts: Change[] }
);

/** How two values differ. */
export function changeOf(a: Plain, b: Plain, key = ""): Change {
  if (a.id === b.id) return { key, kind: "same", value: a };
  if (a.kind === "text" && b.kind === "text") return { key, kind: "text", a: a.text, b: b.text };
  if (a.kind === "list" && b.kind === "list" && a.of === b.of) return { key, kind: "inside", of: "list", parts: listParts(a.items, b.items) };
  if (a.kind === "fields" && b.kind === "fields" && a.of === b.of)
    return { key, kind: "inside", of: "fields", parts: fieldParts(a.entries, b.entries) };
  return { key, kind: "other", a, b };
}

/** Places within a value that differ, each counted once. */
export function countChanges(change: Change): number {
  if (change.kind === "same") return 0;
  return change.kind === "inside" ? change.parts.reduce((sum, part) => sum + countChanges(part), 0) : 1;
}

/** The fields of both, in the order of the second, what is gone where it stood in the first. */
function fieldParts(a: [string, Plain][], b: [string, Plain][]): Change[] {
  const before = new Map(a);
  const after = new Set(b.map(([key]) => key));
  const parts: Change[] = [];
  let at = 0;
  const gone = (upTo: string | null): void => {
    // What is gone stands before the first kept field that came after it.
    for (; at < a.length && a[at]![0] !== upTo; at++) if (!after.has(a[at]![0])) parts.push({ key: a[at]![0], kind: "gone", value: a[at]![1] });
  };
  for (const [key, value] of b) {
    const old = before.get(key);
    if (old === undefined) {
      parts.push({ key, kind: "new", value });
      continue;
    }
    if (a.findIndex((entry, place) => place >= at && entry[0] === key) >= 0) gone(key);
    parts.push(changeOf(old, value, key));
  }
  gone(null);
  return parts;
}

/** The items of both, equal ones aligned; between those, items of the same kind are compared inside. */
function listParts(a: Plain[], b: Plain[]): Change[] {
  const parts: Change[] = [];
  let [atA, atB] = [0, 0];
  const between = (toA: number, toB: number): void => {
    while (atA < toA && atB < toB && likely(a[atA]!, b[atB]!)) parts.push(changeOf(a[atA++]!, b[atB]!, String(atB++)));
    for (; atA < toA; atA++) parts.push({ key: String(atA), kind: "gone", value: a[atA]! });
    for (; atB < toB; atB++) parts.push({ key: String(atB), kind: "new", value: b[atB]! });
  };
  for (const block of commonBlocks(ids(a), ids(b))) {
    between(block.a, block.b);
    for (let step = 0; step < block.length; step++) parts.push({ key: String(atB++), kind: "same", value: a[atA++]! });
  }
  between(a.length, b.length);
  return parts;
}

function ids(items: Plain[]): Int32Array {
  return Int32Array.from(items, (item) => item.id);
}

function likely(a: Plain, b: Plain): boolean {
  if (a.kind !== b.kind) return a.kind === "leaf" || b.kind === "leaf";
  return a.kind !== "fields" && a.kind !== "list" ? true : a.of === (b as typeof a).of;
}
