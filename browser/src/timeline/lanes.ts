// Which lane each bar lies in: a call lies below the call it was made in, calls that ran at the same time below one
// another, and what is made in a call stays together.

/** Time, in seconds, that two bars may share and still follow each other: durations are single precision. */
const TOLERANCE = 1e-6;
const RELATIVE = 1.2e-7;

export interface Lanes {
  /** The lane of each bar, from 0. */
  lane: Int32Array;
  count: number;
}

/** Bars to put into lanes; `end` is Infinity for what has not ended. A parent comes before what is below it. */
export interface Bars {
  start: Float64Array;
  end: Float64Array;
  /** -1 for a bar that is below none of these. */
  parent: Int32Array;
}

/**
 * Puts bars into as few lanes as it can, so that no two in a lane overlap.
 *
 * A bar and all below it are one block; the blocks of one parent are placed by start, each in the first lanes that are
 * free (greedy interval partitioning).
 */
export function packLanes({ start, end, parent }: Bars): Lanes {
  const total = start.length;
  const [from, until, height] = [Float64Array.from(start), new Float64Array(total), new Int32Array(total).fill(1)];
  for (let bar = 0; bar < total; bar++) until[bar] = settledEnd(start[bar]!, end[bar]!);
  for (let bar = total - 1; bar >= 0; bar--) {
    const above = parent[bar]!;
    if (above < 0) continue;
    if (from[bar]! < from[above]!) from[above] = from[bar]!;
    if (until[bar]! > until[above]!) until[above] = until[bar]!;
  }
  const { offsets, members } = childrenByStart(parent, from);
  const lane = new Int32Array(total); // first within the parent's block, later of all
  const skyline = new Skyline();
  for (let bar = total - 1; bar >= -1; bar--) {
    const [first, last] = [offsets[bar + 1]!, offsets[bar + 2]!];
    if (first === last) continue;
    skyline.clear();
    for (let at = first; at < last; at++) {
      const child = members[at]!;
      lane[child] = skyline.place(from[child]!, until[child]!, height[child]!) + (bar < 0 ? 0 : 1);
    }
    if (bar < 0) return { lane: settle(lane, parent), count: skyline.length };
    height[bar] = skyline.length + 1;
  }
  return { lane, count: 0 };
}

function settle(lane: Int32Array, parent: Int32Array): Int32Array {
  for (let bar = 0; bar < lane.length; bar++) if (parent[bar]! >= 0) lane[bar] = lane[bar]! + lane[parent[bar]!]!;
  return lane;
}

function settledEnd(start: number, end: number): number {
  return end === Infinity ? Infinity : Math.max(start, end - (end - start) * RELATIVE - TOLERANCE);
}

/** The children of every bar by start, those of none first: `members[offsets[bar + 1] … offsets[bar + 2]]`. */
function childrenByStart(parent: Int32Array, from: Float64Array): { offsets: Int32Array; members: Int32Array } {
  const total = parent.length;
  const order = byStart(from);
  const offsets = new Int32Array(total + 2);
  for (let bar = 0; bar < total; bar++) offsets[parent[bar]! + 2]!++;
  for (let at = 1; at < offsets.length; at++) offsets[at] = offsets[at]! + offsets[at - 1]!;
  const next = offsets.slice();
  const members = new Int32Array(total);
  for (const bar of order) members[next[parent[bar]! + 1]!++] = bar;
  return { offsets, members };
}

/** Places in the order of some times; rows of a store are nearly so already. */
export function byStart(from: Float64Array): Int32Array {
  const order = Int32Array.from(from, (_, at) => at);
  let sorted = true;
  for (let at = 1; at < from.length && sorted; at++) sorted = from[at - 1]! <= from[at]!;
  return sorted ? order : order.sort((one, other) => from[one]! - from[other]! || one - other);
}

/** Until when each lane is taken, for blocks that come in the order of their starts. */
class Skyline {
  private readonly taken: number[] = [];
  /** Before this time every lane is taken. */
  private full = -Infinity;

  get length(): number {
    return this.taken.length;
  }

  clear(): void {
    this.taken.length = 0;
    this.full = -Infinity;
  }

  place(from: number, until: number, height: number): number {
    const { taken } = this;
    const lane = from < this.full ? taken.length : this.firstFree(from, height);
    for (let at = lane; at < lane + height; at++) taken[at] = until;
    this.full = Math.min(this.full, until);
    return lane;
  }

  private firstFree(from: number, height: number): number {
    const { taken } = this;
    let free = 0;
    let full = Infinity;
    for (let lane = 0; lane < taken.length; lane++) {
      const end = taken[lane]!;
      free = end <= from ? free + 1 : 0;
      if (free === height) return lane - height + 1;
      if (end < full) full = end;
    }
    this.full = full;
    return taken.length - free;
  }
}
