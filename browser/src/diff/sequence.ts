/**
 * Which parts of two sequences are the same.
 *
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986): the shortest edit script, as long as it is
 * short. Sequences that have little in common are first cut at the tokens that occur once in both (B. Cohen's patience
 * diff), so that the time stays bounded.
 */

/** A stretch that is the same in both: `length` tokens from `a` in the first and from `b` in the second. */
export interface Block {
  a: number;
  b: number;
  length: number;
}

/** Edits after which a stretch is cut at its anchors instead; bounds both time and memory to its square. */
const MOST_EDITS = 400;

/**
 * The common parts of two sequences of tokens, in order.
 *
 * @param a Tokens as numbers; equal tokens have equal numbers.
 * @param b The same of the other sequence.
 * @returns Blocks with rising positions in both, none of them empty, neighbours joined.
 */
export function commonBlocks(a: Int32Array, b: Int32Array): Block[] {
  const found: Block[] = [];
  const ranges: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let range = ranges.pop(); range; range = ranges.pop()) {
    let [fromA, toA, fromB, toB] = range;
    const startA = fromA;
    while (fromA < toA && fromB < toB && a[fromA] === b[fromB]) (fromA++, fromB++);
    add(found, startA, fromB - (fromA - startA), fromA - startA);
    const endA = toA;
    while (fromA < toA && fromB < toB && a[toA - 1] === b[toB - 1]) (toA--, toB--);
    const tail = endA - toA;
    if (fromA < toA && fromB < toB && !shortest(a, b, fromA, toA, fromB, toB, found)) {
      const anchors = uniqueInBoth(a, b, fromA, toA, fromB, toB);
      let [lastA, lastB] = [fromA, fromB];
      for (const { a: atA, b: atB } of anchors) {
        ranges.push([lastA, atA, lastB, atB]);
        add(found, atA, atB, 1);
        [lastA, lastB] = [atA + 1, atB + 1];
      }
      if (anchors.length > 0) ranges.push([lastA, toA, lastB, toB]);
    }
    add(found, toA, toB, tail);
  }
  return joined(found);
}

/** Tokens of several kinds as numbers: the same token always gets the same one. */
export class Interner {
  private readonly numbers = new Map<string, number>();

  all(tokens: readonly string[]): Int32Array {
    const numbers = new Int32Array(tokens.length);
    tokens.forEach((token, place) => {
      let number = this.numbers.get(token);
      if (number === undefined) this.numbers.set(token, (number = this.numbers.size));
      numbers[place] = number;
    });
    return numbers;
  }
}

function add(found: Block[], a: number, b: number, length: number): void {
  if (length > 0) found.push({ a, b, length });
}

function joined(blocks: Block[]): Block[] {
  blocks.sort((one, other) => one.a - other.a);
  const result: Block[] = [];
  for (const block of blocks) {
    const last = result[result.length - 1];
    if (last && last.a + last.length === block.a && last.b + last.length === block.b) last.length += block.length;
    else result.push(block);
  }
  return result;
}

/** The shortest edit script of a range; false, with nothing added, when it has too many edits. */
function shortest(
  a: Int32Array,
  b: Int32Array,
  fromA: number,
  toA: number,
  fromB: number,
  toB: number,
  found: Block[],
): boolean {
  const sizeA = toA - fromA;
  const sizeB = toB - fromB;
  const most = Math.min(sizeA + sizeB, MOST_EDITS);
  if (Math.abs(sizeA - sizeB) > most) return false;
  const zero = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(zero - edits - 1, zero + edits + 2));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = zero + diagonal;
      const down = diagonal === -edits || (diagonal !== edits && furthest[at - 1]! < furthest[at + 1]!);
      let x = down ? furthest[at + 1]! : furthest[at - 1]! + 1;
      let y = x - diagonal;
      while (x < sizeA && y < sizeB && a[fromA + x] === b[fromB + y]) (x++, y++);
      furthest[at] = x;
      if (x >= sizeA && y >= sizeB) {
        walkBack(history, edits, sizeA, sizeB, fromA, fromB, found);
        return true;
      }
    }
  }
  return false;
}

function walkBack(
  history: Int32Array[],
  edits: number,
  x: number,
  y: number,
  fromA: number,
  fromB: number,
  found: Block[],
): void {
  for (let left = edits; left > 0; left--) {
    const before = history[left]!; // reaches from diagonal -left-1 to left+1
    const diagonal = x - y;
    const at = diagonal + left + 1;
    const down = diagonal === -left || (diagonal !== left && before[at - 1]! < before[at + 1]!);
    const startX = down ? before[at + 1]! : before[at - 1]! + 1;
    add(found, fromA + startX, fromB + startX - diagonal, x - startX);
    x = down ? startX : startX - 1;
    y = down ? startX - diagonal - 1 : startX - diagonal;
  }
  add(found, fromA, fromB, x);
}

/** Tokens that occur exactly once in both ranges, as many as rise in both. */
function uniqueInBoth(a: Int32Array, b: Int32Array, fromA: number, toA: number, fromB: number, toB: number): Block[] {
  const placesA = onlyPlaces(a, fromA, toA);
  const placesB = onlyPlaces(b, fromB, toB);
  const pairs: Block[] = [];
  for (const [token, at] of placesA) {
    const other = placesB.get(token);
    if (at >= 0 && other !== undefined && other >= 0) pairs.push({ a: at, b: other, length: 1 });
  }
  pairs.sort((one, other) => one.a - other.a);
  return longestRising(pairs);
}

function onlyPlaces(tokens: Int32Array, from: number, to: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let at = from; at < to; at++) places.set(tokens[at]!, places.has(tokens[at]!) ? -1 : at);
  return places;
}

function longestRising(pairs: Block[]): Block[] {
  const tops: number[] = []; // of the best chain of each length, which pair it ends with
  const before = new Int32Array(pairs.length).fill(-1);
  pairs.forEach((pair, place) => {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tops[middle]!]!.b < pair.b) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[place] = tops[low - 1]!;
    tops[low] = place;
  });
  const chain: Block[] = [];
  for (let place = tops[tops.length - 1] ?? -1; place >= 0; place = before[place]!) chain.push(pairs[place]!);
  return chain.reverse();
}
