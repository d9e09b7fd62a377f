// The conversation of a run, read again while the run goes on.

import { useEffect, useRef, useState } from "preact/hooks";
import { type Api, State, type Talk } from "../app/model";

/** Milliseconds between two readings of a run that goes on. */
const PAUSE = 250;

export interface Reading {
  talk: Talk | null;
  error: string | null;
  /** The run goes on: more may be said. */
  live: boolean;
}

export function useTalk(api: Api, row: number): Reading {
  const [reading, setReading] = useState<{ row: number; talk: Talk | null; error: string | null }>({ row, talk: null, error: null });
  const open = api.columns.state(row) === State.open;
  const version = api.columns.version;
  // What was read: reading again is only worth it while the run was open, and after something changed.
  const last = useRef({ row: -1, version: -1, open: true, at: 0 });
  useEffect(() => {
    const read = last.current;
    if (read.row === row && (read.version === version || !read.open)) return;
    let given = true;
    const wait = read.row === row ? Math.max(0, read.at + PAUSE - performance.now()) : 0;
    const timer = setTimeout(() => {
      const asked = { row, version, open };
      api.talk(row).then(
        (talk) => {
          if (!given && last.current.row === row) return;
          last.current = { ...asked, at: performance.now() };
          setReading({ row, talk, error: null });
        },
        (error: unknown) => given && setReading({ row, talk: null, error: error instanceof Error ? error.message : String(error) }),
      );
    }, wait);
    return () => {
      given = false;
      clearTimeout(timer);
    };
  }, [api, row, version, open]);
  return reading.row === row ? { talk: reading.talk, error: reading.error, live: open } : { talk: null, error: null, live: open };
}
