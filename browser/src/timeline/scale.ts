// The window of time that is shown, and the marks on its axis.

export interface Window {
  from: number;
  to: number;
}

/** The shortest stretch one may zoom into, seconds. */
export const SHORTEST = 1e-5;

/** Zooms by a factor (below 1: closer) around a time, staying within what there is. */
export function zoomed({ from, to }: Window, factor: number, around: number, all: Window): Window {
  const whole = all.to - all.from;
  const span = Math.min(Math.max((to - from) * factor, Math.min(SHORTEST, whole)), whole);
  const share = to > from ? (around - from) / (to - from) : 0.5;
  return kept({ from: around - share * span, to: around - share * span + span }, all);
}

/** Moves by some seconds, staying within what there is. */
export function panned({ from, to }: Window, seconds: number, all: Window): Window {
  return kept({ from: from + seconds, to: to + seconds }, all);
}

/** A window that shows a stretch with some room around it. */
export function around(from: number, to: number, all: Window): Window {
  const span = Math.max(to - from, SHORTEST) * 1.25;
  const middle = (from + to) / 2;
  return kept({ from: middle - span / 2, to: middle + span / 2 }, all);
}

function kept({ from, to }: Window, all: Window): Window {
  const span = Math.min(to - from, all.to - all.from);
  const begin = Math.min(Math.max(from, all.from), all.to - span);
  return { from: begin, to: begin + span };
}

const STEPS = [1, 2, 5];
const CLOCK = [10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400];

/** Marks for an axis: a round step that leaves at least so many pixels from mark to mark. */
export function ticks(window: Window, pixels: number, apart: number): { step: number; times: number[] } {
  const least = ((window.to - window.from) / Math.max(pixels, 1)) * apart;
  const step = roundStep(least);
  const times: number[] = [];
  if (!(step > 0) || !Number.isFinite(step)) return { step: 1, times };
  for (let mark = Math.ceil(window.from / step - 1e-9); mark * step <= window.to; mark++) times.push(mark * step);
  return { step, times };
}

function roundStep(least: number): number {
  if (least > 5) return CLOCK.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;
  const power = 10 ** Math.floor(Math.log10(least));
  return (STEPS.find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** A time since the beginning, as exact as the step between marks needs. */
export function clock(seconds: number, step: number): string {
  if (seconds < 0) return `−${clock(-seconds, step)}`;
  if (step < 1e-3 && seconds < 0.01) return `${round(seconds * 1e6, step * 1e6)} µs`;
  if (step < 1 && seconds < 1) return `${round(seconds * 1e3, step * 1e3)} ms`;
  if (seconds < 60 || step < 1) return seconds < 60 ? `${round(seconds, step)} s` : minutes(seconds, step);
  return minutes(seconds, step);
}

function minutes(seconds: number, step: number): string {
  const exact = round(seconds, step);
  const whole = Math.floor(Number(exact) + 1e-9);
  const fraction = exact.includes(".") ? exact.slice(exact.indexOf(".")) : "";
  const [hours, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const tail = `${String(whole % 60).padStart(2, "0")}${fraction}`;
  return hours ? `${hours}:${String(rest).padStart(2, "0")}:${tail}` : `${rest}:${tail}`;
}

function round(value: number, step: number): string {
  const digits = Math.min(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), 9);
  return value.toFixed(digits);
}
