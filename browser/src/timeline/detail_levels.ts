// What of a lane is drawn at a zoom: bars wide enough by themselves, others merged where they fall. The work depends on
// the pixels, not on the bars.

/** Bars of all lanes, sorted by lane and start. */
export interface LaneIndex {
  /** `order[first[lane] … first[lane + 1]]` are the bars of a lane by start. */
  first: Int32Array;
  order: Int32Array;
  start: Float64Array;
  /** Never falls within a lane. */
  until: Float64Array;
  /** Seconds that the bars of the lane before this place took together. */
  busy: Float64Array;
}

/** Something to draw: one bar, or `count` of them merged. Places in pixels from the left edge. */
export interface Span {
  x: number;
  width: number;
  /** The bar, or the first of those merged. */
  bar: number;
  count: number;
  /** Share of the width that the merged bars cover, from 0 to 1; 1 for one bar. */
  cover: number;
}

/** Pixels that a bar must have to be drawn by itself, and that those merged are drawn in. */
export const NARROWEST = 2;

export function indexLanes(lane: Int32Array, count: number, start: Float64Array, end: Float64Array, byStart: Int32Array): LaneIndex {
  const total = lane.length;
  const first = new Int32Array(count + 1);
  for (let bar = 0; bar < total; bar++) first[lane[bar]! + 1]!++;
  for (let at = 1; at <= count; at++) first[at] = first[at]! + first[at - 1]!;
  const next = first.slice();
  const order = new Int32Array(total);
  for (const bar of byStart) order[next[lane[bar]!]!++] = bar;
  const [starts, until, busy] = [new Float64Array(total), new Float64Array(total), new Float64Array(total + 1)];
  for (let each = 0; each < count; each++) {
    let latest = -Infinity;
    for (let at = first[each]!; at < first[each + 1]!; at++) {
      const bar = order[at]!;
      starts[at] = start[bar]!;
      until[at] = latest = Math.max(latest, end[bar]!);
    }
  }
  for (let at = 0; at < total; at++) {
    const took = until[at]! - starts[at]!;
    busy[at + 1] = busy[at]! + (Number.isFinite(took) ? took : 0);
  }
  return { first, order, start: starts, until, busy };
}

/**
 * The spans of a lane in a window of time.
 *
 * @param from Time at the left edge, seconds.
 * @param to Time at the right edge, seconds.
 * @param pixels Pixels from edge to edge.
 * @param now When bars that have not ended are drawn to.
 */
export function spansOf(index: LaneIndex, lane: number, from: number, to: number, pixels: number, now: number): Span[] {
  const { order, start, until, busy } = index;
  const last = index.first[lane + 1]!;
  const scale = pixels / (to - from);
  const spans: Span[] = [];
  let at = firstAfter(until, from, index.first[lane]!, last);
  while (at < last && start[at]! < to) {
    const x = (start[at]! - from) * scale;
    const right = (Math.min(until[at]!, Math.max(now, start[at]!)) - from) * scale;
    if (right - x >= NARROWEST) {
      spans.push({ x, width: right - x, bar: order[at]!, count: 1, cover: 1 });
      at++;
      continue;
    }
    const place = Math.floor(x / NARROWEST) * NARROWEST;
    const edge = from + (place + NARROWEST) / scale;
    let next = gallop(start, edge, at + 1, last);
    // All but the last end before the last begins; the last may be wide.
    if (next - 1 > at && (Math.min(until[next - 1]!, now) - start[next - 1]!) * scale >= NARROWEST) next--;
    const took = busy[next]! - busy[at]!;
    merge(spans, { x: place, width: NARROWEST, bar: order[at]!, count: next - at, cover: Math.min(1, (took * scale) / NARROWEST) });
    at = next;
  }
  return spans;
}

/** The place in the index of what is drawn at a pixel of a lane, and how many bars it stands for; null if nothing. */
export function spanAt(index: LaneIndex, lane: number, x: number, from: number, to: number, pixels: number, now: number): Span | null {
  const scale = pixels / (to - from);
  const [left, right] = [from + (x - 3) / scale, from + (x + 3) / scale];
  let best: Span | null = null;
  let nearest = Infinity;
  for (const span of spansOf(index, lane, left, right, 6, now)) {
    const [begin, end] = [span.x, span.x + span.width];
    const distance = begin <= 3 && 3 <= end ? 0 : Math.min(Math.abs(begin - 3), Math.abs(end - 3));
    if (distance < nearest) [best, nearest] = [{ ...span, x: span.x + x - 3 }, distance];
  }
  return best;
}

/** Merged pixels side by side are one span, when they are about as full. */
function merge(spans: Span[], span: Span): void {
  const last = spans[spans.length - 1];
  const abuts = last && last.count > 1 && span.count > 1 && Math.abs(last.x + last.width - span.x) < 0.5;
  if (!abuts || Math.abs(last.cover - span.cover) > 0.3) {
    spans.push(span);
    return;
  }
  last.cover = (last.cover * last.width + span.cover * span.width) / (last.width + span.width);
  last.width += span.width;
  last.count += span.count;
}

/** The first place whose value is greater than a time. */
function firstAfter(times: Float64Array, time: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first place, from one that is near, whose value is not before a time. */
function gallop(times: Float64Array, time: number, from: number, last: number): number {
  let step = 1;
  while (from + step < last && times[from + step]! < time) step *= 2;
  let [low, high] = [from + (step >> 1), Math.min(from + step, last)];
  if (low >= last || times[from]! >= time) return Math.min(from, last);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
