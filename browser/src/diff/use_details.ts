// What is in two nodes, whole enough to be compared.

import { useEffect, useState } from "preact/hooks";
import type { Api, NodeDetail, Wire } from "../app/model";

/** Bytes of values that were left out and are asked for only because the other node does not have the same. */
const MOST_BYTES = 8_000_000;

export interface Details {
  a: NodeDetail;
  b: NodeDetail;
  /** Values that are too large to be compared but by their beginning. */
  left: number;
}

export function useDetails(api: Api, a: number, b: number): { details: Details | null; error: string | null } {
  const [found, setFound] = useState<{ a: number; b: number; details: Details | null; error: string | null } | null>(null);
  const stamp = `${api.stamp(a)} ${api.stamp(b)}`;
  useEffect(() => {
    let given = true;
    read(api, a, b).then(
      (details) => given && setFound({ a, b, details, error: null }),
      (error: unknown) => given && setFound({ a, b, details: null, error: error instanceof Error ? error.message : String(error) }),
    );
    return () => void (given = false);
  }, [api, a, b, stamp]);
  return found && found.a === a && found.b === b ? found : { details: null, error: null };
}

async function read(api: Api, a: number, b: number): Promise<Details> {
  const [one, other] = await Promise.all([api.node(a), api.node(b)]);
  const [cutA, cutB] = [new Set(one.cut), new Set(other.cut)];
  const known = new Map<string, Wire>();
  let [room, left] = [MOST_BYTES, 0];
  for (const hash of new Set([...cutA, ...cutB])) {
    if (cutA.has(hash) && cutB.has(hash)) continue; // the same in both, as the hash says
    const bytes = (one.heads[hash] ?? other.heads[hash])?.bytes ?? 0;
    if (bytes > room) {
      left++;
      continue;
    }
    room -= bytes;
    known.set(hash, await api.value(hash));
  }
  const values = Object.fromEntries(known);
  return { a: { ...one, values: { ...one.values, ...values } }, b: { ...other, values: { ...other.values, ...values } }, left };
}
