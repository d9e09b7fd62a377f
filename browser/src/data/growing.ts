// Typed arrays that grow.

type Numbers = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float64Array | Float32Array;

/** A larger array of the same type with the same beginning. */
export function grow<T extends Numbers>(array: T, capacity: number): T {
  const larger = new (array.constructor as new (length: number) => T)(capacity);
  (larger as Uint8Array).set(array as Uint8Array);
  return larger;
}

/** How much to reserve for `needed` entries: an eighth more than asked, so that appending stays cheap. */
export function roomFor(needed: number, have: number): number {
  return needed <= have ? have : Math.max(needed, have + (have >> 3), 1024);
}
