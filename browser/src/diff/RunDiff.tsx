// Two runs as conversations beside each other.

import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { Api, Talk } from "../app/model";
import { Icon } from "../parts/Icon";
import { type ListHandle, VirtualList } from "../parts/VirtualList";
import { differences, foldedRows, type Pair } from "./align";
import { PairRow } from "./PairRow";
import type { Aligned } from "./use_aligned";

export function RunDiff({ api, aligned }: { api: Api; aligned: Aligned }): JSX.Element {
  const { a, b, pairs, whole, readWhole, error } = aligned;
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [all, setAll] = useState(false);
  const [at, setAt] = useState(-1); // of the differences, which one was gone to
  const list = useRef<ListHandle>(null);
  const differ = useMemo(() => differences(pairs), [pairs]);
  const rows = useMemo(() => (all ? pairs.map((_, pair) => ({ kind: "pair" as const, pair })) : foldedRows(pairs, open)), [pairs, open, all]);
  const keys = useMemo(() => rows.map((row) => (row.kind === "pair" ? 2 * row.pair + 1 : 2 * row.from)), [rows]);
  if (error !== null) return <p class="il-diff-none il-diff-failed">The conversations could not be read: {error}</p>;
  if (!a || !b) return <p class="il-diff-none">Reading the conversations …</p>;
  if (pairs.length === 0) return <p class="il-diff-none">Nothing was said in either.</p>;

  const go = (number: number): void => {
    if (!differ.length) return;
    const next = (number + differ.length) % differ.length;
    setAt(next);
    list.current?.show(rows.findIndex((row) => row.kind === "pair" && row.pair === differ[next]), { place: "middle" });
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") go(at + 1);
    else if (event.key === "p") go(at < 0 ? -1 : at - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const enter = (index: number): void => {
    const row = rows[index]!;
    if (row.kind === "fold") return setOpen((before) => new Set(before).add(row.from));
    const pair = pairs[row.pair]!;
    const turn = b.turns[pair.b] ?? a.turns[pair.a];
    if (turn) api.select(turn.call ?? turn.row);
  };
  const current = at >= 0 ? differ[Math.min(at, differ.length - 1)] : undefined;
  return (
    <div class="il-diff-runs" onKeyDown={press}>
      <div class="il-diff-bar" role="toolbar" aria-label="Differences">
        <b role="status">{inWords(pairs, differ)}</b>
        <span class="il-diff-steps">
          <button type="button" disabled={!differ.length} onClick={() => go(0)}>
            first
          </button>
          <button type="button" disabled={!differ.length} title="Previous difference (p)" aria-label="Previous difference" onClick={() => go(at < 0 ? -1 : at - 1)}>
            <Icon name="up" />
          </button>
          <button type="button" disabled={!differ.length} title="Next difference (n)" aria-label="Next difference" onClick={() => go(at + 1)}>
            <Icon name="down" />
          </button>
          {at >= 0 && differ.length > 0 && `${Math.min(at, differ.length - 1) + 1} of ${differ.length}`}
        </span>
        <label>
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> also what is the same
        </label>
      </div>
      <VirtualList keys={keys} estimate={(index) => estimate(rows[index]!.kind === "fold" ? null : pairs[(rows[index] as { pair: number }).pair]!, a, b)} label="Both conversations" handle={list} layout={all} onEnter={enter}>
        {(index) => {
          const row = rows[index]!;
          if (row.kind === "fold")
            return (
              <button type="button" class="il-diff-folded" onClick={() => setOpen((before) => new Set(before).add(row.from))}>
                {foldWords(pairs, row.from, row.to)}
              </button>
            );
          const pair = pairs[row.pair]!;
          const before = pairs[row.pair - 1];
          return (
            <PairRow
              api={api} a={a} b={b} pair={pair} step={before?.step === pair.step && index > 0 ? null : pair.step}
              first={row.pair === differ[0]} current={row.pair === current} whole={whole.get(row.pair) ?? null} onWhole={() => readWhole(row.pair)}
 />
          );
        }}
      </VirtualList>
    </div>
  );
}

function inWords(pairs: readonly Pair[], differ: readonly number[]): string {
  if (differ.length === 0) return "They are the same";
  const steps = new Set(differ.map((pair) => pairs[pair]!.step)).size;
  return `${differ.length.toLocaleString("en-US")} ${differ.length === 1 ? "difference" : "differences"} in ${steps.toLocaleString("en-US")} ${steps === 1 ? "step" : "steps"}, the first in step ${pairs[differ[0]!]!.step}`;
}

function foldWords(pairs: readonly Pair[], from: number, to: number): string {
  const [first, last] = [pairs[from]!.step, pairs[to - 1]!.step];
  const words = pairs.slice(from, to).every((pair) => pair.shared) ? "before the fork, shared" : `${to - from} turns the same`;
  return `${first === last ? `step ${first}` : `steps ${first} to ${last}`}: ${words}`;
}

/** About how high a pair will be, in pixels. */
function estimate(pair: Pair | null, a: Talk, b: Talk): number {
  if (!pair) return 34;
  const letters = Math.max(a.turns[pair.a]?.text.length ?? 0, b.turns[pair.b]?.text.length ?? 0);
  return 44 + 19 * Math.min(20, Math.ceil(letters / (pair.same ? 130 : 60)));
}
