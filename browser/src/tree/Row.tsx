// One line of the tree.

import type { JSX } from "preact";
import { safeColor } from "../data/color";
import type { Columns } from "../data/columns";
import { longCount, shortCost, shortCount, shortDuration } from "../data/format";
import { Flag, State, STATE_NAMES } from "../data/protocol";
import { oneLine } from "../data/text";
import { Glyph } from "../parts/Glyph";
import type { Visible } from "./visible";

const STEP_PX = 14;
const FULL_LEVELS = 14;
const MAX_INDENT_PX = 320;
const SHOWN_TAGS = 4;

export interface RowProps {
  columns: Columns;
  visible: Visible;
  row: number;
  id: string;
  selected: boolean;
  pinned: boolean;
  /** Seconds since 1970, for how long an open node has been running; null where nothing runs any more. */
  now: number | null;
  searching: boolean;
  needle: string;
  shown: Shown;
  sticky?: boolean;
}

/** What there is room for. */
export interface Shown {
  actor: boolean;
  tokens: boolean;
  cost: boolean;
  time: boolean;
  tags: boolean;
}

export function roomFor(width: number, columns: Columns): Shown {
  return {
    actor: width > 540 && columns.actors.length > 1,
    cost: width > 440 && columns.hasCosts,
    tokens: width > 370 && columns.hasTokens,
    tags: width > 370,
    time: width > 270,
  };
}

/** How far a level stands from the margin: deep ones move by little, so that names keep their place. */
export function indentPx(level: number): number {
  return Math.min(level, FULL_LEVELS) * STEP_PX + Math.min(Math.max(0, level - FULL_LEVELS) * 3, MAX_INDENT_PX - FULL_LEVELS * STEP_PX);
}

export function Row({ columns, visible, row, id, selected, pinned, now, searching, needle, shown, sticky }: RowProps): JSX.Element {
  const state = columns.state(row);
  const kind = columns.kind(row);
  const actor = columns.actor(row);
  const tags = columns.tags(row);
  const level = visible.level(row);
  const below = visible.hasBelow(row);
  const open = below && visible.isOpen(row);
  const match = searching && visible.isMatch(row);
  const name = oneLine(columns.name(row), 200) || "(no name)";
  const flags = columns.flags(row);
  const classes = ["il-row"];
  if (selected) classes.push("il-selected");
  if (pinned) classes.push("il-pinned");
  if (match) classes.push("il-match");
  if (visible.isPassage(row)) classes.push("il-passage");
  return (
    <div
      class={classes.join(" ")}
      id={sticky ? undefined : id}
      data-row={row}
      data-state={STATE_NAMES[state]}
      role={sticky ? "presentation" : "treeitem"}
      aria-hidden={sticky ? "true" : undefined}
      aria-level={sticky ? undefined : level + 1}
      aria-expanded={sticky || !below ? undefined : open ? "true" : "false"}
      aria-selected={sticky ? undefined : selected ? "true" : "false"}
      style={actor ? `--c:${safeColor(actor.color)}` : undefined}
    >
      <span class="il-indent" style={`width:${indentPx(level)}px`} />
      <span class={below ? (open ? "il-twist il-open" : "il-twist") : "il-no-twist"} aria-hidden="true" />
      <Glyph kind={kind} />
      <span class="il-label">
        <bdi class={actor ? "il-name il-colored" : "il-name"} title={name.length > 40 ? name : undefined}>
          {match && needle !== "" ? <Marked text={name} needle={needle} /> : name}
        </bdi>
        {StateMark(state, now)}
        {(flags & Flag.replayed) !== 0 && (
          <span class="il-flag" title="Replayed from a record">
            ↺
          </span>
        )}
        {(flags & Flag.retried) !== 0 && (
          <span class="il-flag il-flag-warn" title="Tried again after a failure">
            ⟳
          </span>
        )}
        {shown.tags && tags.slice(0, SHOWN_TAGS).map((tag) => (
          <bdi key={tag.name} class="il-tag" style={`--f:${safeColor(tag.color)}`} title={oneLine(tag.name)}>
            {oneLine(tag.name, 40)}
          </bdi>
        ))}
        {shown.tags && tags.length > SHOWN_TAGS && <span class="il-flag">+{tags.length - SHOWN_TAGS}</span>}
        {below && !open && <span class="il-below">{shortCount(columns.size(row) - 1)}</span>}
      </span>
      {shown.actor && <span class="il-cell il-cell-actor">{actor && <bdi title={oneLine(actor.name)}>{oneLine(actor.name, 60)}</bdi>}</span>}
      {Figures(columns, row, now, shown)}
    </div>
  );
}

function Figures(columns: Columns, row: number, now: number | null, shown: Shown): JSX.Element {
  const own = columns.tokensIn(row) + columns.tokensOut(row);
  const tokens = columns.tokensBelow(row);
  const cost = columns.costBelow(row);
  const ownCost = columns.cost(row);
  const open = columns.state(row) === State.open;
  const seconds = open && now !== null ? Math.max(0, now - columns.start(row)) : columns.duration(row);
  return (
    <>
      {shown.tokens && (
        <span
          class={`il-cell il-cell-tokens${own === 0 ? " il-sum" : ""}`}
          title={
            tokens === 0
              ? undefined
              : own > 0
                ? `${longCount(columns.tokensIn(row))} tokens in, ${longCount(columns.tokensOut(row))} out`
                : `${longCount(tokens)} tokens below`
          }
        >
          {tokens > 0 && shortCount(tokens)}
        </span>
      )}
      {shown.cost && (
        <span class={`il-cell il-cell-cost${ownCost > 0 ? "" : " il-sum"}`} title={cost > 0 ? `$${cost.toFixed(6)}${ownCost > 0 ? "" : " below"}` : undefined}>
          {cost > 0 && shortCost(cost)}
        </span>
      )}
      {shown.time && (
        <span class={open && now !== null ? "il-cell il-cell-time il-running" : "il-cell il-cell-time"}>
          {open && now === null ? "–" : seconds === 0 ? "" : shortDuration(open ? Math.floor(seconds * 10) / 10 : seconds)}
        </span>
      )}
    </>
  );
}

function StateMark(state: number, now: number | null): JSX.Element | null {
  switch (state) {
    case State.open:
      return <span class={now === null ? "il-state il-state-open" : "il-state il-state-open il-moving"} title={now === null ? "Still open when this was written" : "Running"} />;
    case State.error:
      return (
        <span class="il-state il-state-error" title="Ended with an error">
          error
        </span>
      );
    case State.interrupted:
      return (
        <span class="il-state il-state-interrupted" title="Never closed: its process ended">
          interrupted
        </span>
      );
    default:
      return null;
  }
}

/** A text with what is looked for marked in it. */
function Marked({ text, needle }: { text: string; needle: string }): JSX.Element {
  const at = text.toLowerCase().indexOf(needle.toLowerCase());
  if (at < 0) return <>{text}</>;
  const end = at + needle.length;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, end)}</mark>
      {text.slice(end)}
    </>
  );
}
