// Two conversations beside each other: the same step in the same row, and within a step the same words.

import type { Talk, Turn } from "../app/model";
import { commonBlocks, Interner } from "./sequence";

/** Turns of the two conversations that stand beside each other; -1 where one has none. */
export interface Pair {
  step: number;
  a: number;
  b: number;
  same: boolean;
  /** It was before one run was forked from the other: only one recorded it, and both have it. */
  shared?: boolean;
}

/** A row that is shown: a pair, or a stretch of equal pairs folded into one line. */
export type Row = { kind: "pair"; pair: number } | { kind: "fold"; from: number; to: number };

/** The last step that both runs have in common because one was forked from the other after it; else -1. */
export function sharedUntil(a: Talk, b: Talk): number {
  if (b.origin && b.origin.run === a.uid) return b.origin.step;
  if (a.origin && a.origin.run === b.uid) return a.origin.step;
  return -1;
}

/** Aligns two conversations by step; turns that have none belong to the step before them. */
export function alignTalks(a: Talk, b: Talk): Pair[] {
  const [stepsA, stepsB] = [bySteps(a.turns), bySteps(b.turns)];
  const numbers = [...new Set([...stepsA.keys(), ...stepsB.keys()])].sort((one, other) => one - other);
  const whole = new Interner();
  const [wholeA, wholeB] = [whole.all(a.turns.map((turn) => signature(turn, a, true))), whole.all(b.turns.map((turn) => signature(turn, b, true)))];
  const who = new Interner();
  const [whoA, whoB] = [who.all(a.turns.map((turn) => signature(turn, a, false))), who.all(b.turns.map((turn) => signature(turn, b, false)))];
  const pairs: Pair[] = [];
  const shared = sharedUntil(a, b);
  for (const step of numbers) {
    const [turnsA, turnsB] = [stepsA.get(step) ?? [], stepsB.get(step) ?? []];
    if (step > 0 && step <= shared && (turnsA.length === 0 || turnsB.length === 0)) {
      for (const turn of turnsA) pairs.push({ step, a: turn, b: -1, same: true, shared: true });
      for (const turn of turnsB) pairs.push({ step, a: -1, b: turn, same: true, shared: true });
      continue;
    }
    inGaps(turnsA, turnsB, wholeA, wholeB, (one, other) => pairs.push({ step, a: one, b: other, same: true }), (restA, restB) =>
      inGaps(restA, restB, whoA, whoB, (one, other) => pairs.push({ step, a: one, b: other, same: false }), (leftA, leftB) => {
        for (const [one, other] of besideByKind(leftA, leftB, a.turns, b.turns)) pairs.push({ step, a: one, b: other, same: false });
      }),
    );
  }
  return pairs;
}

/** Places of the pairs that differ. */
export function differences(pairs: readonly Pair[]): number[] {
  return pairs.flatMap((pair, place) => (pair.same ? [] : [place]));
}

/**
 * The rows that are shown: equal pairs are folded, but for those next to a difference.
 *
 * @param open Folds, by their first pair, that were opened.
 * @param context Equal pairs that stay on either side of a difference.
 */
export function foldedRows(pairs: readonly Pair[], open: ReadonlySet<number>, context = 1): Row[] {
  const rows: Row[] = [];
  let at = 0;
  while (at < pairs.length) {
    let end = at;
    while (end < pairs.length && pairs[end]!.same) end++;
    const from = at === 0 ? 0 : Math.min(end, at + context);
    const to = end === pairs.length ? end : Math.max(from, end - context);
    const folds = to - from > 1 && !open.has(from);
    for (let pair = at; pair < end; pair++) {
      if (folds && pair >= from && pair < to) {
        rows.push({ kind: "fold", from, to });
        pair = to - 1;
      } else rows.push({ kind: "pair", pair });
    }
    for (at = end; at < pairs.length && !pairs[at]!.same; at++) rows.push({ kind: "pair", pair: at });
  }
  return rows;
}

function bySteps(turns: readonly Turn[]): Map<number, number[]> {
  const steps = new Map<number, number[]>();
  let step = 0;
  turns.forEach((turn, place) => {
    if (turn.step !== null && Number.isFinite(turn.step)) step = turn.step;
    const there = steps.get(step);
    if (there) there.push(place);
    else steps.set(step, [place]);
  });
  return steps;
}

function signature(turn: Turn, { speakers }: Talk, words: boolean): string {
  const name = (speaker: number): string => speakers[speaker]?.name ?? "";
  const who = [turn.kind, name(turn.speaker)];
  return JSON.stringify(words ? [...who, turn.private, turn.to?.map(name) ?? null, turn.text] : who);
}

/** Calls `same` for tokens both have, and `gap` for what lies between, in order. */
function inGaps(
  a: readonly number[],
  b: readonly number[],
  tokensA: Int32Array,
  tokensB: Int32Array,
  same: (one: number, other: number) => void,
  gap: (restA: readonly number[], restB: readonly number[]) => void,
): void {
  let [atA, atB] = [0, 0];
  const blocks = commonBlocks(Int32Array.from(a, (turn) => tokensA[turn]!), Int32Array.from(b, (turn) => tokensB[turn]!));
  for (const block of [...blocks, { a: a.length, b: b.length, length: 0 }]) {
    if (atA < block.a || atB < block.b) gap(a.slice(atA, block.a), b.slice(atB, block.b));
    for (let step = 0; step < block.length; step++) same(a[block.a + step]!, b[block.b + step]!);
    [atA, atB] = [block.a + block.length, block.b + block.length];
  }
}

/** What is left stands beside what is of its kind: another's words beside these words. */
function besideByKind(a: readonly number[], b: readonly number[], turnsA: readonly Turn[], turnsB: readonly Turn[]): [number, number][] {
  const rows: [number, number][] = [];
  let [atA, atB] = [0, 0];
  while (atA < a.length || atB < b.length) {
    const [kindA, kindB] = [turnsA[a[atA] ?? -1]?.kind, turnsB[b[atB] ?? -1]?.kind];
    if (kindA !== undefined && kindA === kindB) rows.push([a[atA++]!, b[atB++]!]);
    else if (kindB === undefined || (kindA !== undefined && kindA !== "say")) rows.push([a[atA++]!, -1]);
    else rows.push([-1, b[atB++]!]);
  }
  return rows;
}
