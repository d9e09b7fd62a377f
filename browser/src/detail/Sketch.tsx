/** A figure drawn without plotly. */
import type { ComponentChildren } from "preact";
import type { Datum, Drawing, Series } from "./figures";
import { inDigits, oneLine, visible } from "./words";

const WIDE = 640;
const TALL = 320;
const MARGIN = { left: 58, right: 14, top: 12, bottom: 44 };
const MAX_TICK = 14;

interface Scale {
  at(value: Datum): number;
  ticks: { place: number; text: string }[];
}

/** Round numbers between two others, about so many. */
export function niceTicks(least: number, most: number, about = 5): number[] {
  const span = most - least;
  if (!(span > 0) || !Number.isFinite(span)) return [least];
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let tick = Math.ceil(least / step) * step; tick <= most + step * 1e-9 && ticks.length < 50; tick += step) ticks.push(Number(tick.toPrecision(12)));
  return ticks;
}

const isDate = (value: Datum): value is string => typeof value === "string" && /^\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d|$)/.test(value);

function linear(values: number[], from: number, to: number, zero: boolean, text: (tick: number) => string): Scale {
  const finite = values.filter((one) => Math.abs(one) < 1e300); // the span of two must be a number, too
  let least = finite.reduce((a, b) => Math.min(a, b), zero ? 0 : Infinity);
  let most = finite.reduce((a, b) => Math.max(a, b), zero ? 0 : -Infinity);
  if (!(most > least)) [least, most] = [(Number.isFinite(least) ? least : 0) - 0.5, (Number.isFinite(most) ? most : 0) + 0.5];
  const room = (most - least) * 0.04;
  if (!zero || least < 0) least -= room;
  if (!zero || most > 0) most += room;
  const at = (value: Datum) => from + ((Number(value) - least) / (most - least)) * (to - from);
  return { at, ticks: niceTicks(least, most).map((tick) => ({ place: at(tick), text: text(tick) })) };
}

function scaleOf(values: Datum[], from: number, to: number, zero: boolean): Scale {
  const known = values.filter((one) => one !== null);
  if (known.length && known.every(isDate)) {
    const inner = linear(known.map((one) => Date.parse(one)), from, to, false, (tick) => new Date(tick).toISOString().slice(0, 10));
    return { ...inner, at: (value) => inner.at(Date.parse(String(value))) };
  }
  if (known.every((one) => typeof one === "number")) return linear(known as number[], from, to, zero, inDigits);
  const names = [...new Set(known.map(String))];
  const step = (to - from) / Math.max(names.length, 1);
  const places = new Map(names.map((name, place) => [name, from + (place + 0.5) * step]));
  const every = Math.ceil(names.length / 12);
  return {
    at: (value) => places.get(String(value)) ?? NaN,
    ticks: names.filter((_, place) => place % every === 0).map((name) => ({ place: places.get(name)!, text: name })),
  };
}

export function Sketch({ drawing }: { drawing: Drawing }) {
  const { heat, series, horizontal } = drawing;
  const hasBars = series.some((one) => one.kind === "bar");
  const [left, right, top, bottom] = [MARGIN.left, WIDE - MARGIN.right, MARGIN.top, TALL - MARGIN.bottom];
  const keys = heat ? heat.x.map(String) : spread(series.flatMap((one) => one.x), hasBars);
  const values: Datum[] = heat ? [...heat.y].reverse().map(String) : drawing.stacked && hasBars ? sums(series) : series.flatMap((one) => one.y);
  const along = scaleOf(keys, horizontal ? bottom : left, horizontal ? top : right, false);
  const up = scaleOf(values, horizontal ? left : bottom, horizontal ? right : top, hasBars);
  const [x, y] = horizontal ? [up, along] : [along, up];
  const named = series.filter((one) => one.name);
  const words = `${drawing.title || "Figure"}: ${heat ? "heat map" : series.map((one) => `${one.kind} ${one.name}`.trim()).join(", ")}`;
  return (
    <div class="il-d-sketch">
      {drawing.title && <div class="il-d-sketch-title">{visible(drawing.title)}</div>}
      <svg viewBox={`0 0 ${WIDE} ${TALL}`} role="img" aria-label={oneLine(words, 300)}>
        {y.ticks.map((tick) => (
          <g>
            <line class="il-d-rule" x1={left} x2={right} y1={tick.place} y2={tick.place} />
            <text class="il-d-tick" x={left - 6} y={tick.place + 3.5} text-anchor="end">
              {oneLine(tick.text, horizontal ? 8 : MAX_TICK)}
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <text class="il-d-tick" x={tick.place} y={bottom + 15} text-anchor="middle">
            {oneLine(tick.text, MAX_TICK)}
          </text>
        ))}
        <line class="il-d-axis" x1={left} x2={right} y1={bottom} y2={bottom} />
        {heat ? <Heat heat={heat} x={along} y={up} wide={right - left} tall={bottom - top} /> : <Marks drawing={drawing} along={along} up={up} slots={barSlots(series)} length={horizontal ? bottom - top : right - left} />}
        <text class="il-d-axis-title" x={(left + right) / 2} y={TALL - 6} text-anchor="middle">
          {visible(horizontal ? drawing.yTitle || drawing.xTitle : drawing.xTitle)}
        </text>
        <text class="il-d-axis-title" transform={`translate(12 ${(top + bottom) / 2}) rotate(-90)`} text-anchor="middle">
          {visible(horizontal ? "" : drawing.yTitle)}
        </text>
      </svg>
      {named.length > 0 && (
        <div class="il-d-sketch-legend">
          {named.map((one) => (
            <span>
              <span class="il-d-swatch" style={{ "--f": one.color }} /> {oneLine(one.name, 40)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

/** Bars need room at both ends of an axis of numbers. */
function spread(keys: Datum[], hasBars: boolean): Datum[] {
  if (!hasBars || !keys.every((one) => typeof one === "number")) return keys;
  const sorted = [...new Set(keys as number[])].sort((a, b) => a - b);
  const gap = sorted.slice(1).reduce((least, one, at) => Math.min(least, one - sorted[at]!), Infinity);
  const half = Number.isFinite(gap) ? gap / 2 : 0.5;
  return [...keys, sorted[0]! - half, sorted.at(-1)! + half];
}

function barSlots(series: readonly Series[]): number {
  return Math.max(1, ...series.filter((one) => one.kind === "bar").map((one) => one.x.length));
}

function sums(series: readonly Series[]): number[] {
  const totals = new Map<string, number>();
  for (const one of series) one.x.forEach((key, at) => totals.set(String(key), (totals.get(String(key)) ?? 0) + (one.y[at] || 0)));
  return [...totals.values(), 0];
}

interface MarksProps {
  drawing: Drawing;
  along: Scale;
  up: Scale;
  slots: number;
  length: number;
}

function Marks({ drawing, along, up, slots, length }: MarksProps) {
  const { horizontal, stacked, series } = drawing;
  const bars = series.filter((one) => one.kind === "bar");
  const wide = Math.max(1, Math.min(60, (length / (slots + 1)) * 0.8));
  const each = stacked ? wide : wide / Math.max(1, bars.length);
  const piled = new Map<string, number>();
  const drawn: ComponentChildren[] = [];
  for (const one of series) {
    const points = one.x.map((key, at) => ({ key, value: one.y[at]!, a: along.at(key), b: up.at(one.y[at]!) })).filter(({ a, b }) => Number.isFinite(a) && Number.isFinite(b));
    if (one.kind === "bar") {
      const shift = stacked ? -wide / 2 : -wide / 2 + bars.indexOf(one) * each;
      for (const { key, value, a } of points) {
        const base = stacked ? (piled.get(String(key)) ?? 0) : 0;
        piled.set(String(key), base + value);
        const [from, to] = [up.at(base), up.at(base + value)];
        const [low, size] = [Math.min(from, to), Math.abs(to - from)];
        drawn.push(
          <rect
            x={horizontal ? low : a + shift}
            y={horizontal ? a + shift : low}
            width={horizontal ? size : Math.max(0.5, each - 0.6)}
            height={horizontal ? Math.max(0.5, each - 0.6) : size}
            style={{ fill: one.color }}
          >
            <title>{`${oneLine(String(key), 60)}: ${inDigits(value)}`}</title>
          </rect>,
        );
      }
      continue;
    }
    if (one.kind !== "points") {
      const line = points.map(({ a, b }, at) => `${at ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join("");
      drawn.push(<path d={line} fill="none" stroke-width="2" stroke-linejoin="round" style={{ stroke: one.color }} />);
    }
    if (one.kind !== "line")
      for (const { key, value, a, b } of points)
        drawn.push(
          <circle cx={a} cy={b} r={points.length > 200 ? 1.8 : 3.2} style={{ fill: one.color }}>
            <title>{`${oneLine(String(key), 60)}: ${inDigits(value)}`}</title>
          </circle>,
        );
  }
  return <g>{drawn}</g>;
}

function Heat({ heat, x, y, wide, tall }: { heat: NonNullable<Drawing["heat"]>; x: Scale; y: Scale; wide: number; tall: number }) {
  const all = heat.z.flat().filter(Number.isFinite);
  const least = all.reduce((a, b) => Math.min(a, b), Infinity);
  const most = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const [w, h] = [wide / new Set(heat.x.map(String)).size, tall / new Set(heat.y.map(String)).size];
  return (
    <g class="il-d-heat">
      {heat.z.flatMap((row, r) =>
        row.map((value, c) => {
          const [a, b] = [x.at(String(heat.x[c])), y.at(String(heat.y[r]))];
          if (!Number.isFinite(value) || !Number.isFinite(a) || !Number.isFinite(b)) return null;
          return (
            <rect x={a - w / 2} y={b - h / 2} width={w} height={h} style={{ fillOpacity: String(most > least ? 0.05 + (0.95 * (value - least)) / (most - least) : 0.5) }}>
              <title>{inDigits(value)}</title>
            </rect>
          );
        }),
      )}
    </g>
  );
}
