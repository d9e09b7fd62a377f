// The bars of a timeline: the calls below a node, in lanes, with what they wait for.

import { type Columns, State } from "../app/model";
import { indexLanes, type LaneIndex } from "./detail_levels";
import { byStart, packLanes } from "./lanes";
import { type Load, loadOf } from "./load";

/** Kinds of nodes during which nothing is computed here: an answer is waited for. */
const WAITING = new Set(["model", "embedding", "human", "person", "input", "sleep", "wait"]);

export type Grouping = "calls" | "actors";

/** Lanes of one actor; `actor` 0 for what belongs to none. */
export interface Group {
  actor: number;
  firstLane: number;
  lanes: number;
  bars: number;
}

export interface Scene {
  /** The row of each bar, rising. */
  row: Int32Array;
  /** Seconds since `begin`. */
  start: Float64Array;
  /** Infinity for what has not ended. */
  end: Float64Array;
  /** The bar above in the tree, -1 for the topmost. */
  above: Int32Array;
  waits: Uint8Array;
  lane: Int32Array;
  order: Int32Array;
  index: LaneIndex;
  groups: Group[];
  lanes: number;
  load: Load;
  /** Seconds since 1970 of the first start. */
  begin: number;
  /** The last time that is known of, seconds since `begin`. */
  last: number;
  open: number;
}

/** The bars below a node (-1: all of the store), in lanes. */
export function sceneOf(columns: Columns, top: number, grouping: Grouping): Scene {
  const { row, above } = barsBelow(columns, top);
  const total = row.length;
  const [start, end, waits] = [new Float64Array(total), new Float64Array(total), new Uint8Array(total)];
  let begin = Infinity;
  for (const one of row) if (Number.isFinite(columns.start(one))) begin = Math.min(begin, columns.start(one));
  if (begin === Infinity) begin = 0;
  let last = 0;
  let open = 0;
  for (let bar = 0; bar < total; bar++) {
    const one = row[bar]!;
    const [began, took] = [columns.start(one), columns.duration(one)];
    start[bar] = Number.isFinite(began) ? began - begin : above[bar]! >= 0 ? start[above[bar]!]! : 0;
    const running = columns.state(one) === State.open;
    end[bar] = took >= 0 ? start[bar]! + took : running ? Infinity : start[bar]!;
    waits[bar] = WAITING.has(columns.kind(one)) ? 1 : 0;
    open += running ? 1 : 0;
    last = Math.max(last, end[bar] === Infinity ? start[bar]! : end[bar]!);
  }
  // What was broken off has no end of its own: it went on at least as long as what it called.
  for (let bar = total - 1; bar > 0; bar--) {
    const parent = above[bar]!;
    if (parent >= 0 && !(columns.duration(row[parent]!) >= 0) && end[bar]! > end[parent]! && end[bar] !== Infinity) end[parent] = end[bar]!;
  }
  const order = byStart(start);
  const { lane, groups, lanes } = grouping === "calls" ? together(start, end, above) : byActor(columns, row, start, end, above);
  const index = indexLanes(lane, lanes, start, end, order);
  return { row, start, end, above, waits, lane, order, index, groups, lanes, load: waitingLoad(start, end, waits, last), begin, last, open };
}

/** The bar of a row; -1 where it has none. */
export function barOf({ row }: Scene, wanted: number): number {
  let [low, high] = [0, row.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (row[middle] === wanted) return middle;
    if (row[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function barsBelow(columns: Columns, top: number): { row: Int32Array; above: Int32Array } {
  const total = columns.length;
  const from = Math.max(0, top);
  const bar = new Int32Array(Math.max(0, total - from)).fill(-1); // of each row, from the top on
  const row = new Int32Array(top < 0 ? total : Math.min(columns.size(top), total - from));
  const above = new Int32Array(row.length);
  let size = 0;
  for (let one = from; one < total && size < row.length; one++) {
    const parent = columns.parent(one);
    const under = parent >= from ? bar[parent - from]! : -1;
    const belongs = one === top || under >= 0 || (top < 0 && parent < 0);
    if (!belongs || columns.state(one) === State.removed) continue;
    bar[one - from] = size;
    above[size] = one === top ? -1 : under;
    row[size++] = one;
  }
  return { row: row.slice(0, size), above: above.slice(0, size) };
}

function together(start: Float64Array, end: Float64Array, parent: Int32Array): { lane: Int32Array; groups: Group[]; lanes: number } {
  const { lane, count } = packLanes({ start, end, parent });
  return { lane, groups: [{ actor: 0, firstLane: 0, lanes: count, bars: start.length }], lanes: count };
}

/** Lanes of each actor apart: a call belongs to its own actor, or to that of the call it was made in. */
function byActor(columns: Columns, row: Int32Array, start: Float64Array, end: Float64Array, above: Int32Array) {
  const total = row.length;
  const actor = new Int32Array(total);
  const members = new Map<number, number[]>();
  for (let bar = 0; bar < total; bar++) {
    const own = columns.raw.actor[row[bar]!]!;
    actor[bar] = own !== 0 ? own : above[bar]! >= 0 ? actor[above[bar]!]! : actorAbove(columns, row[bar]!);
    const there = members.get(actor[bar]!);
    if (there) there.push(bar);
    else members.set(actor[bar]!, [bar]);
  }
  const lane = new Int32Array(total);
  const groups: Group[] = [];
  const place = new Int32Array(total);
  let lanes = 0;
  for (const [one, bars] of [...members].sort(([a], [b]) => Number(a !== 0) - Number(b !== 0))) {
    bars.forEach((bar, at) => (place[bar] = at));
    const packed = packLanes({
      start: Float64Array.from(bars, (bar) => start[bar]!),
      end: Float64Array.from(bars, (bar) => end[bar]!),
      parent: Int32Array.from(bars, (bar) => (above[bar]! >= 0 && actor[above[bar]!] === one ? place[above[bar]!]! : -1)),
    });
    bars.forEach((bar, at) => (lane[bar] = lanes + packed.lane[at]!));
    groups.push({ actor: one, firstLane: lanes, lanes: packed.count, bars: bars.length });
    lanes += packed.count;
  }
  return { lane, groups, lanes };
}

function actorAbove(columns: Columns, row: number): number {
  for (let one = columns.parent(row); one >= 0; one = columns.parent(one)) {
    const actor = columns.raw.actor[one]!;
    if (actor !== 0) return actor;
  }
  return 0;
}

function waitingLoad(start: Float64Array, end: Float64Array, waits: Uint8Array, last: number): Load {
  const bars: number[] = [];
  for (let bar = 0; bar < start.length; bar++) if (waits[bar]) bars.push(bar);
  return loadOf(
    Float64Array.from(bars, (bar) => start[bar]!),
    Float64Array.from(bars, (bar) => Math.min(end[bar]!, Math.max(last, start[bar]!))),
  );
}
