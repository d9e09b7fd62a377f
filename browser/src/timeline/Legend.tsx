// What the colours of the bars mean.

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Columns, safeColor } from "../app/model";
import { oneLine } from "../data/text";
import { nameColor } from "../parts/colors";
import { kindColor } from "./colors";
import type { Scene } from "./scene";

const MOST = 8;

export function Legend({ scene, columns, colorBy }: { scene: Scene; columns: Columns; colorBy: "kind" | "actor" }): JSX.Element {
  const entries = useMemo(() => {
    const seen = new Set<number>();
    for (const row of scene.row) seen.add(colorBy === "kind" ? columns.raw.kind[row]! : columns.raw.actor[row]!);
    return [...seen].sort((one, other) => one - other);
  }, [scene, columns, colorBy]);
  const rest = entries.length - MOST;
  const waits = useMemo(() => scene.waits.includes(1), [scene]);
  return (
    <span class="il-timeline-legend">
      {entries.slice(0, MOST).map((one) => (
        <Entry key={one} {...(colorBy === "kind" ? kindEntry(columns.kinds[one] ?? "") : actorEntry(columns, one))} />
      ))}
      {rest > 0 && <span>and {rest} more</span>}
      {waits && (
        <span>
          <i class="il-timeline-hatch" /> waiting for an answer
        </span>
      )}
    </span>
  );
}

function Entry({ name, light, dark }: { name: string; light: string; dark: string }): JSX.Element {
  return (
    <span>
      <i style={{ "--light": light, "--dark": dark }} />
      <bdi>{name}</bdi>
    </span>
  );
}

function kindEntry(kind: string): { name: string; light: string; dark: string } {
  return { name: oneLine(kind, 30), light: kindColor(kind, false), dark: kindColor(kind, true) };
}

function actorEntry(columns: Columns, actor: number): { name: string; light: string; dark: string } {
  const named = actor === 0 ? undefined : columns.actors[actor];
  const color = named ? safeColor(named.color, nameColor(named.name)) : "var(--il-muted)";
  return { name: named ? oneLine(named.name, 30) : "no actor", light: color, dark: color };
}
