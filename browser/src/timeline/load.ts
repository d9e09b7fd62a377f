// How much was going on at a time: how many calls were waiting for an answer beside each other.

/** A number that changes at some times: it is `level[i]` from `time[i]` to `time[i + 1]`. */
export interface Load {
  time: Float64Array;
  level: Int32Array;
  /** Seconds during which at least one was under way. */
  any: number;
  /** Seconds of all together. */
  sum: number;
  most: number;
}

/** How many of some stretches cover each time. */
export function loadOf(start: Float64Array, end: Float64Array): Load {
  const [begins, ends] = [Float64Array.from(start).sort(), Float64Array.from(end).sort()];
  const time = new Float64Array(2 * begins.length);
  const level = new Int32Array(2 * begins.length);
  let [begun, ended, size, any, sum, most] = [0, 0, 0, 0, 0, 0];
  while (ended < ends.length) {
    const at = begun < begins.length && begins[begun]! <= ends[ended]! ? begins[begun]! : ends[ended]!;
    const before = begun - ended;
    if (size > 0 && before > 0) {
      any += at - time[size - 1]!;
      sum += before * (at - time[size - 1]!);
    }
    while (begun < begins.length && begins[begun]! === at) begun++;
    most = Math.max(most, begun - ended);
    while (ended < ends.length && ends[ended]! === at) ended++;
    time[size] = at;
    level[size++] = begun - ended;
  }
  return { time: time.subarray(0, size), level: level.subarray(0, size), any, sum, most };
}

/** The mean level within each of some equal parts of a stretch. */
export function sampled({ time, level }: Load, from: number, to: number, parts: number): Float64Array {
  const means = new Float64Array(parts);
  const width = (to - from) / parts;
  if (!(width > 0)) return means;
  for (let at = 0; at < time.length; at++) {
    if (level[at] === 0) continue;
    const [begin, end] = [Math.max(time[at]!, from), Math.min(time[at + 1] ?? to, to)];
    if (end <= begin) continue;
    const [first, last] = [Math.floor((begin - from) / width), Math.min(parts - 1, Math.floor((end - from) / width))];
    for (let part = first; part <= last; part++) {
      const covered = Math.min(end, from + (part + 1) * width) - Math.max(begin, from + part * width);
      means[part] = means[part]! + (level[at]! * Math.max(0, covered)) / width;
    }
  }
  return means;
}
