/** Where a memory in a prompt came from: the observation that put it into its actor's memory. */
import type { Api } from "../app/model";
import type { Columns } from "../app/model";
import { textOf } from "./writing";

/** Observations read before giving up. */
const MAX_READ = 400;
const AT_ONCE = 8;

export interface Origin {
  row: number;
  /** Whether it is word for word what was observed, or only part of it. */
  whole: boolean;
}

/**
 * Find the observation behind a text in a prompt.
 *
 * @param ordinal the text is the so-manieth memory in the prompt, from 1
 * @param total of so many; memories are mostly shown in the order in which they were made, which says where to look first
 */
export async function findOrigin(api: Api, row: number, text: string, ordinal: number, total: number): Promise<Origin | null> {
  const wanted = text.trim();
  if (!wanted) return null;
  const rows = observations(api.columns, row);
  let partly: Origin | null = null;
  const order = likeliestFirst(rows, ordinal, total).slice(0, MAX_READ);
  for (let at = 0; at < order.length; at += AT_ONCE) {
    const read = await Promise.all(order.slice(at, at + AT_ONCE).map((one) => observed(api, one)));
    for (const [place, words] of read.entries()) {
      if (words === null) continue;
      if (words.trim() === wanted) return { row: order[at + place]!, whole: true };
      if (!partly && words.trim() && (words.includes(wanted) || wanted.includes(words.trim()))) partly = { row: order[at + place]!, whole: false };
    }
  }
  return partly;
}

async function observed(api: Api, row: number): Promise<string | null> {
  try {
    const detail = await api.node(row);
    const inputs = detail.fields.inputs;
    if (typeof inputs !== "object" || inputs === null || Array.isArray(inputs)) return null;
    return textOf(inputs.observation, detail, 1_000_000);
  } catch {
    return null;
  }
}

/** Who a row belongs to: its own actor, or that of the nearest row above which has one. */
export function actorOf(columns: Columns, row: number): string | null {
  for (let at = row; at >= 0; at = columns.parent(at)) {
    const actor = columns.actor(at);
    if (actor) return actor.name;
  }
  return null;
}

/** What the actor of a row was told before it, oldest first. */
export function observations(columns: Columns, row: number): number[] {
  const actor = actorOf(columns, row);
  const root = columns.path(row)[0]!;
  const start = columns.start(row);
  const kind = columns.kinds.indexOf("observe");
  const rows: number[] = [];
  const { raw } = columns;
  for (let at = 0; kind >= 0 && at < columns.length; at++) {
    if (raw.kind[at] !== kind || raw.state[at] === 4 || raw.start[at]! > start) continue;
    if (actor === null || columns.actor(at)?.name === actor) rows.push(at);
  }
  // Those of another run are another actor of the same name, unless it was told before the run began.
  const own = rows.filter((at) => columns.parent(at) < 0 || columns.path(at)[0] === root);
  return (own.length ? own : rows).sort((a, b) => columns.start(a) - columns.start(b));
}

/** If all memories are shown, or the newest of them, the place in the prompt says which one it is. */
export function likeliestFirst(rows: readonly number[], ordinal: number, total: number): number[] {
  const guess = Math.min(Math.max(rows.length - 1 - (total - ordinal), 0), Math.max(rows.length - 1, 0));
  const other = Math.min(Math.max(ordinal - 1, 0), rows.length - 1);
  return rows
    .map((row, place) => ({ row, far: Math.min(Math.abs(place - guess), Math.abs(place - other)) }))
    .sort((a, b) => a.far - b.far)
    .map(({ row }) => row);
}

/** Where in a run a row is: `step 3`. */
export function stepOf(columns: Columns, row: number): string {
  for (let at = columns.parent(row); at >= 0; at = columns.parent(at)) if (columns.kind(at) === "step") return columns.name(at);
  return "";
}
