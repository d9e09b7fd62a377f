// Draws a timeline on a canvas.

import { type Columns, State } from "../app/model";
import { oneLine } from "../data/text";
import { shortDuration } from "../data/format";
import { actorColor, kindColor, type Palette } from "./colors";
import { type Span, spanAt, spansOf } from "./detail_levels";
import { sampled } from "./load";
import { clock, ticks, type Window } from "./scale";
import type { Group, Scene } from "./scene";

export const LANE = 21;
export const AXIS = 24;
export const STRIP = 22;
const BAR = 17;
/** Bars from this width on have their name in them. */
const NAMED = 34;
/** Narrower bars are plain boxes: there may be thousands of them. */
const ROUND = 7;

export interface View {
  scene: Scene;
  columns: Columns;
  window: Window;
  /** Pixels above the first lane that are scrolled away. */
  scroll: number;
  width: number;
  height: number;
  now: number;
  colorBy: "kind" | "actor";
  strips: boolean;
  /** Bars; -1 for none. */
  selected: number;
  focused: number;
  hovered: number;
  live: boolean;
}

/** The top of a lane in pixels below the axis. */
export function laneTop({ groups }: Scene, lane: number, strips: boolean): number {
  return lane * LANE + (strips ? (groupOf(groups, lane) + 1) * STRIP : 4);
}

export function wholeHeight({ groups, lanes }: Scene, strips: boolean): number {
  return lanes * LANE + (strips ? groups.length * STRIP : 4) + 6;
}

/** What is drawn at a place of the canvas. */
export function hitAt(view: View, x: number, y: number): Span | null {
  const { scene, strips, window, width, now } = view;
  const inside = y - AXIS + view.scroll;
  if (y < AXIS) return null;
  const lane = laneAt(scene, inside, strips);
  if (lane < 0) return null;
  return spanAt(scene.index, lane, x, window.from, window.to, width, now);
}

function groupOf(groups: readonly Group[], lane: number): number {
  let [low, high] = [0, groups.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (groups[middle]!.firstLane <= lane) low = middle;
    else high = middle - 1;
  }
  return low;
}

function laneAt(scene: Scene, inside: number, strips: boolean): number {
  let [low, high] = [0, scene.lanes - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (laneTop(scene, middle, strips) <= inside) low = middle;
    else high = middle - 1;
  }
  const off = inside - laneTop(scene, low, strips);
  return scene.lanes > 0 && off >= 0 && off < LANE ? low : -1;
}

/** Draws what is in view. */
export class Painter {
  private readonly hatches = new Map<string, CanvasPattern | null>();
  /** Of kinds (from 0) and actors (below 0), for one picture. */
  private readonly colors = new Map<number, string>();
  private letter = 6;

  constructor(private readonly context: CanvasRenderingContext2D) {}

  paint(view: View, palette: Palette, ratio: number): void {
    const { context } = this;
    const { scene, width, height, scroll } = view;
    this.colors.clear();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `11px ${palette.font}`;
    context.textBaseline = "middle";
    this.letter = context.measureText("abcdefghij 0123").width / 15;
    this.grid(view, palette);
    const first = Math.max(0, laneAtOrBefore(scene, scroll - LANE, view.strips));
    for (let lane = first; lane < scene.lanes; lane++) {
      const top = laneTop(scene, lane, view.strips) - scroll + AXIS;
      if (top > height) break;
      this.lane(view, palette, lane, top);
    }
    if (view.strips) this.strips(view, palette);
    for (const [bar, dashed] of [[view.selected, false], [view.focused, true]] as const) if (bar >= 0) this.ring(view, palette, bar, dashed);
    if (view.live) this.line((view.now - view.window.from) * (width / (view.window.to - view.window.from)), height, palette.accent);
    this.axis(view, palette);
  }

  private lane(view: View, palette: Palette, lane: number, top: number): void {
    const { scene, window, width, now } = view;
    const { context } = this;
    for (const span of spansOf(scene.index, lane, window.from, window.to, width, now)) {
      const color = this.colorOf(view, palette, span.bar);
      const left = Math.max(span.x, -4);
      const wide = Math.min(span.x + span.width, width + 4) - left;
      context.fillStyle = color;
      if (span.count > 1 || wide < ROUND) {
        context.globalAlpha = span.count > 1 ? 0.25 + 0.45 * span.cover : wide < 3 ? 0.75 : 0.55;
        context.fillRect(left, top + 1, Math.max(wide - (wide < 3 ? 0 : 0.5), 1), BAR);
        continue;
      }
      const gap = 1;
      context.globalAlpha = 1;
      const hovered = span.bar === view.hovered;
      this.box(left, top + 1, wide - gap, BAR);
      context.fillStyle = palette.bg; // hides the lines of the grid
      context.fill();
      context.fillStyle = color;
      context.globalAlpha = (palette.dark ? 0.34 : 0.24) + (hovered ? 0.16 : 0);
      context.fill();
      if (scene.waits[span.bar]) {
        const hatch = this.hatch(color);
        if (hatch) {
          context.fillStyle = hatch;
          context.globalAlpha = 0.4;
          context.fill();
          context.fillStyle = color;
        }
      }
      context.globalAlpha = 0.95;
      context.fillRect(left, top + 1, Math.min(3, wide / 3), BAR);
      context.globalAlpha = 1;
      if (scene.end[span.bar] === Infinity) this.growing(left + wide, top, color);
      if (wide >= NAMED) this.name(view, palette, span.bar, Math.max(left, 0), Math.min(left + wide, width), top);
    }
    context.globalAlpha = 1;
  }

  private colorOf({ scene, columns, colorBy }: View, palette: Palette, bar: number): string {
    const row = scene.row[bar]!;
    if (columns.state(row) === State.error) return palette.error;
    let above = bar;
    if (colorBy === "actor") while (above >= 0 && columns.raw.actor[scene.row[above]!] === 0) above = scene.above[above]!;
    const key = colorBy === "kind" ? columns.raw.kind[row]! : above < 0 ? -1 : -1 - columns.raw.actor[scene.row[above]!]!;
    let color = this.colors.get(key);
    if (color === undefined) {
      color = key >= 0 ? kindColor(columns.kind(row), palette.dark) : actorColor(columns, -1 - key, palette);
      this.colors.set(key, color);
    }
    return color;
  }

  private name({ scene, columns }: View, palette: Palette, bar: number, left: number, right: number, top: number): void {
    const { context } = this;
    const row = scene.row[bar]!;
    const room = right - left - 12;
    const letters = Math.floor(room / this.letter);
    if (letters < 3) return;
    const name = oneLine(columns.name(row), Math.min(letters - 1, 120));
    context.save();
    context.beginPath();
    context.rect(left, top, right - left - 3, LANE);
    context.clip();
    context.fillStyle = palette.fg;
    context.fillText(name, left + 7, top + 10);
    const took = shortDuration(scene.end[bar] === Infinity ? Number.NaN : columns.duration(row));
    if (took && letters > name.length + took.length + 2) {
      context.fillStyle = palette.muted;
      context.fillText(took, left + 7 + (context.measureText(name).width + 7), top + 10);
    }
    context.restore();
  }

  private ring(view: View, palette: Palette, bar: number, dashed: boolean): void {
    const { context } = this;
    const { scene, window, width, now } = view;
    const scale = width / (window.to - window.from);
    const x = Math.max(-6, (scene.start[bar]! - window.from) * scale);
    const right = Math.min(width + 6, (Math.min(scene.end[bar]!, now) - window.from) * scale);
    const top = laneTop(scene, scene.lane[bar]!, view.strips) - view.scroll + AXIS;
    if (right < -4 || x > width + 4 || top < 0 || top > view.height) return;
    context.strokeStyle = dashed ? palette.fg : palette.accent;
    context.lineWidth = dashed ? 1.5 : 2;
    context.setLineDash(dashed ? [3, 2] : []);
    this.box(x - 1, top, Math.max(right - x, 4) + 1, BAR + 2);
    context.stroke();
    context.setLineDash([]);
  }

  private growing(right: number, top: number, color: string): void {
    const { context } = this;
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(right - 1, top + 1);
    context.lineTo(right + 4, top + 1 + BAR / 2);
    context.lineTo(right - 1, top + 1 + BAR);
    context.fill();
  }

  private grid({ window, width, height }: View, palette: Palette): void {
    const { context } = this;
    context.fillStyle = palette.line;
    const scale = width / (window.to - window.from);
    for (const time of ticks(window, width, 90).times) context.fillRect(Math.round((time - window.from) * scale), AXIS, 1, height);
  }

  private axis({ window, width }: View, palette: Palette): void {
    const { context } = this;
    context.fillStyle = palette.bg;
    context.fillRect(0, 0, width, AXIS);
    context.fillStyle = palette.line;
    context.fillRect(0, AXIS - 1, width, 1);
    const scale = width / (window.to - window.from);
    const { step, times } = ticks(window, width, 90);
    for (const time of times) {
      const x = Math.round((time - window.from) * scale);
      context.fillStyle = palette.line;
      context.fillRect(x, AXIS - 7, 1, 6);
      context.fillStyle = palette.muted;
      const label = clock(time, step);
      if (x + 6 + label.length * this.letter < width) context.fillText(label, x + 4, AXIS / 2);
    }
  }

  private strips({ scene, columns, scroll, width, height }: View, palette: Palette): void {
    const { context } = this;
    for (const { actor, firstLane, bars } of scene.groups) {
      const top = laneTop(scene, firstLane, true) - STRIP - scroll + AXIS;
      if (top > height || top < -STRIP) continue;
      context.fillStyle = palette.panel;
      context.fillRect(0, top + 2, width, STRIP - 4);
      const color = actorColor(columns, actor, palette);
      context.fillStyle = color;
      context.fillRect(0, top + 2, 3, STRIP - 4);
      context.font = `600 11px ${palette.font}`;
      context.fillStyle = palette.fg;
      const name = actor === 0 ? "no actor" : oneLine(columns.actors[actor]?.name ?? "", 60);
      context.fillText(name, 9, top + STRIP / 2);
      const room = context.measureText(name).width;
      context.font = `11px ${palette.font}`;
      context.fillStyle = palette.muted;
      context.fillText(`${bars.toLocaleString("en-US")} ${bars === 1 ? "call" : "calls"}`, 17 + room, top + STRIP / 2);
    }
  }

  private line(x: number, height: number, color: string): void {
    const { context } = this;
    context.fillStyle = color;
    context.globalAlpha = 0.5;
    context.fillRect(Math.round(x), AXIS, 1, height);
    context.globalAlpha = 1;
  }

  private box(x: number, y: number, width: number, height: number): void {
    this.context.beginPath();
    this.context.roundRect(x, y, Math.max(width, 0.5), height, Math.min(3, width / 3));
  }

  /** Slanting lines in a colour: what is drawn so is waiting. */
  private hatch(color: string): CanvasPattern | null {
    let pattern = this.hatches.get(color);
    if (pattern === undefined) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 12;
      const pen = tile.getContext("2d");
      if (pen) {
        pen.scale(2, 2);
        pen.strokeStyle = color;
        pen.lineWidth = 1.1;
        for (const at of [-6, 0, 6]) {
          pen.beginPath();
          pen.moveTo(at - 1, 7);
          pen.lineTo(at + 7, -1);
          pen.stroke();
        }
      }
      pattern = this.context.createPattern(tile, "repeat");
      pattern?.setTransform(new DOMMatrix().scale(0.5));
      this.hatches.set(color, pattern);
    }
    return pattern;
  }
}

function laneAtOrBefore(scene: Scene, inside: number, strips: boolean): number {
  const guess = Math.floor(inside / (strips ? LANE + STRIP : LANE)) - 1;
  let lane = Math.min(Math.max(0, guess), Math.max(0, scene.lanes - 1));
  while (lane + 1 < scene.lanes && laneTop(scene, lane + 1, strips) < inside) lane++;
  return lane;
}

/** The whole stretch in small: how many calls waited beside each other, and which part is in view. */
export class Overview {
  private means: Float64Array = new Float64Array(0);
  private of: { load: unknown; whole: number } = { load: null, whole: 0 };

  constructor(private readonly context: CanvasRenderingContext2D) {}

  paint({ scene, window, width, now }: View, height: number, palette: Palette, ratio: number): void {
    const { context } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const whole = Math.max(scene.last, now);
    const parts = Math.max(1, Math.floor(width / 2));
    if (this.of.load !== scene.load || this.of.whole !== whole || this.means.length !== parts) {
      this.means = sampled(scene.load, 0, whole, parts);
      this.of = { load: scene.load, whole };
    }
    const most = Math.max(1, ...this.means);
    context.fillStyle = palette.accent;
    context.globalAlpha = 0.45;
    this.means.forEach((mean, part) => {
      const high = (mean / most) * (height - 6);
      if (high > 0) context.fillRect((part / parts) * width, height - high, width / parts, high);
    });
    context.globalAlpha = 1;
    const [left, right] = [(window.from / whole) * width, (window.to / whole) * width];
    if (right - left >= width - 0.5) return;
    context.fillStyle = palette.bg;
    context.globalAlpha = 0.72;
    context.fillRect(0, 0, left, height);
    context.fillRect(right, 0, width - right, height);
    context.globalAlpha = 1;
    context.strokeStyle = palette.accent;
    context.lineWidth = 1.5;
    context.strokeRect(left + 0.5, 0.75, Math.max(right - left, 2) - 1, height - 1.5);
  }
}
