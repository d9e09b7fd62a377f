// What stands where there is nothing to show yet: why, and what to do.

import type { ComponentChildren, JSX } from "preact";
import type { Browser } from "./state";
import type { View } from "./view";

export function Notice({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="il-notice" role="status">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** While there is no store in front. */
export function Beginning({ browser }: { browser: Browser }): JSX.Element {
  if (browser.error !== null)
    return (
      <Notice title={browser.transport.from === "file" ? "This file can't be read" : "Nothing can be shown yet"}>
        <p>{browser.error.message}</p>
        <button type="button" class="il-button" onClick={() => void browser.start()}>
          Try again
        </button>
      </Notice>
    );
  if (browser.hello !== null)
    return (
      <Notice title="No store is open">
        <p>
          Open one: <code>interlab view lab.db</code>
        </p>
      </Notice>
    );
  if (!browser.slow) return <Notice title="Opening …" />;
  return (
    <Notice title={browser.transport.from === "kernel" ? "Waiting for the kernel" : "Waiting for the server"}>
      {browser.transport.from === "kernel" && (
        <p>It answers when the running cell is done. If nothing runs, the kernel was restarted: run this cell again.</p>
      )}
    </Notice>
  );
}

/** In place of the tree of a store without rows. */
export function NoRows({ view }: { view: View }): JSX.Element {
  const { store } = view;
  if (store.status === "failed")
    return (
      <Notice title="This store can't be read">
        <p>{store.error?.message}</p>
        <button type="button" class="il-button" onClick={() => void store.load()}>
          Try again
        </button>
      </Notice>
    );
  if (store.status !== "ready") return <Notice title="Reading …" />;
  return (
    <Notice title="Nothing is recorded here yet">
      <p>
        What runs inside <code>with store:</code> appears here{store.transport.live ? " as it happens" : ""}.
      </p>
    </Notice>
  );
}

/** In place of the tree when a filter leaves nothing. */
export function NoMatches({ view }: { view: View }): JSX.Element {
  return (
    <Notice title={view.searching === "waiting" ? "Searching the contents …" : "No node matches"}>
      <button type="button" class="il-button" onClick={() => view.clearSearch()}>
        Clear search and filters
      </button>
    </Notice>
  );
}
