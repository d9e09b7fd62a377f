// The bottom line: what the store adds up to.

import type { JSX } from "preact";
import { longCount, shortCost, shortCount } from "../data/format";
import { State } from "../data/protocol";
import type { View } from "./view";

export function Status({ view }: { view: View }): JSX.Element {
  const { columns, store } = view;
  const { counts, order } = columns;
  const loading = store.status === "loading" && columns.total > columns.length;
  let tokens = 0;
  let cost = 0;
  if (order.roots <= 5000)
    for (let root = order.first(-1); root >= 0; root = order.next(root)) {
      tokens += columns.tokensBelow(root);
      cost += columns.costBelow(root);
    }
  const parts = [
    `${longCount(order.live)} ${order.live === 1 ? "node" : "nodes"}`,
    order.roots > 1 && `${longCount(order.roots)} roots`,
    counts[State.open]! > 0 && `${longCount(counts[State.open]!)} ${store.transport.live ? "running" : "open"}`,
    counts[State.error]! > 0 && `${longCount(counts[State.error]!)} ${counts[State.error] === 1 ? "error" : "errors"}`,
    counts[State.interrupted]! > 0 && `${longCount(counts[State.interrupted]!)} interrupted`,
    tokens > 0 && `${shortCount(tokens)} tokens`,
    cost > 0 && shortCost(cost),
  ];
  return (
    <footer class="il-status">
      {parts.filter(Boolean).map((part) => (
        <span key={part}>{part}</span>
      ))}
      {store.info.readOnly && <span>read only</span>}
      <span class="il-grow" />
      {loading && (
        <span role="status">
          reading {Math.floor((100 * columns.length) / columns.total)} %
          <progress max={columns.total} value={columns.length} aria-label="Reading" />
        </span>
      )}
      {store.status === "failed" && (
        <button type="button" class="il-link" title={store.error?.message} onClick={() => void store.load()}>
          Reading stopped: try again
        </button>
      )}
    </footer>
  );
}
