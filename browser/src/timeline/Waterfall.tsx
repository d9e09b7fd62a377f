// The timeline as a list: the same calls as text, for the keyboard, a screen reader, or a look at the longest.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type Api, safeColor } from "../app/model";
import { nameColor } from "../parts/colors";
import { VirtualList } from "../parts/VirtualList";
import { describe } from "./describe";
import { kindColor } from "./colors";
import { barOf, type Scene } from "./scene";

const ROW = 26;

type Sorting = "start" | "took";

export function Waterfall({ api, scene, now, selected }: { api: Api; scene: Scene; now: number; selected: number }): JSX.Element {
  const [sorting, setSorting] = useState<Sorting>("start");
  const bars = useMemo(() => sorted(scene, sorting, now), [scene, sorting]);
  const keys = useMemo(() => Array.from(bars, (_, at) => at), [bars]);
  const chosen = barOf(scene, selected);
  const whole = Math.max(scene.last, now, 1e-9);
  const select = (at: number): void => api.select(scene.row[bars[at]!]!);
  return (
    <div class="il-waterfall">
      <VirtualList
        keys={keys}
        estimate={() => ROW}
        label="Calls"
        onEnter={select}
        layout={sorting}
        header={
          <div class="il-waterfall-row il-waterfall-head">
            <span>name</span>
            <span>kind</span>
            <span>actor</span>
            <Sort name="start" text="began" {...{ sorting, setSorting }} />
            <Sort name="took" text="took" {...{ sorting, setSorting }} />
            <span />
          </div>
        }
      >
        {(at) => {
          const bar = bars[at]!;
          const row = scene.row[bar]!;
          const { name, kind, actor, state, start, took } = describe({ scene, columns: api.columns, now }, bar);
          const end = Math.min(scene.end[bar]!, Math.max(now, scene.start[bar]!));
          const named = api.columns.actor(row);
          const style = {
            "--from": `${(100 * scene.start[bar]!) / whole}%`,
            "--wide": `${(100 * (end - scene.start[bar]!)) / whole}%`,
            "--light": kindColor(api.columns.kind(row), false),
            "--dark": kindColor(api.columns.kind(row), true),
          };
          return (
            <div class="il-waterfall-row" style={style} aria-current={bar === chosen ? "true" : undefined} data-state={state || undefined} onClick={() => select(at)}>
              <span class="il-waterfall-name">
                <bdi>{name}</bdi>
                {state && <em> {state}</em>}
              </span>
              <span class="il-waterfall-kind">{kind}</span>
              <span style={named ? { color: `color-mix(in srgb, ${safeColor(named.color, nameColor(named.name))} var(--il-ink), var(--il-fg))` } : undefined}>
                <bdi>{actor}</bdi>
              </span>
              <span class="il-waterfall-number">{start}</span>
              <span class="il-waterfall-number">{took}</span>
              <span class={`il-waterfall-bar${scene.waits[bar] ? " il-waterfall-waits" : ""}`} aria-hidden="true">
                <i />
              </span>
            </div>
          );
        }}
      </VirtualList>
    </div>
  );
}

function Sort({ name, text, sorting, setSorting }: { name: Sorting; text: string; sorting: Sorting; setSorting: (one: Sorting) => void }): JSX.Element {
  return (
    <button type="button" aria-pressed={sorting === name} title={name === "start" ? "First begun first" : "Longest first"} onClick={() => setSorting(name)}>
      {text}
      {sorting === name ? " ↓" : ""}
    </button>
  );
}

function sorted(scene: Scene, sorting: Sorting, now: number): Int32Array {
  if (sorting === "start") return scene.order;
  const took = Float64Array.from(scene.row, (_, bar) => Math.min(scene.end[bar]!, now) - scene.start[bar]!);
  return scene.order.slice().sort((one, other) => took[other]! - took[one]! || one - other);
}
