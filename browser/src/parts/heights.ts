// Where the rows of a list lie whose heights are only known once they were shown.

/** Heights of rows with their sums, each changed and looked up in logarithmic time (P. Fenwick's tree). */
export class Heights {
  private readonly tree: Float64Array;
  private readonly each: Float64Array;

  constructor(heights: ArrayLike<number>) {
    this.each = Float64Array.from(heights);
    this.tree = new Float64Array(heights.length + 1);
    for (let at = 1; at < this.tree.length; at++) {
      this.tree[at] = this.tree[at]! + this.each[at - 1]!;
      const above = at + (at & -at);
      if (above < this.tree.length) this.tree[above] = this.tree[above]! + this.tree[at]!;
    }
  }

  get length(): number {
    return this.each.length;
  }

  get total(): number {
    return this.top(this.length);
  }

  height(row: number): number {
    return this.each[row] ?? 0;
  }

  set(row: number, height: number): void {
    const more = height - this.each[row]!;
    this.each[row] = height;
    for (let at = row + 1; at < this.tree.length; at += at & -at) this.tree[at] = this.tree[at]! + more;
  }

  /** Where a row begins: the sum of the heights before it. */
  top(row: number): number {
    let sum = 0;
    for (let at = Math.min(row, this.length); at > 0; at -= at & -at) sum += this.tree[at]!;
    return sum;
  }

  /** The row at a place, the first one before the list and the last one after it; -1 in an empty list. */
  at(place: number): number {
    let row = 0;
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.length))); step >= 1; step /= 2) {
      if (row + step <= this.length && this.tree[row + step]! <= place) {
        row += step;
        place -= this.tree[row]!;
      }
    }
    return Math.min(row, this.length - 1);
  }
}
