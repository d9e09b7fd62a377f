// A call in words: for the tip under the pointer, for a screen reader, for the list.

import { type Columns, Flag, State, STATE_NAMES } from "../app/model";
import { shortCost, shortCount, shortDuration } from "../data/format";
import { oneLine } from "../data/text";
import { clock } from "./scale";
import type { Scene } from "./scene";

export interface Described {
  name: string;
  kind: string;
  actor: string;
  state: string;
  start: string;
  took: string;
  more: string[];
}

export function describe({ scene, columns, now }: { scene: Scene; columns: Columns; now: number }, bar: number): Described {
  const row = scene.row[bar]!;
  const end = scene.end[bar]!;
  const open = end === Infinity;
  const [tokensIn, tokensOut, cost] = [columns.tokensIn(row), columns.tokensOut(row), columns.cost(row)];
  const more: string[] = [];
  if (tokensIn || tokensOut) more.push(`${shortCount(tokensIn)} tokens in, ${shortCount(tokensOut)} out`);
  if (cost > 0) more.push(shortCost(cost));
  if (columns.flags(row) & Flag.replayed) more.push("replayed");
  if (columns.flags(row) & Flag.retried) more.push("retried");
  return {
    name: oneLine(columns.name(row), 200),
    kind: oneLine(columns.kind(row), 40),
    actor: oneLine(columns.actor(row)?.name ?? "", 60),
    state: columns.state(row) === State.finished ? "" : STATE_NAMES[columns.state(row)]!,
    start: clock(scene.start[bar]!, stepFor(scene.last)),
    took: open ? `${shortDuration(Math.max(0, now - scene.start[bar]!))} so far` : end > scene.start[bar]! ? shortDuration(end - scene.start[bar]!) : "an instant",
    more,
  };
}

export function inWords(described: Described): string {
  const { name, kind, actor, state, start, took, more } = described;
  return [name, kind, actor && `by ${actor}`, state, `began at ${start}`, `took ${took}`, ...more].filter(Boolean).join(", ");
}

/** What the calls of a scene come to. */
export function summary(scene: Scene, now: number): string[] {
  const whole = Math.max(scene.last, now);
  const { any, sum, most } = scene.load;
  const calls = scene.row.length;
  const parts = [`${calls.toLocaleString("en-US")} ${calls === 1 ? "call" : "calls"}`, shortDuration(whole) || "0 ms"];
  if (any > 0 && whole > 0) {
    parts.push(`${Math.round((100 * any) / whole)} % of it waiting for models`);
    if (most > 1) parts.push(`up to ${most.toLocaleString("en-US")} at once, ${(sum / any).toFixed(1)} on average`);
  }
  if (scene.open > 0) parts.push(`${scene.open.toLocaleString("en-US")} not ended`);
  return parts;
}

function stepFor(whole: number): number {
  return whole < 0.1 ? 1e-4 : whole < 1 ? 1e-3 : whole < 100 ? 0.01 : whole < 3600 ? 0.1 : 1;
}
