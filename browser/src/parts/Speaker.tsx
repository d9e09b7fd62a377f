// Who says something: name, colour and initial.

import type { JSX } from "preact";
import { safeColor, type Talk } from "../app/model";
import { oneLine } from "../data/text";
import { nameColor } from "./colors";

export function speakerName(talk: Talk, speaker: number): string {
  return oneLine(talk.speakers[speaker]?.name ?? "", 60);
}

export function speakerColor(talk: Talk, speaker: number): string {
  const named = talk.speakers[speaker];
  return named ? safeColor(named.color, nameColor(named.name)) : "var(--il-muted)";
}

export function Avatar({ name }: { name: string }): JSX.Element {
  return (
    <span class="il-avatar" aria-hidden="true">
      {Array.from(name)[0]?.toUpperCase() ?? "?"}
    </span>
  );
}
