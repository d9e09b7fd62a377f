// The panel of filters: every choice with the number of nodes it stands for.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { safeColor } from "../data/color";
import { longCount, shortCost, shortCount, shortDuration } from "../data/format";
import { STATE_NAMES } from "../data/protocol";
import { oneLine } from "../data/text";
import { COSTLY_USD, type Filter, filterSize, SLOW_S, WORDY_TOKENS } from "../tree/filter";
import { Glyph } from "../parts/Glyph";
import { IconButton } from "./Icon";
import type { Browser } from "./state";
import { focusTree } from "./Toolbar";
import type { View } from "./view";

const SHOWN = 12;
const STATE_WORDS = ["running", "finished", "error", "interrupted"];

export function Filters({ browser, view }: { browser: Browser; view: View }): JSX.Element {
  const panel = useRef<HTMLDivElement>(null);
  const { filter } = view;
  const counts = view.facets();
  const close = (): void => {
    browser.filtersOpen = false;
    browser.changed();
  };
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    const onDown = (event: PointerEvent): void => {
      const path = event.composedPath();
      if (panel.current && !path.includes(panel.current) && !path.some((at) => at instanceof Element && at.hasAttribute("data-filters")))
        close();
    };
    document.addEventListener("pointerdown", onDown, true);
    return () => document.removeEventListener("pointerdown", onDown, true);
  }, []);
  const set = (part: Partial<Filter>): void => view.setFilter({ ...filter, ...part });
  const flip = <T,>(chosen: ReadonlySet<T>, one: T): Set<T> => {
    const next = new Set(chosen);
    if (!next.delete(one)) next.add(one);
    return next;
  };
  const limits = (values: readonly number[], many: number[], now: number | null, show: (value: number) => string, put: (value: number | null) => void): JSX.Element[] =>
    values
      .map((value, index) => ({ value, count: many[index]! }))
      .filter(({ count, value }) => count > 0 || value === now)
      .map(({ value, count }) => (
        <Choice key={value} on={now === value} count={count} onClick={() => put(now === value ? null : value)}>
          ≥ {show(value)}
        </Choice>
      ));
  const slow = limits(SLOW_S, counts.slow, filter.slow, shortDuration, (value) => set({ slow: value }));
  const costly = limits(COSTLY_USD, counts.costly, filter.costly, shortCost, (value) => set({ costly: value }));
  const wordy = limits(WORDY_TOKENS, counts.wordy, filter.wordy, shortCount, (value) => set({ wordy: value }));
  return (
    <div
      class="il-popover il-filters"
      ref={panel}
      role="dialog"
      aria-label="Filter"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        focusTree(event.currentTarget);
        close();
      }}
    >
      <Section title="State">
        {STATE_WORDS.map(
          (word, state) =>
            (counts.states[state]! > 0 || filter.states.has(state)) && (
              <Choice key={word} on={filter.states.has(state)} count={counts.states[state]!} onClick={() => set({ states: flip(filter.states, state) })}>
                <i class={`il-dot il-dot-${STATE_NAMES[state]}`} />
                {word}
              </Choice>
            ),
        )}
      </Section>
      <Section title="Kind" note="the eye leaves a kind out of the tree; what is below it moves up">
        {[...counts.kinds]
          .sort((a, b) => b[1] - a[1])
          .map(([kind, count]) => {
            const hidden = view.hiddenKinds.has(kind);
            return (
              <span class="il-choice-pair" key={kind}>
                <Choice on={filter.kinds.has(kind)} off={hidden} count={count} onClick={() => set({ kinds: flip(filter.kinds, kind) })}>
                  <Glyph kind={kind} />
                  {oneLine(kind, 30) || "(none)"}
                </Choice>
                <button
                  type="button"
                  class="il-eye"
                  aria-pressed={hidden}
                  aria-label={`${hidden ? "Show" : "Leave out"} ${kind}`}
                  title={hidden ? "Left out of the tree: show" : "Leave out of the tree"}
                  onClick={() => view.hideKinds(flip(view.hiddenKinds, kind))}
                >
                  <svg viewBox="0 0 16 16" class="il-icon" aria-hidden="true">
                    <path d={`M1.5 8S3.8 3.8 8 3.8 14.5 8 14.5 8 12.2 12.2 8 12.2 1.5 8 1.5 8z${hidden ? "M3 13 13 3" : "M8 6.5v3"}`} />
                  </svg>
                </button>
              </span>
            );
          })}
      </Section>
      <Named title="Actor" entries={counts.actors} chosen={filter.actors} onFlip={(name) => set({ actors: flip(filter.actors, name) })} />
      <Named title="Tag" entries={counts.tags} chosen={filter.tags} onFlip={(name) => set({ tags: flip(filter.tags, name) })} />
      {slow.length > 0 && <Section title="Slow">{slow}</Section>}
      {costly.length > 0 && <Section title="Costly">{costly}</Section>}
      {wordy.length > 0 && <Section title="Tokens">{wordy}</Section>}
      <footer>
        <span class="il-faint" role="status">
          {filterSize(filter) > 0 ? `${longCount(view.visible.matches)} of ${longCount(view.columns.order.live)} nodes` : "All nodes"}
        </span>
        <button
          type="button"
          class="il-button"
          disabled={filterSize(filter) + view.hiddenKinds.size === 0}
          onClick={() => {
            view.clearFilter();
            view.hideKinds(new Set());
          }}
        >
          Clear
        </button>
        <IconButton icon="close" label="Close (Esc)" onClick={close} />
      </footer>
    </div>
  );
}

function Section({ title, note, children }: { title: string; note?: string; children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h3 title={note}>{title}</h3>
      <div class="il-choices">{children}</div>
    </section>
  );
}

function Named(props: {
  title: string;
  entries: Map<string, { count: number; color: string | null }>;
  chosen: ReadonlySet<string>;
  onFlip(name: string): void;
}): JSX.Element | null {
  const [all, setAll] = useState(false);
  const sorted = [...props.entries].sort((a, b) => b[1].count - a[1].count);
  if (sorted.length === 0) return null;
  const shown = all ? sorted.slice(0, 500) : sorted.filter(([name], index) => index < SHOWN || props.chosen.has(name));
  return (
    <Section title={props.title}>
      {shown.map(([name, { count, color }]) => (
        <Choice key={name} on={props.chosen.has(name)} count={count} onClick={() => props.onFlip(name)}>
          <i class="il-dot" style={{ background: safeColor(color) }} />
          <bdi>{oneLine(name, 40)}</bdi>
        </Choice>
      ))}
      {sorted.length > shown.length && !all && (
        <button type="button" class="il-more" onClick={() => setAll(true)}>
          {longCount(sorted.length - shown.length)} more
        </button>
      )}
    </Section>
  );
}

function Choice(props: { on: boolean; off?: boolean; count: number; onClick(): void; children: ComponentChildren }): JSX.Element {
  return (
    <button type="button" class={props.off ? "il-choice il-off" : "il-choice"} aria-pressed={props.on} onClick={props.onClick}>
      {props.children}
      <span class="il-count">{shortCount(props.count)}</span>
    </button>
  );
}
