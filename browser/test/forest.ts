// Forests for tests, and the plain way to do what the browser does with typed arrays.

import type { ChangesValue } from "../src/data/protocol";
import { COLUMNS } from "../src/data/protocol";

export function random(seed: number): () => number {
  let state = seed * 2_654_435_761 + 12_345;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** A parent for each row, smaller than the row itself. */
export function randomParents(rows: number, seed: number): number[] {
  const next = random(seed);
  return Array.from({ length: rows }, (_, row) => (row === 0 || next() < 0.03 ? -1 : Math.max(0, row - 1 - Math.floor(next() * next() * 12))));
}

/** All rows in preorder, or those of one subtree. */
export function preorder(parents: readonly number[], top = -1): number[] {
  const below = new Map<number, number[]>();
  parents.forEach((parent, row) => below.set(parent, [...(below.get(parent) ?? []), row]));
  const rows: number[] = [];
  const visit = (row: number): void => {
    rows.push(row);
    for (const child of below.get(row) ?? []) visit(child);
  };
  if (top >= 0) visit(top);
  else for (const root of below.get(-1) ?? []) visit(root);
  return rows;
}

export interface MadeRow {
  parent: number;
  kind?: number;
  state?: number;
  start?: number;
  duration?: number;
  name?: number;
  actor?: number;
  tags?: number;
  tokensIn?: number;
  tokensOut?: number;
  cost?: number;
  flags?: number;
}

const ARRAYS = { i32: Int32Array, u8: Uint8Array, f64: Float64Array, f32: Float32Array, u32: Uint32Array, u16: Uint16Array };
const USUAL: Record<string, number> = { state: 1, duration: 1, start: 1000, cost: NaN };

/** The buffers of a chunk. */
export function buffersOf(rows: readonly MadeRow[]): DataView[] {
  return COLUMNS.map(([name, type]) => new DataView(ARRAYS[type].from(rows.map((row) => row[name] ?? USUAL[name] ?? 0)).buffer));
}

export function chunkOf(rows: number, from = 0, part: Partial<ChangesValue> = {}): ChangesValue {
  return {
    kinds: ["run", "step", "query", "model"],
    kindsFrom: 0,
    names: ["first", "second Ärger", "third"],
    namesFrom: 0,
    actors: [{ name: "", color: null }, { name: "Alice", color: "#ff0000" }],
    actorsFrom: 0,
    tagsets: [[], [["deal", "#00ff00"], ["late", null]]],
    tagsetsFrom: 0,
    from,
    rows,
    total: from + rows,
    more: false,
    stamp: "s",
    changed: [],
    ...part,
  };
}
