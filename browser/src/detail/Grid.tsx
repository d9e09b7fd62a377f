/** A table of any length: the rows in view are made, and no others. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { longCount } from "../data/format";
import { visible } from "./words";

export const ROW_PX = 24;
const TALLEST_PX = 420;
const SPARE = 6;
/** Columns side by side; others are on further pages. */
const COLUMNS = 40;
/** Browsers place nothing reliably beyond some millions of pixels. */
const MAX_ROWS = 400_000;

export interface GridProps {
  label: string;
  columns: readonly string[];
  rows: number;
  /** The row's label at the left, or null when rows have none. */
  head: ((row: number) => string) | null;
  cell(row: number, column: number): { text: string; isNumber: boolean; heat?: number };
  sort?: { column: number; down: boolean } | null;
  onSort?(column: number): void;
  onPick?(row: number, column: number): void;
}

export function Grid({ label, columns, rows, head, cell, sort, onSort, onPick }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [page, setPage] = useState(0);
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const shownRows = Math.min(rows, MAX_ROWS);
  const from = Math.max(0, Math.floor(top / ROW_PX) - SPARE);
  const to = Math.min(shownRows, from + Math.ceil(TALLEST_PX / ROW_PX) + 2 * SPARE);
  const left = page * COLUMNS;
  const shown = columns.slice(left, left + COLUMNS);
  const go = (event: KeyboardEvent) => {
    const [row, column] = at;
    const many = Math.floor(TALLEST_PX / ROW_PX) - 2;
    const moves: Record<string, [number, number]> = {
      ArrowDown: [row + 1, column], ArrowUp: [row - 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      PageDown: [row + many, column], PageUp: [row - many, column], Home: [0, column], End: [shownRows - 1, column],
    };
    if (event.key === "Enter") onPick?.(row, column);
    else if (Object.hasOwn(moves, event.key)) {
      const [r, c] = moves[event.key]!;
      const next: [number, number] = [Math.min(shownRows - 1, Math.max(0, r)), Math.min(columns.length - 1, Math.max(0, c))];
      setAt(next);
      setPage(Math.floor(next[1] / COLUMNS));
      const y = next[0] * ROW_PX;
      if (box.current && (y < box.current.scrollTop || y > box.current.scrollTop + TALLEST_PX - 3 * ROW_PX)) box.current.scrollTop = y - TALLEST_PX / 2;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const lines: ComponentChildren[] = [];
  for (let row = from; row < to; row++)
    lines.push(
      <tr key={row} aria-rowindex={row + 2} class={row % 2 ? "il-d-odd" : undefined}>
        {head && <th scope="row">{visible(head(row))}</th>}
        {shown.map((_, place) => {
          const { text, isNumber, heat } = cell(row, left + place);
          const isAt = at[0] === row && at[1] === left + place;
          return (
            <td
              class={`${isNumber ? "il-d-number" : ""}${isAt ? " il-d-at" : ""}`}
              title={text.length > 24 ? visible(text.slice(0, 400)) : undefined}
              style={heat === undefined ? undefined : { "--heat": `${Math.round(heat * 60)}%` }}
              onClick={() => {
                setAt([row, left + place]);
                onPick?.(row, left + place);
              }}
            >
              {visible(text)}
            </td>
          );
        })}
      </tr>,
    );
  const wide = shown.length + (head ? 1 : 0);
  return (
    <div class="il-d-grid">
      <div class="il-d-grid-box" ref={box} tabIndex={0} role="group" aria-label={`${label}; arrow keys move, Enter opens a cell`} style={{ maxHeight: `${TALLEST_PX}px` }} onScroll={(event) => setTop(event.currentTarget.scrollTop)} onKeyDown={go}>
        <table aria-rowcount={rows + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {head && <th />}
              {shown.map((column, place) => (
                <th scope="col" aria-sort={sort?.column === left + place ? (sort.down ? "descending" : "ascending") : undefined}>
                  {onSort ? (
                    <button type="button" onClick={() => onSort(left + place)}>
                      {visible(column)}
                      {sort?.column === left + place && <span aria-hidden="true">{sort.down ? " ↓" : " ↑"}</span>}
                    </button>
                  ) : (
                    visible(column)
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {from > 0 && (
              <tr aria-hidden="true">
                <td colSpan={wide} style={{ height: `${from * ROW_PX}px`, padding: 0 }} />
              </tr>
            )}
            {lines}
            {to < shownRows && (
              <tr aria-hidden="true">
                <td colSpan={wide} style={{ height: `${(shownRows - to) * ROW_PX}px`, padding: 0 }} />
              </tr>
            )}
          </tbody>
        </table>
      </div>
      {columns.length > COLUMNS && (
        <div class="il-d-more">
          <button type="button" class="il-d-link" disabled={page === 0} onClick={() => setPage(page - 1)}>
            ‹ columns before
          </button>
          <span class="il-d-note">
            columns {longCount(left + 1)} … {longCount(left + shown.length)} of {longCount(columns.length)}
          </span>
          <button type="button" class="il-d-link" disabled={left + COLUMNS >= columns.length} onClick={() => setPage(page + 1)}>
            columns after ›
          </button>
        </div>
      )}
    </div>
  );
}
