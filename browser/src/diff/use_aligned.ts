// Two conversations beside each other, and which of their equal beginnings go on differently.

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Api, Talk } from "../app/model";
import { useTalk } from "../parts/use_talk";
import { wholeText } from "../parts/whole";
import { alignTalks, type Pair } from "./align";

/** Pairs of cut texts that begin alike and are read whole to see whether they are. */
const MOST_READ = 40;

export interface Whole {
  a: string;
  b: string;
}

export interface Aligned {
  a: Talk | null;
  b: Talk | null;
  pairs: Pair[];
  /** Texts that were read whole, by pair. */
  whole: ReadonlyMap<number, Whole>;
  readWhole: (pair: number) => void;
  error: string | null;
}

export function useAligned(api: Api, rowA: number, rowB: number): Aligned {
  const [a, b] = [useTalk(api, rowA), useTalk(api, rowB)];
  const [read, setRead] = useState<{ of: Pair[]; whole: ReadonlyMap<number, Whole> } | null>(null);
  const begun = useMemo(() => (a.talk && b.talk ? alignTalks(a.talk, b.talk) : []), [a.talk, b.talk]);
  const whole = read?.of === begun ? read.whole : NONE;
  const pairs = useMemo(
    () => begun.map((pair, place) => (pair.same && !pair.shared && whole.has(place) && whole.get(place)!.a !== whole.get(place)!.b ? { ...pair, same: false } : pair)),
    [begun, whole],
  );
  const readPair = async (place: number, given: () => boolean): Promise<void> => {
    const pair = begun[place]!;
    const [one, other] = [a.talk!.turns[pair.a], b.talk!.turns[pair.b]];
    const [textA, textB] = await Promise.all([
      one ? (one.cut ? wholeText(api, one) : one.text) : "",
      other ? (other.cut ? wholeText(api, other) : other.text) : "",
    ]);
    if (!given() || textA === null || textB === null) return;
    setRead((before) => ({ of: begun, whole: new Map(before?.of === begun ? before.whole : NONE).set(place, { a: textA, b: textB }) }));
  };
  useEffect(() => {
    let given = true;
    const doubtful = begun.flatMap((pair, place) => (pair.same && !pair.shared && a.talk!.turns[pair.a]!.cut && b.talk!.turns[pair.b]!.cut ? [place] : []));
    void (async () => {
      for (const place of doubtful.slice(0, MOST_READ)) if (given) await readPair(place, () => given).catch(() => undefined);
    })();
    return () => void (given = false);
  }, [begun]);
  return {
    a: a.talk,
    b: b.talk,
    pairs,
    whole,
    readWhole: (place) => void readPair(place, () => true).catch(() => undefined),
    error: a.error ?? b.error,
  };
}

const NONE: ReadonlyMap<number, Whole> = new Map();
