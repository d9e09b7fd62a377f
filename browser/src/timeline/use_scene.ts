// The scene of a timeline, laid out again while calls begin and end.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Columns } from "../app/model";
import { type Grouping, type Scene, sceneOf } from "./scene";

/** Milliseconds between two layouts, at least; a large scene rests ten times as long as its layout took. */
const PAUSE = 120;
/** Seconds since the last that is known of after which what is open is not taken to go on. */
const STALE = 600;

export interface Live {
  scene: Scene;
  /** Until when what is open is drawn, seconds since the scene's begin. */
  now: () => number;
  live: boolean;
}

export function useScene(columns: Columns, row: number, grouping: Grouping): Live {
  const [version, setVersion] = useState(columns.version);
  const cost = useRef({ took: 0, at: 0 });
  const changed = useRef(false);
  useEffect(() => {
    if (columns.version === version) return;
    changed.current = true;
    const wait = Math.max(0, cost.current.at + Math.max(PAUSE, 10 * cost.current.took) - performance.now());
    const timer = setTimeout(() => setVersion(columns.version), wait);
    return () => clearTimeout(timer);
  });
  const scene = useMemo(() => {
    const before = performance.now();
    const made = sceneOf(columns, row, grouping);
    const after = performance.now();
    cost.current = { took: after - before, at: after };
    return made;
  }, [columns, row, grouping, version]);
  // A file, or a store nobody writes to any more, does not grow.
  const fresh = changed.current || Date.now() / 1000 - (scene.begin + scene.last) < STALE;
  const live = scene.open > 0 && fresh;
  const now = (): number => (live ? Math.max(scene.last, Date.now() / 1000 - scene.begin) : scene.last);
  return { scene, now, live };
}
