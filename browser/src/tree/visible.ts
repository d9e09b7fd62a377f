// Which rows stand in the tree, one below the other: what is open, what a filter leaves, what kinds are hidden.

import type { Columns } from "../data/columns";
import { grow, roomFor } from "../data/growing";

const OPENED = 1;
const MATCH = 2;
/** Something below matches. */
const ABOVE = 4;
/** Opened or closed by hand while a filter is on. */
const FLIPPED = 8;

/** The rows that are shown, in order, and the marks that decide it. */
export class Visible {
  rows = new Int32Array(0);
  length = 0;
  /** Only matches and what is above them are shown. */
  filtering = false;
  matches = 0;
  /** Kinds whose nodes are left out; what is below them stands one level higher. */
  readonly hidden = new Uint8Array(256);
  #hides = false;
  #marks = new Uint8Array(0);
  #stale: "no" | "rows" | "asked" = "asked";
  #rebuiltMs = 0;
  #rebuiltAt = -Infinity;

  constructor(readonly columns: Columns) {}

  /** Milliseconds until `rebuild` should be called; null when nothing is to be put together.
   *
   * What a person asked for is due at once. Rows that arrive may wait, so that a large tree is put together in a
   * small share of the time.
   */
  dueIn(now: number): number | null {
    if (this.#stale === "no") return null;
    return this.#stale === "asked" ? 0 : Math.max(0, this.#rebuiltAt + this.#rebuiltMs * 8 - now);
  }

  /** Rows were appended. What is not shown costs nothing, what comes last is put last, the rest waits for `rebuild`. */
  appended(from: number, to: number): void {
    this.#reserve();
    if (this.#stale !== "no") return;
    const { order } = this.columns;
    for (let row = from; row < to; row++) {
      const parent = order.parents[row]!;
      if (this.filtering || this.#hides) this.#stale = "rows";
      else if (parent < 0 || (this.isOpen(parent) && this.#inTree(parent))) {
        if (this.#isTail(row)) this.#add(row);
        else this.#stale = "rows";
      }
      if (this.#stale === "rows") return;
    }
  }

  /** Put the rows together again. */
  rebuild(): void {
    const begun = performance.now();
    this.#reserve();
    const { order, raw } = this.columns;
    const { parents } = order;
    const marks = this.#marks;
    const { hidden, filtering } = this;
    this.length = 0;
    let free = -1; // a match that was opened: all below it is shown
    let row = order.first(-1);
    while (row >= 0) {
      const mark = marks[row]!;
      let open = false;
      if (!filtering || free >= 0 || (mark & (MATCH | ABOVE)) !== 0) {
        const passed = hidden[raw.kind[row]!] === 1;
        if (!passed) this.#add(row);
        open = passed || this.#opens(mark, free >= 0);
        if (open && !passed && filtering && free < 0 && (mark & ABOVE) === 0) free = row;
      }
      const below = open ? order.first(row) : -1;
      if (below >= 0) {
        row = below;
        continue;
      }
      let at = row;
      row = -1;
      while (at >= 0) {
        if (at === free) free = -1;
        const beside = order.next(at);
        if (beside >= 0) {
          row = beside;
          break;
        }
        at = parents[at]!;
      }
    }
    this.#stale = "no";
    this.#rebuiltAt = performance.now();
    this.#rebuiltMs = this.#rebuiltAt - begun;
  }

  invalidate(): void {
    this.#stale = "asked";
  }

  /** Where a row stands; -1 when it is not shown. */
  position(row: number): number {
    return row < 0 ? -1 : this.rows.subarray(0, this.length).indexOf(row);
  }

  at(position: number): number {
    return position >= 0 && position < this.length ? this.rows[position]! : -1;
  }

  isOpen(row: number): boolean {
    return this.#opens(this.#marks[row] ?? 0, this.filtering && this.#isFree(row));
  }

  isMatch(row: number): boolean {
    return ((this.#marks[row] ?? 0) & MATCH) !== 0;
  }

  /** Whether a row is only there because of a match below it. */
  isPassage(row: number): boolean {
    return this.filtering && ((this.#marks[row] ?? 0) & (MATCH | ABOVE)) === ABOVE;
  }

  /** Whether there is something to open. */
  hasBelow(row: number): boolean {
    return this.columns.order.first(row) >= 0;
  }

  /** Steps from the margin: hidden kinds do not count. */
  level(row: number): number {
    if (!this.#hides) return this.columns.order.depths[row]!;
    let level = 0;
    for (let above = this.above(row); above >= 0; above = this.above(above)) level++;
    return level;
  }

  /** The shown row above one; -1 for one at the margin. */
  above(row: number): number {
    const { parents } = this.columns.order;
    let above = parents[row]!;
    while (above >= 0 && this.hidden[this.columns.raw.kind[above]!] === 1) above = parents[above]!;
    return above;
  }

  setOpen(row: number, open: boolean): void {
    this.#reserve();
    if (this.isOpen(row) === open) return;
    const free = this.filtering && this.#isFree(row);
    this.#marks[row] = this.#marks[row]! ^ (this.filtering && !free ? FLIPPED : OPENED);
    this.#stale = "asked";
  }

  /** Open or close a row (-1: all) and everything below it. */
  setOpenBelow(row: number, open: boolean): void {
    this.#reserve();
    const { order } = this.columns;
    const marks = this.#marks;
    const set = (at: number): void => {
      if (this.filtering && !(row >= 0 && this.#isFree(row))) {
        const above = (marks[at]! & ABOVE) !== 0;
        marks[at] = above !== open ? marks[at]! | FLIPPED : marks[at]! & ~FLIPPED;
      }
      marks[at] = open ? marks[at]! | OPENED : marks[at]! & ~OPENED;
    };
    // A match without matches below it stays closed while a filter is on, else the filter would be undone.
    const skip = (at: number): boolean => this.filtering && row < 0 && (marks[at]! & ABOVE) === 0;
    for (let at = row < 0 ? order.first(-1) : row; at >= 0; at = order.after(at, row)) if (!skip(at)) set(at);
    this.#stale = "asked";
  }

  /** Open what is above a row; false when the filter or a hidden kind keeps it out all the same. */
  reveal(row: number): boolean {
    const { parents } = this.columns.order;
    for (let above = parents[row]!; above >= 0; above = parents[above]!) this.setOpen(above, true);
    if (this.hidden[this.columns.raw.kind[row]!] === 1) return false;
    return !this.filtering || (this.#marks[row]! & (MATCH | ABOVE)) !== 0 || this.#isFree(row);
  }

  /** Open the forest level by level while no more than `limit` rows are shown. */
  openSome(limit: number): void {
    this.#reserve();
    const { order } = this.columns;
    let level: number[] = [];
    for (let root = order.first(-1); root >= 0 && level.length <= limit; root = order.next(root)) level.push(root);
    let shown = level.length;
    while (level.length > 0) {
      const below: number[] = [];
      let fits = true;
      for (const row of level) {
        for (let child = order.first(row); child >= 0 && fits; child = order.next(child)) {
          below.push(child);
          fits = shown + below.length <= limit;
        }
        if (!fits) break;
      }
      // A single root is opened even when it has more children than fit.
      if (!fits && !(shown === 1 && level.length === 1)) break;
      for (const row of level) if (order.first(row) >= 0) this.#marks[row] = this.#marks[row]! | OPENED;
      shown += below.length;
      if (!fits) break;
      level = below;
    }
    this.#stale = "asked";
  }

  /** Show rows of these kinds or leave them out. */
  hide(kinds: ReadonlySet<number>): void {
    this.hidden.fill(0);
    for (const kind of kinds) this.hidden[kind] = 1;
    this.#hides = kinds.size > 0;
    this.#stale = "asked";
  }

  /** Mark what matches, and what is above it.
   *
   * @param test null when there is nothing to look for.
   * @param from rows before this one were marked with the same test.
   */
  mark(test: ((row: number) => boolean) | null, filtering: boolean, from = 0): void {
    this.#reserve();
    const marks = this.#marks;
    const { parents } = this.columns.order;
    const end = this.columns.length;
    if (from === 0) {
      const keep = filtering && this.filtering && test !== null ? ~(MATCH | ABOVE) : ~(MATCH | ABOVE | FLIPPED);
      for (let row = 0; row < end; row++) marks[row] = marks[row]! & keep;
      this.matches = 0;
      this.#matchRows = null;
      this.filtering = filtering && test !== null;
      this.#stale = "asked";
    }
    if (test === null) return;
    for (let row = from; row < end; row++) {
      if (!test(row)) continue;
      marks[row] = marks[row]! | MATCH;
      this.matches++;
      for (let above = parents[row]!; above >= 0 && (marks[above]! & ABOVE) === 0; above = parents[above]!)
        marks[above] = marks[above]! | ABOVE;
    }
    if (this.filtering && this.#stale === "no") this.#stale = "rows";
  }

  /** The match after a row in the order of the tree, or before it; around the end. */
  matchFrom(row: number, step: 1 | -1): number {
    const matches = this.matchRows();
    if (matches.length === 0) return -1;
    const place = this.#ranks(matches, row);
    const next = step > 0 ? place.after : place.before;
    return matches[(next + matches.length) % matches.length]!;
  }

  /** The number of a match, from 1; 0 when the row is none. */
  matchNumber(row: number): number {
    return this.isMatch(row) ? this.matchRows().indexOf(row) + 1 : 0;
  }

  #matchRows: Int32Array | null = null;
  #matchesOf = 0;

  /** All matches in the order of the tree. */
  matchRows(): Int32Array {
    if (this.#matchRows === null || this.#matchesOf !== this.matches) {
      const { order } = this.columns;
      const rows = new Int32Array(this.matches);
      let count = 0;
      for (let row = order.first(-1); row >= 0; ) {
        const mark = this.#marks[row]!;
        if ((mark & MATCH) !== 0 && count < rows.length) rows[count++] = row;
        row = (mark & ABOVE) !== 0 ? order.after(row) : order.skip(row);
      }
      this.#matchRows = rows.subarray(0, count);
      this.#matchesOf = this.matches;
    }
    return this.#matchRows;
  }

  #ranks(matches: Int32Array, row: number): { before: number; after: number } {
    const at = matches.indexOf(row);
    if (at >= 0) return { before: at - 1, after: at + 1 };
    if (row < 0) return { before: -1, after: 0 };
    // The order of the tree is not the order of the numbers: compare paths.
    let low = 0;
    let high = matches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isBefore(matches[middle]!, row)) low = middle + 1;
      else high = middle;
    }
    return { before: low - 1, after: low };
  }

  #isBefore(a: number, b: number): boolean {
    const pathA = this.columns.path(a);
    const pathB = this.columns.path(b);
    for (let at = 0; at < pathA.length && at < pathB.length; at++)
      // Siblings stand in the order of their numbers.
      if (pathA[at] !== pathB[at]) return pathA[at]! < pathB[at]!;
    return pathA.length < pathB.length;
  }

  #opens(mark: number, free: boolean): boolean {
    if (!this.filtering || free) return (mark & OPENED) !== 0;
    return ((mark & ABOVE) !== 0) !== ((mark & FLIPPED) !== 0);
  }

  /** Whether a row is below a match that was opened. */
  #isFree(row: number): boolean {
    const { parents } = this.columns.order;
    for (let above = parents[row]!; above >= 0; above = parents[above]!) {
      const mark = this.#marks[above]!;
      if ((mark & (MATCH | ABOVE)) === MATCH && (mark & FLIPPED) !== 0) return true;
    }
    return false;
  }

  /** Whether everything above a row is open. */
  #inTree(row: number): boolean {
    const { parents } = this.columns.order;
    for (let above = parents[row]!; above >= 0; above = parents[above]!)
      if ((this.#marks[above]! & OPENED) === 0) return false;
    return true;
  }

  /** Whether no older row stands behind a row; newer ones are put in after it. */
  #isTail(row: number): boolean {
    const { order } = this.columns;
    for (let at = row; at >= 0; at = order.parents[at]!) {
      const beside = order.next(at);
      if (beside >= 0 && beside < row) return false;
    }
    return true;
  }

  #add(row: number): void {
    if (this.length === this.rows.length)
      this.rows = grow(this.rows, Math.min(roomFor(this.length + 1, this.length) + (this.length >> 1), this.columns.order.capacity));
    this.rows[this.length++] = row;
  }

  #reserve(): void {
    const { capacity } = this.columns.order;
    if (this.#marks.length < capacity) this.#marks = grow(this.#marks, capacity);
  }
}
