// The shape of the forest: links between rows, kept up to date as rows are appended.

import { grow } from "./growing";

/** Children, siblings, depths and subtree sizes of append-only rows; a parent comes before its children. */
export class Order {
  length = 0;
  roots = 0;
  /** Rows that are still there: all but the removed ones. */
  live = 0;
  parents = new Int32Array(0);
  depths = new Uint16Array(0);
  /** Rows in the subtree, itself included. */
  sizes = new Int32Array(0);
  // Siblings are a ring: the last child is known, and after it comes the first. It saves one array of four bytes a row.
  #last = new Int32Array(0);
  #next = new Int32Array(0);
  #lastRoot = -1;

  get capacity(): number {
    return this.parents.length;
  }

  reserve(capacity: number): void {
    if (capacity <= this.capacity) return;
    this.parents = grow(this.parents, capacity);
    this.depths = grow(this.depths, capacity);
    this.sizes = grow(this.sizes, capacity);
    this.#last = grow(this.#last, capacity);
    this.#next = grow(this.#next, capacity);
  }

  /** Link the rows from `length` to `end`, whose `parents` are written already. */
  link(end: number): void {
    const { parents, depths, sizes } = this;
    const begin = this.length;
    for (let row = begin; row < end; row++) {
      let parent = parents[row]!;
      if (parent >= row || parent < -1) parent = parents[row] = -1; // a damaged store: show the row as a root
      this.#last[row] = -1;
      sizes[row] = 1;
      const depth = parent < 0 ? -1 : depths[parent]!;
      depths[row] = depth < 65_535 ? depth + 1 : depth;
      this.#attach(row, parent);
    }
    this.length = end;
    this.live += end - begin;
    addUp(parents, sizes, begin, end);
  }

  /** Take a row that is linked, and with it all below, out of the forest. */
  unlink(row: number): void {
    const parent = this.parents[row]!;
    const last = this.last(parent);
    let before = last;
    while (this.#next[before] !== row) before = this.#next[before]!;
    this.#next[before] = this.#next[row]!;
    if (last === row) this.#setLast(parent, before === row ? -1 : before);
    if (parent < 0) this.roots--;
    this.live -= this.sizes[row]!;
    addAbove(this.parents, this.sizes, row, -this.sizes[row]!);
  }

  /** The first root when `row` is -1; -1 where there is none. */
  first(row: number): number {
    const last = row < 0 ? this.#lastRoot : this.#last[row]!;
    return last < 0 ? -1 : this.#next[last]!;
  }

  /** -1 where there is none; the last root when `row` is -1. */
  last(row: number): number {
    return row < 0 ? this.#lastRoot : this.#last[row]!;
  }

  /** The sibling after a row; -1 after the last. */
  next(row: number): number {
    const parent = this.parents[row]!;
    return row === this.last(parent) ? -1 : this.#next[row]!;
  }

  /** The row that follows in preorder, staying below `top` (-1: all roots); -1 at the end. */
  after(row: number, top = -1): number {
    const below = this.first(row);
    return below >= 0 ? below : this.skip(row, top);
  }

  /** The row that follows in preorder after all that is below a row; -1 at the end. */
  skip(row: number, top = -1): number {
    while (row >= 0 && row !== top) {
      const beside = this.next(row);
      if (beside >= 0) return beside;
      row = this.parents[row]!;
    }
    return -1;
  }

  isBelow(row: number, ancestor: number): boolean {
    while (row > ancestor) row = this.parents[row]!;
    return row === ancestor;
  }

  #attach(row: number, parent: number): void {
    const last = this.last(parent);
    if (last < 0) this.#next[row] = row;
    else {
      this.#next[row] = this.#next[last]!;
      this.#next[last] = row;
    }
    this.#setLast(parent, row);
    if (parent < 0) this.roots++;
  }

  #setLast(parent: number, row: number): void {
    if (parent < 0) this.#lastRoot = row;
    else this.#last[parent] = row;
  }
}

type Sums = Int32Array | Uint32Array | Float64Array;

/** Add what rows from `begin` to `end` have of their own to all rows above them.
 *
 * @param sums before `begin` whole sums, from there each row's own share.
 */
export function addUp(parents: Int32Array, sums: Sums, begin: number, end: number): void {
  if (end - begin <= 64 || end - begin <= end >> 3) {
    for (let row = begin; row < end; row++) {
      const own = sums[row]!;
      if (own !== 0) addAbove(parents, sums, row, own, begin);
    }
    // Shares among the new rows themselves, from the end: a parent's row is smaller than its children's.
    for (let row = end - 1; row >= begin; row--) {
      const parent = parents[row]!;
      if (parent >= begin) sums[parent] = sums[parent]! + sums[row]!;
    }
    return;
  }
  const before = sums.slice(0, begin);
  sums.fill(0, 0, begin);
  for (let row = end - 1; row >= 0; row--) {
    const parent = parents[row]!;
    if (parent >= 0) sums[parent] = sums[parent]! + sums[row]!;
  }
  for (let row = 0; row < begin; row++) sums[row] = sums[row]! + before[row]!;
}

/** Add an amount to the rows above one, of those before `limit`. */
export function addAbove(parents: Int32Array, sums: Sums, row: number, amount: number, limit = Infinity): void {
  for (let above = parents[row]!; above >= 0; above = parents[above]!)
    if (above < limit) sums[above] = sums[above]! + amount;
}
