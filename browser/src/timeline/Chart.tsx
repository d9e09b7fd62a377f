// The timeline as bars on a canvas, moved and zoomed with wheel, pointer and keyboard.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../app/model";
import { type Palette, paletteAt } from "./colors";
import { describe, inWords } from "./describe";
import type { Span } from "./detail_levels";
import { Legend } from "./Legend";
import { AXIS, hitAt, LANE, laneTop, Overview, Painter, type View, wholeHeight } from "./paint";
import { around, panned, SHORTEST, type Window, zoomed } from "./scale";
import { barOf, type Scene } from "./scene";
import { Tip } from "./Tip";
import { useDrag } from "./use_drag";
import { walked, type Way } from "./walk";

const OVERVIEW_HEIGHT = 40;
const ZOOM = 1.6;

interface Props {
  api: Api;
  scene: Scene;
  now: () => number;
  live: boolean;
  colorBy: "kind" | "actor";
  strips: boolean;
  selected: number;
}

export function Chart({ api, scene, now, live, colorBy, strips, selected }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const overview = useRef<HTMLCanvasElement>(null);
  const painter = useRef<{ chart: Painter; overview: Overview } | null>(null);
  const palette = useRef<Palette | null>(null);
  const size = useRef({ width: 600, height: 300 });
  const frame = useRef(0);
  // The window in view; null while it is the whole, which grows.
  const shown = useRef<Window | null>(null);
  const [focused, setFocused] = useState(-1); // a row: bars are numbered anew by every layout
  const [tip, setTip] = useState<{ span: Span; x: number; y: number } | null>(null);
  const hovered = useRef(-1);
  const came = useRef(-1);

  const all = (): Window => ({ from: 0, to: Math.max(now(), scene.last, SHORTEST) });
  const windowNow = (): Window => shown.current ?? all();
  const view = (): View => ({
    scene, columns: api.columns, window: windowNow(), scroll: scroller.current?.scrollTop ?? 0, ...size.current, now: now(), colorBy, strips,
    selected: barOf(scene, selected), focused: focused >= 0 ? barOf(scene, focused) : -1, hovered: hovered.current, live,
  });

  const paint = (): void => {
    frame.current = 0;
    const [one, other] = [canvas.current, overview.current];
    if (!one || !other || !box.current) return;
    palette.current ??= paletteAt(box.current);
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 3);
    const { width, height } = size.current;
    fit(one, width, height, ratio);
    fit(other, width, OVERVIEW_HEIGHT, ratio);
    const context = one.getContext("2d");
    const small = other.getContext("2d");
    if (!context || !small) return;
    painter.current ??= { chart: new Painter(context), overview: new Overview(small) };
    const seen = view();
    painter.current.chart.paint(seen, palette.current, ratio);
    painter.current.overview.paint(seen, OVERVIEW_HEIGHT, palette.current, ratio);
  };
  const latest = useRef(paint);
  latest.current = paint;
  const soon = (): void => {
    frame.current ||= requestAnimationFrame(() => latest.current());
  };
  const look = (wanted: Window): void => {
    const whole = all();
    shown.current = wanted.to - wanted.from >= (whole.to - whole.from) * 0.9999 ? null : wanted;
    soon();
  };

  useLayoutEffect(soon);
  useEffect(() => {
    const element = scroller.current!;
    const measure = (): void => {
      size.current = { width: Math.max(50, element.clientWidth), height: Math.max(50, element.clientHeight) };
      soon();
    };
    measure();
    const observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(measure);
    observer?.observe(element);
    const forget = (): void => {
      palette.current = null;
      soon();
    };
    // The theme may change by an attribute of an ancestor or by the system's.
    const themes = new MutationObserver(forget);
    for (let above: Node | null = element; above; above = above.parentNode ?? ((above as ShadowRoot).host ?? null))
      if (above instanceof Element) themes.observe(above, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "class"] });
    const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
    system?.addEventListener("change", forget);
    return () => {
      observer?.disconnect();
      themes.disconnect();
      system?.removeEventListener("change", forget);
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, []);
  useEffect(() => {
    if (!live) return;
    const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;
    const timer = setInterval(() => document.visibilityState === "visible" && soon(), calm ? 1000 : 100);
    return () => clearInterval(timer);
  }, [live]);

  const bring = (bar: number): void => {
    const { from, to } = windowNow();
    const [start, end] = [scene.start[bar]!, Math.min(scene.end[bar]!, now())];
    if (end < from || start > to) look(panned({ from, to }, (start + end) / 2 - (from + to) / 2, all()));
    const element = scroller.current!;
    const top = laneTop(scene, scene.lane[bar]!, strips);
    const room = element.clientHeight - AXIS;
    if (top < element.scrollTop + 4) element.scrollTop = Math.max(0, top - 30);
    else if (top + LANE > element.scrollTop + room) element.scrollTop = top + LANE + 12 - room;
  };
  // A node chosen elsewhere is brought into view.
  useEffect(() => {
    const bar = barOf(scene, selected);
    if (bar >= 0 && came.current !== selected) bring(bar);
    came.current = selected;
  }, [selected]);

  const choose = (bar: number): void => {
    const row = scene.row[bar]!;
    came.current = row;
    api.select(row);
  };
  const zoom = (factor: number, at = 0.5): void => {
    const { from, to } = windowNow();
    look(zoomed({ from, to }, factor, from + at * (to - from), all()));
  };
  const zoomTo = (bar: number): void => {
    const whole = all();
    const [start, end] = [scene.start[bar]!, Math.min(scene.end[bar]!, now())];
    const room = Math.max(0, whole.to / 1000 - (end - start)) / 2; // an instant is shown with what is around it
    look(around(start - room, end + room, whole));
  };

  const wheel = (event: WheelEvent): void => {
    const { from, to } = windowNow();
    const { width } = size.current;
    const element = scroller.current!;
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const overflows = element.scrollHeight > element.clientHeight + 1;
    const pixels = (delta: number): number => delta * (event.deltaMode === 1 ? 16 : 1);
    if (sideways && !event.ctrlKey) {
      const delta = pixels(event.deltaX || event.deltaY);
      look(panned({ from, to }, (delta / width) * (to - from), all()));
    } else if (event.ctrlKey || event.metaKey || event.altKey || !overflows) {
      // The page scrolls on where there is nothing more to show.
      if (!event.ctrlKey && pixels(event.deltaY) > 0 && shown.current === null) return;
      zoom(Math.exp(Math.max(-60, Math.min(60, pixels(event.deltaY))) * 0.008), (event.clientX - element.getBoundingClientRect().left) / width);
    } else return;
    event.preventDefault();
  };
  const wheels = useRef(wheel);
  wheels.current = wheel;
  useEffect(() => {
    // Preact's own listener would be passive in some hosts, and could not keep the page still.
    const element = scroller.current!;
    const listen = (event: WheelEvent): void => wheels.current(event);
    element.addEventListener("wheel", listen, { passive: false });
    return () => element.removeEventListener("wheel", listen);
  }, []);

  const spanAt = (event: PointerEvent | MouseEvent): Span | null => {
    const place = scroller.current!.getBoundingClientRect();
    return hitAt(view(), event.clientX - place.left, event.clientY - place.top);
  };
  const hover = (event: PointerEvent): void => {
    const span = spanAt(event);
    const place = box.current!.getBoundingClientRect();
    hovered.current = span && span.count === 1 ? span.bar : -1;
    scroller.current!.style.cursor = span ? "pointer" : "";
    setTip(span && { span, x: event.clientX - place.left, y: event.clientY - place.top });
    soon();
  };
  const drag = useDrag({
    move: (dx, dy) => {
      setTip(null);
      const { from, to } = windowNow();
      look(panned({ from, to }, (-dx / size.current.width) * (to - from), all()));
      scroller.current!.scrollTop -= dy;
    },
    click: (event) => {
      const span = spanAt(event);
      if (!span) return;
      if (span.count > 1) zoomInto(span);
      else choose(span.bar);
    },
    hover,
  });
  /** Merged bars are told apart by coming nearer. */
  const zoomInto = (span: Span): void => {
    const { from, to } = windowNow();
    const { width } = size.current;
    const center = from + ((span.x + span.width / 2) / width) * (to - from);
    look(zoomed({ from, to }, Math.max(span.width, 2) / width * 2, center, all()));
  };
  const jump = useDrag({
    start: (event) => {
      const share = (event.clientX - overview.current!.getBoundingClientRect().left) / size.current.width;
      const { from, to } = windowNow();
      const at = share * all().to;
      if (at < from || at > to) look(panned({ from, to }, at - (from + to) / 2, all()));
    },
    move: (dx) => look(panned(windowNow(), (dx / size.current.width) * all().to, all())),
  });

  const keys = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, to } = windowNow();
    const at = focused >= 0 ? barOf(scene, focused) : barOf(scene, selected);
    const ways: Record<string, Way> = { ArrowLeft: "before", ArrowRight: "after", ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" };
    const way = ways[event.key];
    if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight"))
      look(panned({ from, to }, (event.key === "ArrowLeft" ? -0.2 : 0.2) * (to - from), all()));
    else if (way) {
      const bar = walked(scene, at, way);
      setFocused(scene.row[bar]!);
      bring(bar);
    } else if (event.key === "a" || event.key === "d") look(panned({ from, to }, (event.key === "a" ? -0.2 : 0.2) * (to - from), all()));
    else if (event.key === "+" || event.key === "=" || event.key === "w") zoom(1 / ZOOM);
    else if (event.key === "-" || event.key === "s") zoom(ZOOM);
    else if (event.key === "0") look(all());
    else if (event.key === "z" && at >= 0) zoomTo(at);
    else if ((event.key === "Enter" || event.key === " ") && at >= 0) choose(at);
    else if (event.key === "Escape" && focused >= 0) setFocused(-1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const said = focused >= 0 ? barOf(scene, focused) : -1;
  return (
    <div class="il-timeline-chart" ref={box}>
      <canvas ref={overview} class="il-timeline-overview" style={{ height: `${OVERVIEW_HEIGHT}px` }} aria-hidden="true" {...jump} />
      <div
        ref={scroller}
        class="il-timeline-scroll"
        role="application"
        aria-roledescription="timeline"
        aria-label={`Timeline of ${scene.row.length} calls. Arrow keys go from call to call, Enter opens one, plus and minus zoom. The list has the same calls as text.`}
        tabIndex={0}
        onScroll={soon}
        onKeyDown={keys}
        onPointerLeave={() => ((hovered.current = -1), setTip(null), soon())}
        onDblClick={(event) => {
          const span = spanAt(event);
          if (span) zoomTo(span.bar);
          else look(all());
        }}
        {...drag}
      >
        <div class="il-timeline-room" style={{ height: `${wholeHeight(scene, strips) + AXIS}px` }}>
          <canvas ref={canvas} aria-hidden="true" />
        </div>
      </div>
      <span class="il-timeline-said" aria-live="polite">
        {said >= 0 ? inWords(describe({ scene, columns: api.columns, now: now() }, said)) : ""}
      </span>
      {tip && tip.span.bar < scene.row.length && <Tip scene={scene} columns={api.columns} now={now()} {...tip} width={size.current.width} />}
      <div class="il-timeline-foot">
        <span class="il-timeline-zoom">
          <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoom(ZOOM)}>
            −
          </button>
          <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoom(1 / ZOOM)}>
            +
          </button>
          <button type="button" title="Show all of it (0)" onClick={() => look(all())}>
            all
          </button>
          <button type="button" title="Zoom to the selected call (z)" disabled={barOf(scene, selected) < 0} onClick={() => zoomTo(barOf(scene, selected))}>
            selected
          </button>
        </span>
        <Legend scene={scene} columns={api.columns} colorBy={colorBy} />
        <span class="il-timeline-hint">drag to move · Ctrl + wheel to zoom · Shift + wheel sideways</span>
      </div>
    </div>
  );
}

function fit(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}
