// A list of which only the rows in view exist. Their heights are measured when they are shown, and the row at the top
// stays where it is whatever happens above it.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Heights } from "./heights";

/** Pixels above and below the view for which rows exist too. */
const BEYOND = 500;
/** Keys that go to a row beside, and how far. */
const STEPS = new Map([["ArrowDown", 1], ["j", 1], ["ArrowUp", -1], ["k", -1]]);
/** As near to the end as this counts as being there. */
const NEAR = 6;

export interface ListHandle {
  /** Brings a row into view; `focus` also moves the keyboard's focus to it. */
  show(index: number, options?: { focus?: boolean; place?: "middle" | "nearest" }): void;
  toEnd(): void;
  /** The row at the top of the view. */
  first(): number;
}

interface Props {
  /** A number for each row that stays the same when rows come and go; rising. */
  keys: readonly number[];
  estimate: (index: number) => number;
  children: (index: number) => ComponentChildren;
  label: string;
  class?: string;
  header?: ComponentChildren;
  /** Stays at the end when new rows arrive there. */
  follow?: boolean;
  handle?: { current: ListHandle | null };
  onEnd?: (atEnd: boolean) => void;
  /** Enter was pressed on a row. */
  onEnter?: (index: number) => void;
  /** Space was pressed on a row; as Enter when it is not given. */
  onSpace?: (index: number) => void;
  /** When this changes, all heights are measured anew. */
  layout?: unknown;
}

/** Where the view stands: so far into which row, or at the end. */
interface Place {
  key: number;
  into: number;
  end: boolean;
}

export function VirtualList(props: Props): JSX.Element {
  const { keys, estimate, children, handle, follow = false } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const place = useRef<Place>({ key: -1, into: 0, end: follow });
  const measured = useRef(new Map<number, number>());
  const view = useRef({ width: 0, height: 600, set: 0 });
  const focus = useRef(-1);
  const [, redraw] = useState(0);
  const [epoch, setEpoch] = useState(0);
  const again = (): void => redraw((count) => count + 1);

  useMemo(() => measured.current.clear(), [props.layout, epoch]);
  const heights = useMemo(
    () => new Heights(keys.map((key, index) => measured.current.get(key) ?? estimate(index))),
    [keys, props.layout, epoch],
  );

  const wanted = (): number => {
    const most = Math.max(0, heights.total - view.current.height);
    if (place.current.end && follow) return most;
    const row = lowerBound(keys, place.current.key);
    const into = keys[row] === place.current.key ? place.current.into : 0;
    return Math.min(most, row < keys.length ? heights.top(row) + into : most);
  };
  const top = wanted();
  const first = Math.max(0, heights.at(top - BEYOND));
  const last = heights.at(top + view.current.height + BEYOND);

  const measure = (): void => {
    const list = scroller.current;
    if (!list || !rows.current) return;
    view.current.height = Math.max(0, list.clientHeight - (head.current?.offsetHeight ?? 0)) || view.current.height;
    if (list.clientWidth !== view.current.width && list.clientWidth > 0) {
      const known = view.current.width > 0;
      view.current.width = list.clientWidth;
      if (known) return setEpoch((count) => count + 1);
    }
    // Scrolled since, but not told yet: what the person did comes before where the list was.
    if (Math.abs(list.scrollTop - view.current.set) >= 1) scrolled();
    let changed = false;
    for (const element of rows.current.children) {
      const index = Number((element as HTMLElement).dataset.at);
      const height = element.getBoundingClientRect().height;
      if (!(height > 0) || index >= heights.length || Math.abs(height - heights.height(index)) < 0.5) continue;
      heights.set(index, height);
      measured.current.set(keys[index]!, height);
      changed = true;
    }
    if (follow && heights.total <= view.current.height) place.current.end = true;
    const goal = wanted();
    if (changed) again();
    else if (Math.abs(list.scrollTop - goal) >= 1) list.scrollTop = goal;
    view.current.set = list.scrollTop;
    if (focus.current >= 0 && !changed) {
      const element = rows.current.querySelector<HTMLElement>(`[data-at="${focus.current}"]`);
      element?.focus({ preventScroll: true });
      focus.current = -1;
    }
  };
  useLayoutEffect(measure);

  const latest = useRef(measure);
  latest.current = measure;
  useEffect(() => {
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => latest.current());
    observer.observe(scroller.current!);
    observer.observe(rows.current!);
    return () => observer.disconnect();
  }, []);

  const stand = (at: number): void => {
    const row = heights.at(at);
    const end = at + view.current.height >= heights.total - NEAR;
    if (end !== place.current.end) props.onEnd?.(end);
    place.current = { key: keys[row] ?? -1, into: at - heights.top(Math.max(0, row)), end };
    again();
  };
  const scrolled = (): void => {
    const at = scroller.current!.scrollTop;
    if (Math.abs(at - view.current.set) < 1) return;
    view.current.set = at;
    stand(at);
  };
  const show: ListHandle["show"] = (index, { focus: take = false, place: where = "nearest" } = {}) => {
    const at = wanted();
    const [from, to] = [heights.top(index), heights.top(index + 1)];
    if (take) focus.current = index;
    if (where === "middle") stand(Math.max(0, from - view.current.height / 3));
    else if (from < at) stand(from);
    else if (to > at + view.current.height) stand(Math.min(from, to - view.current.height));
    else again();
  };
  if (handle) handle.current = { show, first: () => Math.max(0, heights.at(wanted())), toEnd: () => stand(Math.max(0, heights.total - view.current.height)) };

  const press = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("button, input, select, textarea")) return;
    const focused = target.closest<HTMLElement>("[data-at]");
    const at = focused ? Number(focused.dataset.at) : -1;
    const top = Math.max(0, heights.at(wanted()));
    const page = Math.max(1, heights.at(wanted() + view.current.height) - top - 1);
    const by = STEPS.get(event.key);
    let to = -1;
    if (by !== undefined) to = at < 0 ? top : at + by;
    else if (event.key === "PageDown" || event.key === "PageUp") to = Math.max(0, Math.min(keys.length - 1, (at < 0 ? top : at) + (event.key === "PageUp" ? -page : page)));
    else if (event.key === "Home") to = 0;
    else if (event.key === "End") to = keys.length - 1;
    else if (at < 0 || (event.key !== "Enter" && event.key !== " ")) return;
    else (event.key === " " ? (props.onSpace ?? props.onEnter) : props.onEnter)?.(at);
    if (to >= 0 && to < keys.length) show(to, { focus: true });
    event.preventDefault();
    event.stopPropagation();
  };

  const shown: ComponentChildren[] = [];
  for (let index = first; index <= last; index++)
    shown.push(
      <div key={keys[index]} class="il-list-row" role="article" data-at={index} tabIndex={-1} aria-posinset={index + 1} aria-setsize={keys.length}>
        {children(index)}
      </div>,
    );
  return (
    <div ref={scroller} class={`il-list ${props.class ?? ""}`} role="feed" aria-label={props.label} tabIndex={0} onScroll={scrolled} onKeyDown={press}>
      {props.header && (
        <div ref={head} class="il-list-head">
          {props.header}
        </div>
      )}
      <div class="il-list-all" style={{ height: `${heights.total}px` }}>
        <div ref={rows} class="il-list-rows" style={{ transform: `translateY(${heights.top(first)}px)` }}>
          {shown}
        </div>
      </div>
    </div>
  );
}

/** The first place whose number is not below a number. */
function lowerBound(numbers: readonly number[], number: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
