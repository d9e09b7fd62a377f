// The tree: as many lines as fit, whatever the number of nodes.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { roomFor, Row } from "./Row";
import { Scale } from "./scrolling";
import type { Visible } from "./visible";
import type { Columns } from "../data/columns";

export const ROW_PX = 24;
const MAX_STICKY = 5;

/** What the tree is told and what it tells. */
export interface TreeProps {
  id: string;
  columns: Columns;
  visible: Visible;
  selected: number;
  pinned: number;
  /** Where to scroll; a new object for each wish. */
  aim: { row: number; place: "nearest" | "middle" } | null;
  live: boolean;
  searching: boolean;
  needle: string;
  onPoint(row: number): void;
  onToggle(row: number, open: boolean, below: boolean): void;
  onKey(event: KeyboardEvent, page: number): void;
}

export function Tree(props: TreeProps): JSX.Element {
  const { id, columns, visible, selected, pinned, aim, live, searching, needle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // The exact place: the scroll bar knows it only to a pixel of its own, which may be many rows.
  const place = useRef({ offset: 0, bar: 0, height: 400, width: 0, aimed: null as TreeProps["aim"] });
  const [, draw] = useReducer<number, void>((count) => count + 1, 0);
  const here = place.current;

  const wait = visible.dueIn(performance.now());
  if (wait !== null && wait <= 0) {
    const anchor = anchorOf(visible, here.offset);
    visible.rebuild();
    here.offset = anchoredOffset(visible, anchor, here.offset);
  }
  useEffect(() => {
    if (wait === null || wait <= 0) return;
    const timer = setTimeout(() => draw(), wait);
    return () => clearTimeout(timer);
  });

  const scale = new Scale(visible.length * ROW_PX, here.height);
  if (aim !== null && aim !== here.aimed) {
    here.aimed = aim;
    const at = visible.position(aim.row);
    if (at >= 0) here.offset = aimedOffset(here.offset, here.height, at, stickyCount(visible, at), aim.place);
  }
  here.offset = scale.clamp(here.offset);

  // Elapsed times move while something runs and is seen.
  const first = Math.floor(here.offset / ROW_PX);
  const count = Math.min(visible.length - first, Math.ceil(here.height / ROW_PX) + 1);
  const recycled = Math.ceil(here.height / ROW_PX) + 2;
  const rows = Array.from({ length: Math.max(0, count) }, (_, index) => visible.at(first + index));
  const ticking = live && rows.some((row) => columns.state(row) === 0);
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => draw(), 500);
    return () => clearInterval(timer);
  }, [ticking]);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = (): void => {
      const { clientHeight: height, clientWidth: width } = element;
      if (height > 0 && (height !== here.height || width !== here.width)) {
        here.height = height;
        here.width = width;
        draw();
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const bar = Math.round(scale.toBar(here.offset));
    if (Math.abs(bar - here.bar) >= 1 || Math.abs(element.scrollTop - bar) > 1) {
      element.scrollTop = bar;
      here.bar = element.scrollTop;
    }
  });

  const onScroll = (): void => {
    const top = scroller.current!.scrollTop;
    if (Math.abs(top - here.bar) < 1.5) return; // our own doing
    here.bar = top;
    here.offset = scale.toContent(top);
    draw();
  };
  useEffect(() => {
    const element = scroller.current!;
    // A step of the wheel would be many rows on a scaled bar.
    const onWheel = (event: WheelEvent): void => {
      const scaled = new Scale(visible.length * ROW_PX, here.height);
      if (!scaled.scaled || event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? ROW_PX : event.deltaMode === 2 ? here.height : 1;
      here.offset = scaled.clamp(here.offset + event.deltaY * unit);
      draw();
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [visible]);

  const onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const line = target.closest<HTMLElement>("[data-row]");
    if (line === null) return;
    const row = Number(line.dataset.row);
    if (target.closest(".il-twist")) props.onToggle(row, !visible.isOpen(row), event.altKey);
    else props.onPoint(row);
    scroller.current!.focus({ preventScroll: true });
  };
  const onDoubleClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const line = target.closest<HTMLElement>("[data-row]");
    if (line === null || target.closest(".il-twist")) return;
    const row = Number(line.dataset.row);
    if (visible.hasBelow(row)) props.onToggle(row, !visible.isOpen(row), event.altKey);
  };

  const above = stickyRows(visible, here.offset, here.height);
  const shown = roomFor(here.width, columns);
  const now = live ? Date.now() / 1000 : null;
  const one = (row: number, key: number | string, sticky: boolean): JSX.Element => (
    <Row
      key={key}
      columns={columns}
      visible={visible}
      row={row}
      id={`${id}-${row}`}
      selected={row === selected}
      pinned={row === pinned}
      now={now}
      searching={searching}
      needle={needle}
      shown={shown}
      sticky={sticky}
    />
  );
  return (
    <>
    <div class="il-columns" aria-hidden="true">
      <span class="il-label">Name</span>
      {shown.actor && <span class="il-cell il-cell-actor">Actor</span>}
      {shown.tokens && <span class="il-cell il-cell-tokens">Tokens</span>}
      {shown.cost && <span class="il-cell il-cell-cost">Cost</span>}
      {shown.time && <span class="il-cell il-cell-time">Time</span>}
    </div>
    <div
      class="il-tree"
      ref={scroller}
      role="tree"
      aria-label="Nodes"
      tabIndex={0}
      aria-activedescendant={selected >= 0 && rows.includes(selected) ? `${id}-${selected}` : undefined}
      onScroll={onScroll}
      onClick={onClick}
      onDblClick={onDoubleClick}
      onKeyDown={(event) => props.onKey(event, Math.max(1, Math.floor(here.height / ROW_PX) - 1))}
    >
      <div class="il-tree-all" style={{ height: `${Math.max(scale.bar, 1)}px` }} role="presentation">
        <div class="il-tree-view" style={{ height: `${here.height}px` }} role="presentation">
          <div
            class="il-tree-rows"
            role="presentation"
            style={{ transform: `translateY(${-(here.offset - first * ROW_PX)}px)` }}
          >
            {rows.map((row, index) => one(row, (first + index) % recycled, false))}
          </div>
          {above.length > 0 && (
            <div class="il-tree-sticky" role="presentation">
              {above.map((row, index) => one(row, index, true))}
            </div>
          )}
        </div>
      </div>
    </div>
    </>
  );
}

interface Anchor {
  row: number;
  into: number;
}

/** The row at the upper edge, which is to stay there. */
function anchorOf(visible: Visible, offset: number): Anchor {
  const at = Math.floor(offset / ROW_PX);
  return { row: visible.at(at), into: offset - at * ROW_PX };
}

function anchoredOffset(visible: Visible, anchor: Anchor, offset: number): number {
  if (offset <= 0) return 0;
  for (let row = anchor.row; row >= 0; row = visible.above(row)) {
    const at = visible.position(row);
    if (at >= 0) return at * ROW_PX + anchor.into;
  }
  return offset;
}

function aimedOffset(offset: number, height: number, at: number, above: number, place: "nearest" | "middle"): number {
  const top = at * ROW_PX;
  const clear = Math.min(above, MAX_STICKY) * ROW_PX;
  if (place === "middle") {
    const seen = top >= offset + clear && top + ROW_PX <= offset + height;
    return seen ? offset : top - Math.max(clear, height / 3);
  }
  if (top < offset + clear) return top - clear;
  if (top + ROW_PX > offset + height) return top + ROW_PX - height;
  return offset;
}

function stickyCount(visible: Visible, at: number): number {
  let count = 0;
  for (let row = visible.above(visible.at(at)); row >= 0; row = visible.above(row)) count++;
  return count;
}

/** The rows above the first lines, which stay in sight: each stands over lines that are below it. */
export function stickyRows(visible: Visible, offset: number, height: number): number[] {
  const most = Math.min(MAX_STICKY, Math.floor(height / ROW_PX / 3));
  const stuck: number[] = [];
  while (stuck.length < most) {
    // The line that the next stuck row would cover.
    const at = Math.floor((offset + stuck.length * ROW_PX) / ROW_PX);
    const line = visible.at(at);
    if (line < 0) break;
    const path: number[] = [];
    for (let row = visible.above(line); row >= 0; row = visible.above(row)) path.push(row);
    path.reverse();
    const next = path[stuck.length];
    if (next === undefined || stuck.some((row, index) => path[index] !== row)) break;
    stuck.push(next);
  }
  return stuck;
}
