/** Lists, mappings and records as a tree that is made as far as it is opened. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { longCount, shortBytes } from "../data/format";
import { thaw, type Value } from "./stored";
import { gist } from "./gist";
import { useFind, useGround, useShow } from "./ground";
import { Marked, useFoundHere } from "./Marked";
import { isWithin, type Path, type Step } from "./paths";
import { counted, shortClass, visible } from "./words";

/** Items that stand side by side; more are put into groups. */
export const GROUP = 100;
const SHORT = 90;
const OPEN_BESIDE = 8;

export interface Row {
  label: string;
  step: Step;
  wire: Wire | undefined;
}

/** Rows made when they are shown. */
export interface Rows {
  length: number;
  at(place: number): Row;
}

/** Whether a value fits on its key's line. */
export function fitsOnLine(value: Value): boolean {
  if (value.type === "text") return value.value.length <= SHORT && !value.value.includes("\n");
  return SCALARS.has(value.type) || isFlat(value);
}

const SCALARS = new Set<Value["type"]>(["null", "boolean", "number", "literal", "enum", "node"]);
const FLAT = 12;

/** Whether it is a list of a few short plain values: it is written out as it is. */
export function isFlat(value: Value): boolean {
  if (value.type !== "list" || value.items.length === 0 || value.items.length > FLAT) return false;
  let room = SHORT;
  return value.items.every((item) => {
    room -= typeof item === "string" ? item.length + 4 : 8;
    return room > 0 && (item === null || typeof item !== "object") && !(typeof item === "string" && item.includes("\n"));
  });
}

/** What a value holds, as rows; null for one that holds nothing. */
export function rowsOf(value: Value): Rows | null {
  switch (value.type) {
    case "list":
      return { length: value.items.length, at: (place) => ({ label: String(place), step: place, wire: value.items[place] }) };
    case "mapping":
    case "record":
      return {
        length: value.entries.length,
        at: (place) => ({ label: value.entries[place]![0], step: value.entries[place]![0], wire: value.entries[place]![1] }),
      };
    default:
      return null;
  }
}

/** What kind of value it is and how large: `list of 12`. */
export function kindOf(value: Value): string {
  switch (value.type) {
    case "list":
      return `${value.of} of ${longCount(value.items.length)}`;
    case "mapping":
      return counted(value.entries.length, "key");
    case "pairs":
      return counted(value.pairs.length, "key");
    case "record":
      return shortClass(value.of);
    case "opaque":
      return shortClass(value.of);
    case "text":
      return `${longCount(value.value.length)} characters`;
    case "format":
      return "template";
    case "html":
      return "HTML";
    case "markdown":
      return "Markdown";
    case "table":
      return value.length === null ? "table" : `table of ${counted(value.length, "row")}`;
    case "array":
      return "array";
    case "figure":
      return "figure";
    case "cut":
      return value.bytes === null ? "" : shortBytes(value.bytes);
    default:
      return "";
  }
}

interface EntriesProps {
  rows: Rows;
  path: Path;
  depth: number;
}

/** The rows of a value, in groups when they are many. */
export function Entries({ rows, path, depth }: EntriesProps) {
  return <Range rows={rows} path={path} depth={depth} from={0} to={rows.length} />;
}

function Range({ rows, path, depth, from, to }: EntriesProps & { from: number; to: number }) {
  const items: ComponentChildren[] = [];
  if (to - from <= GROUP)
    for (let place = from; place < to; place++) items.push(<Entry key={place} row={rows.at(place)} path={path} depth={depth} beside={rows.length} />);
  else {
    let size = GROUP;
    while ((to - from) / size > GROUP) size *= GROUP;
    for (let start = from; start < to; start += size)
      items.push(<Group key={start} rows={rows} path={path} depth={depth} from={start} to={Math.min(start + size, to)} open={start === from} />);
  }
  return <ul class="il-d-entries">{items}</ul>;
}

/** Some of very many rows. The first group is open. */
function Group({ open, ...range }: EntriesProps & { from: number; to: number; open: boolean }) {
  const { rows, path, from, to } = range;
  const { current } = useFind();
  const step = current?.[path.length];
  const isFound = current !== null && isWithin(current, path) && holds(rows, from, to, step);
  return (
    <li>
      <Fold open={open} forced={isFound} line={<span class="il-d-group">{`${longCount(from)} … ${longCount(to - 1)}`}</span>}>
        {() => <Range {...range} />}
      </Fold>
    </li>
  );
}

function holds(rows: Rows, from: number, to: number, step: Step | undefined): boolean {
  if (typeof step === "number") return step >= from && step < to;
  for (let place = from; place < to; place++) if (rows.at(place).step === step) return true;
  return false;
}

function Entry({ row, path, depth, beside }: { row: Row; path: Path; depth: number; beside: number }) {
  const { lookup } = useGround();
  const Show = useShow();
  const find = useFind();
  const here = [...path, row.step];
  const { ref, isHere } = useFoundHere(here);
  const value = thaw(row.wire, lookup);
  const key = (
    <span class="il-d-key">
      <Marked text={row.label.slice(0, 300)} />
    </span>
  );
  if (fitsOnLine(value))
    return (
      <li class="il-d-entry">
        <div ref={ref} class={`il-d-line${isHere ? " il-d-here" : ""}`}>
          {key}
          <Show wire={row.wire} path={here} depth={depth + 1} />
        </div>
      </li>
    );
  const isFound = find.current !== null && isWithin(find.current, here);
  const held = rowsOf(value);
  const isOpen = held ? held.length > 0 && opensItself(held.length, beside, depth) : depth === 0 && beside <= OPEN_BESIDE;
  return (
    <li class="il-d-entry">
      <div ref={ref} class={isHere ? "il-d-here" : undefined}>
        <Fold open={isOpen} forced={isFound} line={<Line label={key} wire={row.wire} value={value} />} empty={held?.length === 0}>
          {() => <Show wire={row.wire} path={here} depth={depth + 1} />}
        </Fold>
      </div>
    </li>
  );
}

/** Values that have few others beside them and hold little are open at once. */
function opensItself(length: number, beside: number, depth: number): boolean {
  return beside <= OPEN_BESIDE && (depth === 0 ? length <= 12 : depth === 1 && length <= 5);
}

function Line({ label, wire, value }: { label: ComponentChildren; wire: Wire | undefined; value: Value }) {
  const { lookup } = useGround();
  const kind = kindOf(value);
  return (
    <>
      {label}
      {kind && <span class="il-d-kind-of">{visible(kind.slice(0, 80))}</span>}
      <span class="il-d-gist">{gist(wire, lookup, 100)}</span>
    </>
  );
}

interface FoldProps {
  open: boolean;
  /** Opens it, now that something inside was found. */
  forced?: boolean;
  empty?: boolean;
  line: ComponentChildren;
  children: () => ComponentChildren;
}

/** A line that opens to what it stands for, which is made only then. */
export function Fold({ open, forced, empty, line, children }: FoldProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = forced || (chosen ?? open);
  if (empty) return <div class="il-d-fold il-d-empty">{line}</div>;
  return (
    <div class={`il-d-fold${isOpen ? " il-d-open" : ""}`}>
      <button type="button" class="il-d-toggle" aria-expanded={isOpen} onClick={() => setChosen(!isOpen)}>
        <span class="il-d-arrow" aria-hidden="true" />
        {line}
      </button>
      {isOpen && <div class="il-d-inside">{children()}</div>}
    </div>
  );
}
