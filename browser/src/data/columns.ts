// The nodes of a store as columns: what the tree, the timeline and the filters read without asking anybody.

import { grow, roomFor } from "./growing";
import { addAbove, addUp, Order } from "./order";
import { type ColumnsValue, type Named, State, type Tables } from "./protocol";

const NO_TAGS: readonly Named[] = [];

type Kept = {
  kind: Uint8Array;
  state: Uint8Array;
  start: Float64Array;
  duration: Float32Array;
  name: Uint32Array;
  actor: Uint16Array;
  tags: Uint16Array;
  tokensIn: Uint32Array;
  tokensOut: Uint32Array;
  cost: Float32Array;
  flags: Uint8Array;
};

const MAKE: { [K in keyof Kept]: (buffer: ArrayBuffer, offset: number, length: number) => Kept[K] } = {
  kind: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
  state: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
  start: (buffer, offset, length) => new Float64Array(buffer, offset, length),
  duration: (buffer, offset, length) => new Float32Array(buffer, offset, length),
  name: (buffer, offset, length) => new Uint32Array(buffer, offset, length),
  actor: (buffer, offset, length) => new Uint16Array(buffer, offset, length),
  tags: (buffer, offset, length) => new Uint16Array(buffer, offset, length),
  tokensIn: (buffer, offset, length) => new Uint32Array(buffer, offset, length),
  tokensOut: (buffer, offset, length) => new Uint32Array(buffer, offset, length),
  cost: (buffer, offset, length) => new Float32Array(buffer, offset, length),
  flags: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
};
const NAMES = Object.keys(MAKE) as (keyof Kept)[];

/** A view of a buffer as a typed array; copied where it is not aligned. */
function typed<K extends keyof Kept>(name: K, view: DataView, rows: number): Kept[K] {
  const size = view.byteLength / Math.max(rows, 1);
  const aligned = view.byteOffset % size === 0;
  const buffer = aligned ? view.buffer : view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return MAKE[name](buffer as ArrayBuffer, aligned ? view.byteOffset : 0, rows);
}

/** Typed access to the columns of a store's rows, which are appended in chunks and changed in place. */
export class Columns {
  /** Rises with every change; views may use it to know when to read again. */
  version = 0;
  /** Rows there are in all, of which `length` have arrived. */
  total = 0;
  readonly order = new Order();
  readonly kinds: string[] = [];
  readonly names: string[] = [];
  readonly actors: Named[] = [];
  readonly tagsets: Named[][] = [];
  readonly raw: Kept = Object.fromEntries(NAMES.map((name) => [name, MAKE[name](new ArrayBuffer(0), 0, 0)])) as Kept;

  /** How many rows are in each state. */
  readonly counts = [0, 0, 0, 0, 0];
  /** Tokens in and out, of a row and all below it. */
  #tokens = new Uint32Array(0);
  /** Costs likewise; made when the first row has one. */
  #costs: Float64Array | null = null;
  #hasTokens = false;

  get length(): number {
    return this.order.length;
  }

  name(row: number): string {
    return this.names[this.raw.name[row]!] ?? "";
  }
  kind(row: number): string {
    return this.kinds[this.raw.kind[row]!] ?? "";
  }
  state(row: number): State {
    return this.raw.state[row] as State;
  }
  /** Seconds since 1970. */
  start(row: number): number {
    return this.raw.start[row]!;
  }
  /** Seconds; NaN while the node is open. */
  duration(row: number): number {
    return this.raw.duration[row]!;
  }
  actor(row: number): Named | null {
    const index = this.raw.actor[row]!;
    return index === 0 ? null : (this.actors[index] ?? null);
  }
  tags(row: number): readonly Named[] {
    const index = this.raw.tags[row]!;
    return index === 0 ? NO_TAGS : (this.tagsets[index] ?? NO_TAGS);
  }
  tokensIn(row: number): number {
    return this.raw.tokensIn[row]!;
  }
  tokensOut(row: number): number {
    return this.raw.tokensOut[row]!;
  }
  /** US dollars; NaN where there is none or it is not known. */
  cost(row: number): number {
    return this.raw.cost[row]!;
  }
  flags(row: number): number {
    return this.raw.flags[row]!;
  }
  /** Tokens in and out, of the row and all below it. */
  tokensBelow(row: number): number {
    return this.#tokens[row]!;
  }
  /** US dollars, of the row and all below it; 0 where none is known. */
  costBelow(row: number): number {
    return this.#costs?.[row] ?? 0;
  }
  get hasTokens(): boolean {
    return this.#hasTokens;
  }
  get hasCosts(): boolean {
    return this.#costs !== null;
  }
  /** -1 for a root. */
  parent(row: number): number {
    return this.order.parents[row]!;
  }
  /** -1 where there is none; the first root of all when `row` is -1. */
  firstChild(row: number): number {
    return this.order.first(row);
  }
  /** -1 after the last. */
  nextSibling(row: number): number {
    return this.order.next(row);
  }
  depth(row: number): number {
    return this.order.depths[row]!;
  }
  /** Rows in the subtree, the row itself included. */
  size(row: number): number {
    return this.order.sizes[row]!;
  }
  children(row: number): number[] {
    const rows: number[] = [];
    for (let child = this.order.first(row); child >= 0; child = this.order.next(child)) rows.push(child);
    return rows;
  }
  /** The row and its ancestors, the root first. */
  path(row: number): number[] {
    const rows: number[] = [];
    for (; row >= 0; row = this.order.parents[row]!) rows.push(row);
    return rows.reverse();
  }

  /** Append a chunk of rows.
   *
   * @returns how many rows were new; a chunk that begins after the rows there are is refused with -1.
   */
  append(value: ColumnsValue, buffers: readonly DataView[]): number {
    const have = this.length;
    const end = value.from + value.rows;
    if (value.from > have) return -1;
    this.addTables(value);
    this.total = Math.max(this.total, value.total, end);
    if (end <= have) return 0;
    // The first chunk says how many rows come: reserve them at once, so that nothing is copied while loading.
    this.#reserve(roomFor(Math.max(end, value.more ? value.total : 0), this.order.capacity));
    const skip = have - value.from;
    const parents = buffers[0]!;
    for (let row = have; row < end; row++) this.order.parents[row] = parents.getInt32((row - value.from) * 4, true);
    NAMES.forEach((name, index) => {
      const column = typed(name, buffers[index + 1]!, value.rows);
      (this.raw[name] as Uint8Array).set((skip > 0 ? column.subarray(skip) : column) as Uint8Array, have);
    });
    this.order.link(end);
    this.#count(have, end);
    this.version++;
    return end - have;
  }

  /** Replace the columns (but not the parents) of rows that are known already.
   *
   * @param count how many rows the buffers have, of which `rows` are the first.
   */
  change(rows: readonly number[], buffers: readonly DataView[], count = rows.length): void {
    if (rows.length === 0) return;
    const { parents } = this.order;
    const columns = NAMES.map((name, index) => typed(name, buffers[index + 1]!, count));
    rows.forEach((row, at) => {
      if (row >= this.length || this.isRemoved(row)) return;
      const tokens = this.raw.tokensIn[row]! + this.raw.tokensOut[row]!;
      const cost = this.raw.cost[row]! || 0;
      const state = this.raw.state[row]!;
      NAMES.forEach((name, index) => (this.raw[name][row] = columns[index]![at]!));
      const more = this.raw.tokensIn[row]! + this.raw.tokensOut[row]! - tokens;
      if (more !== 0) {
        this.#hasTokens = true;
        this.#tokens[row] = this.#tokens[row]! + more;
        addAbove(parents, this.#tokens, row, more);
      }
      const dearer = (this.raw.cost[row]! || 0) - cost;
      if (dearer !== 0) {
        const costs = (this.#costs ??= new Float64Array(this.order.capacity));
        costs[row] = costs[row]! + dearer;
        addAbove(parents, costs, row, dearer);
      }
      if (this.raw.state[row] === State.removed) {
        this.raw.state[row] = state;
        this.#takeOut(row);
      } else {
        this.counts[state]!--;
        this.counts[this.raw.state[row]!]!++;
      }
    });
    this.version++;
  }

  /** Take a row and all below it out of what is shown; its number stays. */
  remove(row: number): void {
    if (row < this.length && !this.isRemoved(row)) this.#takeOut(row);
    this.version++;
  }

  isRemoved(row: number): boolean {
    return this.raw.state[row] === State.removed;
  }

  #takeOut(row: number): void {
    const { order } = this;
    for (let at = row; at >= 0; at = order.after(at, row)) {
      this.counts[this.raw.state[at]!]!--;
      this.counts[State.removed]!++;
      this.raw.state[at] = State.removed;
    }
    addAbove(order.parents, this.#tokens, row, -this.#tokens[row]!);
    if (this.#costs) addAbove(order.parents, this.#costs, row, -this.#costs[row]!);
    order.unlink(row);
  }

  #count(begin: number, end: number): void {
    const { tokensIn, tokensOut, cost, state } = this.raw;
    const { parents } = this.order;
    let some = false;
    let priced = false;
    for (let row = begin; row < end; row++) {
      const tokens = tokensIn[row]! + tokensOut[row]!;
      this.#tokens[row] = tokens;
      some ||= tokens > 0;
      priced ||= cost[row]! > 0;
      this.counts[state[row]!]!++;
    }
    this.#hasTokens ||= some;
    if (some) addUp(parents, this.#tokens, begin, end);
    if (priced || this.#costs) {
      const costs = (this.#costs ??= new Float64Array(this.order.capacity));
      for (let row = begin; row < end; row++) costs[row] = cost[row]! || 0;
      addUp(parents, costs, begin, end);
    }
    // A store may have rows that were removed before it was opened.
    for (let row = state.indexOf(State.removed, begin); row >= 0 && row < end; row = state.indexOf(State.removed, row + 1)) {
      const parent = parents[row]!;
      if (parent >= 0 && this.isRemoved(parent)) continue;
      this.counts[State.removed]!--;
      state[row] = State.finished;
      this.counts[State.finished]!++;
      this.#takeOut(row);
    }
  }

  addTables(tables: Tables): void {
    put(this.kinds, tables.kinds, tables.kindsFrom);
    put(this.names, tables.names, tables.namesFrom);
    put(this.actors, tables.actors, tables.actorsFrom);
    const sets = (tables.tagsets ?? []).map((set) => set.map(([name, color]) => ({ name, color })));
    put(this.tagsets, sets, tables.tagsetsFrom);
  }

  #reserve(capacity: number): void {
    if (capacity <= this.order.capacity) return;
    this.order.reserve(capacity);
    this.#tokens = grow(this.#tokens, capacity);
    if (this.#costs) this.#costs = grow(this.#costs, capacity);
    for (const name of NAMES) (this.raw as Record<string, unknown>)[name] = grow(this.raw[name], capacity);
  }
}

function put<T>(table: T[], entries: readonly T[] | undefined, from: number | undefined): void {
  entries?.forEach((entry, index) => (table[(from ?? table.length) + index] = entry));
}
