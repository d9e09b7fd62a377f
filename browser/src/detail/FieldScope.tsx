/** Around prompts: a legend of their fields, and the card that says what the field under the pointer is. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { later } from "../parts/later";
import { visible } from "./words";
import type { FieldBook, Named, Place } from "./fields";

const FieldCard = later("FieldCard");
const LEGEND = 12;
const CARD_PX = 324;

interface Shown {
  place: Place;
  left: number;
  top: number;
  pinned: boolean;
}

export function FieldScope({ book, children }: { book: FieldBook; children: ComponentChildren }) {
  const root = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const leaving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const shownNow = useRef(shown);
  shownNow.current = shown;

  useEffect(() => () => clearTimeout(leaving.current), []);
  // One field can be reached by Tab, the others from there by the arrows: a prompt may have hundreds.
  useEffect(() => root.current?.querySelector(".il-d-field")?.setAttribute("tabindex", "0"), [book, children]);

  const show = (mark: Element | null, pinned: boolean) => {
    clearTimeout(leaving.current);
    const place = mark && book.places[Number(mark.getAttribute("data-place"))];
    if (!place || !root.current) return;
    light(root.current, place);
    const at = mark.getClientRects()[0] ?? mark.getBoundingClientRect();
    const box = root.current.getBoundingClientRect();
    // Beside the words where there is room, so that it does not stand between them and the next field.
    const beside = at.right - box.left + 14;
    const [left, top] = beside + CARD_PX < box.width ? [beside, at.top - 3] : [at.left - box.left, at.bottom + 2];
    setShown({ place, left: Math.max(0, Math.min(left, box.width - CARD_PX)), top: top - box.top, pinned });
  };
  const hide = () => {
    clearTimeout(leaving.current);
    if (root.current) light(root.current, null);
    setShown(null);
  };
  // A moment to reach the card with the pointer.
  const hideSoon = () => {
    clearTimeout(leaving.current);
    if (!shownNow.current?.pinned) leaving.current = setTimeout(hide, 180);
  };
  const markOf = (event: Event) => (event.target as Element).closest?.(".il-d-field") ?? null;

  const step = (event: KeyboardEvent) => {
    const mark = markOf(event);
    if (event.key === "Escape" && shownNow.current) {
      hide();
      event.stopPropagation();
      return;
    }
    if (!mark) return;
    const forward = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") show(mark, true);
    else if (forward) {
      const marks = [...root.current!.querySelectorAll<HTMLElement>(".il-d-field")];
      const next = marks[marks.indexOf(mark as HTMLElement) + forward];
      if (next) {
        mark.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      class="il-d-scope"
      ref={root}
      onMouseOver={(event) => markOf(event) && !shownNow.current?.pinned && show(markOf(event), false)}
      onMouseOut={(event) => markOf(event) && hideSoon()}
      onFocusIn={(event) => markOf(event) && show(markOf(event), false)}
      onFocusOut={hideSoon}
      onClick={(event) => markOf(event) && show(markOf(event), true)}
      onKeyDown={step}
    >
      {book.names.length > 0 && <Legend names={book.names} root={() => root.current} show={show} hideSoon={hideSoon} />}
      {children}
      {shown && (
        <div class="il-d-card" role="status" style={{ left: `${shown.left}px`, top: `${shown.top}px` }} onMouseOver={() => clearTimeout(leaving.current)} onMouseLeave={hideSoon}>
          <FieldCard key={shown.place.id} place={shown.place} book={book} pinned={shown.pinned} close={hide} />
        </div>
      )}
    </div>
  );
}

/** Mark a place, and those of its name and text. Done to the elements themselves: there may be thousands. */
function light(root: HTMLElement, place: Place | null): void {
  for (const one of root.querySelectorAll(".il-d-same-name, .il-d-same-text")) one.classList.remove("il-d-same-name", "il-d-same-text");
  if (!place) return;
  for (const one of root.querySelectorAll(`[data-name="${place.nameId}"]`)) one.classList.add("il-d-same-name");
  for (const one of root.querySelectorAll(`[data-text="${place.textId}"]`)) one.classList.add("il-d-same-text");
}

interface LegendProps {
  names: readonly Named[];
  root(): HTMLElement | null;
  show(mark: Element | null, pinned: boolean): void;
  hideSoon(): void;
}

/** The fields by name; each leads from one of its places to the next. */
function Legend({ names, root, show, hideSoon }: LegendProps) {
  const [all, setAll] = useState(false);
  const next = useRef(new Map<number, number>());
  const listed = all ? names : names.slice(0, LEGEND);
  const go = ({ nameId }: Named) => {
    const marks = root()?.querySelectorAll<HTMLElement>(`.il-d-field[data-name="${nameId}"]`) ?? [];
    if (!marks.length) return;
    const at = (next.current.get(nameId) ?? 0) % marks.length;
    next.current.set(nameId, at + 1);
    marks[at]!.scrollIntoView?.({ block: "nearest" });
    show(marks[at]!, true);
  };
  return (
    <div class="il-d-legend" role="group" aria-label="Fields of the prompt">
      <span class="il-d-note">fields</span>
      {listed.map((one) => (
        <button
          type="button"
          class="il-d-chip"
          style={{ "--f": one.color }}
          onClick={() => go(one)}
          onMouseEnter={() => root()?.querySelectorAll(`.il-d-field[data-name="${one.nameId}"]`).forEach((mark) => mark.classList.add("il-d-same-name"))}
          onMouseLeave={() => {
            root()?.querySelectorAll(".il-d-same-name").forEach((mark) => mark.classList.remove("il-d-same-name"));
            hideSoon();
          }}
        >
          {visible(one.name.slice(0, 40))}
          {one.count > 1 && <span class="il-d-note"> ×{one.count}</span>}
        </button>
      ))}
      {names.length > listed.length && (
        <button type="button" class="il-d-link" onClick={() => setAll(true)}>
          {names.length - listed.length} more
        </button>
      )}
    </div>
  );
}
