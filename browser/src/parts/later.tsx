// The second script, loaded when something in it is first shown.

import { type ComponentType, h, type JSX } from "preact";
import { useEffect, useReducer } from "preact/hooks";

export type More = typeof import("../more");
/** What the built script exports: given what it shares with the first script, it makes the views. */
export type MakeMore = (shared: object) => More;
type Component = { [Name in keyof More]: More[Name] extends (props: never) => unknown ? Name : never }[keyof More];

let more: More | null = null;
let failure: Error | null = null;
let asked = false;
/** Ways to it, one for each view that is open; the newest is asked. */
const sources: (() => Promise<MakeMore>)[] = [];
const listeners = new Set<() => void>();

/** Say where the second script is to be had; without this (in development) it is a module like the others.
 *
 * @returns what takes that back.
 */
export function loadFrom(load: () => Promise<MakeMore>): () => void {
  sources.push(load);
  return () => void sources.splice(sources.indexOf(load), 1);
}

/** Load the second script, once. */
export async function loadMore(): Promise<void> {
  if (asked) return;
  asked = true;
  failure = null;
  try {
    // In what is built this is not an import but what the first script shares with the second: see vite.config.ts.
    const found: More = await import("../more");
    const load = sources.at(-1);
    more = "style" in found || load === undefined ? found : (await load())(found);
  } catch (error) {
    failure = error as Error;
    asked = false;
  }
  for (const listener of listeners) listener();
}

/** The second script's parts, drawn again once they are there. */
export function useMore(): More | null {
  const [, draw] = useReducer<number, void>((count) => count + 1, 0);
  useEffect(() => {
    const listener = (): void => draw();
    listeners.add(listener);
    // It may have come between drawing and this.
    if (more !== null) draw();
    return () => void listeners.delete(listener);
  }, []);
  return more;
}

/** The styles of what is loaded later. */
export function LaterStyle(): JSX.Element | null {
  const loaded = useMore();
  return loaded && <style>{loaded.style}</style>;
}

/** A component of the second script, which stands in its place and is loaded when it is drawn. */
export function later<Name extends Component>(name: Name): More[Name] {
  function Later(props: object): JSX.Element {
    const loaded = useMore();
    useEffect(() => void loadMore(), []);
    if (loaded) return h(loaded[name] as unknown as ComponentType<object>, props);
    if (failure === null) return <span class="il-later">…</span>;
    return (
      <span class="il-later" role="alert">
        A part of the browser could not be loaded: {failure.message}{" "}
        <button type="button" class="il-button" onClick={() => void loadMore()}>
          Try again
        </button>
      </span>
    );
  }
  return Later as unknown as More[Name];
}
