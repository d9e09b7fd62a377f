// Which turns of a conversation are shown, to whom, and where a text occurs in them.

import type { Talk, Turn } from "../app/model";

export interface Wanted {
  thoughts: boolean;
  events: boolean;
  observations: boolean;
  /** The actor through whose eyes the conversation is seen; null for all that happened. */
  viewer: number | null;
}

/** Whether an actor could know of a turn. */
export function sees(turn: Turn, viewer: number): boolean {
  if (turn.speaker === viewer) return true;
  if (turn.kind === "thought") return false;
  if (turn.to !== null) return turn.to.includes(viewer);
  return turn.kind !== "observe" && !turn.private;
}

/** Places of the turns that are shown, in order. */
export function shownTurns(turns: readonly Turn[], wanted: Wanted): number[] {
  const places: number[] = [];
  turns.forEach((turn, place) => {
    if (turn.kind === "thought" && !wanted.thoughts) return;
    if (turn.kind === "event" && !wanted.events) return;
    if (turn.kind === "observe" && !wanted.observations) return;
    if (wanted.viewer === null || sees(turn, wanted.viewer)) places.push(place);
  });
  return places;
}

/** The turn of a node: its own, else that of the nearest node above; -1 for none. */
export function turnOf(turns: readonly Turn[], row: number, parent: (row: number) => number): number {
  const places = new Map<number, number>();
  turns.forEach(({ call }, place) => {
    if (call !== null && !places.has(call)) places.set(call, place);
  });
  turns.forEach(({ row: at }, place) => {
    if (!places.has(at)) places.set(at, place);
  });
  for (let at = row; at >= 0; at = parent(at)) {
    const place = places.get(at);
    if (place !== undefined) return place;
  }
  return -1;
}

/** How many turns there are of each kind. */
export function countKinds(turns: readonly Turn[]): Record<Turn["kind"], number> {
  const counts = { say: 0, observe: 0, thought: 0, event: 0 };
  for (const turn of turns) if (turn.kind in counts) counts[turn.kind]++;
  return counts;
}

/** Speakers that say or think something, by their first words; others are only told things or make things happen. */
export function actorsOf({ turns }: Talk): number[] {
  return [...new Set(turns.filter((turn) => turn.kind !== "event").map((turn) => turn.speaker))].filter((one) => one >= 0);
}

/** The viewer stands on the right, and so does the second of two; among more there are no two sides. */
export function sides(actors: readonly number[], viewer: number | null): (speaker: number) => "left" | "right" {
  const right = viewer ?? (actors.length === 2 ? actors[1] : undefined);
  return (speaker) => (speaker === right ? "right" : "left");
}

/** Finds a text whatever its case; null when there is nothing to find. */
export function needle(text: string): RegExp | null {
  const wanted = text.trim();
  if (wanted === "") return null;
  return new RegExp(wanted.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu");
}

/** Of some turns, those a text occurs in; positions within `places`. */
export function findTurns(turns: readonly Turn[], places: readonly number[], wanted: RegExp | null): number[] {
  if (!wanted) return [];
  const found: number[] = [];
  places.forEach((place, position) => {
    wanted.lastIndex = 0;
    if (wanted.test(turns[place]!.text)) found.push(position);
  });
  return found;
}

/** A text in pieces, every second of which is an occurrence. */
export function around(text: string, wanted: RegExp | null, most = 500): string[] {
  if (!wanted) return [text];
  const pieces: string[] = [];
  let at = 0;
  wanted.lastIndex = 0; // where `matchAll` begins, left from another text
  for (const found of text.matchAll(wanted)) {
    if (pieces.length >= 2 * most) break;
    pieces.push(text.slice(at, found.index), found[0]);
    at = found.index + found[0].length;
  }
  pieces.push(text.slice(at));
  return pieces;
}
