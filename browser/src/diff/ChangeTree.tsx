// How two values differ, part by part; what is the same is folded.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { oneLine, visible } from "../data/text";
import type { Plain } from "./plain";
import { inLines } from "./plain";
import { TextPair } from "./Texts";
import { type Change, countChanges } from "./values";

/** Parts shown at once. */
const MOST = 200;
const MOST_LINES = 60;

interface Props {
  change: Change;
  inline: boolean;
}

export function ChangeTree({ change, inline }: Props): JSX.Element {
  if (change.kind === "inside") return <Parts parts={change.parts} inline={inline} />;
  return <Leaf change={change} inline={inline} />;
}

function Parts({ parts, inline }: { parts: Change[]; inline: boolean }): JSX.Element {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [most, setMost] = useState(MOST);
  const rows: JSX.Element[] = [];
  for (let at = 0; at < parts.length && rows.length < most; at++) {
    let end = at;
    while (end < parts.length && parts[end]!.kind === "same") end++;
    if (end - at > 1 && !open.has(at)) {
      const from = at;
      rows.push(
        <li key={at} class="il-diff-part">
          <button type="button" class="il-diff-fold" onClick={() => setOpen((before) => new Set(before).add(from))}>
            {end - at} the same: {keysOf(parts.slice(at, end))}
          </button>
        </li>,
      );
      at = end - 1;
    } else if (end > at) {
      for (; at < end; at++) rows.push(<Part key={at} part={parts[at]!} inline={inline} />);
      at--;
    } else rows.push(<Part key={at} part={parts[at]!} inline={inline} />);
  }
  return (
    <ul class="il-diff-parts">
      {rows}
      {rows.length >= most && parts.length > most && (
        <li class="il-diff-part">
          <button type="button" class="il-diff-fold" onClick={() => setMost(most * 5)}>
            show more of {parts.length.toLocaleString("en-US")}
          </button>
        </li>
      )}
    </ul>
  );
}

function Part({ part, inline }: { part: Change; inline: boolean }): JSX.Element {
  const [folded, setFolded] = useState(false);
  const count = countChanges(part);
  return (
    <li class={`il-diff-part il-diff-${part.kind}${isShort(part) ? " il-diff-row" : ""}`}>
      {part.kind === "inside" ? (
        <button type="button" class="il-diff-key" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          <bdi>{oneLine(part.key, 80)}</bdi> <small>{count} {count === 1 ? "difference" : "differences"}</small>
        </button>
      ) : (
        <span class="il-diff-key">
          <bdi>{oneLine(part.key, 80)}</bdi>
          {part.kind === "gone" && <small> only in the first</small>}
          {part.kind === "new" && <small> only in the second</small>}
        </span>
      )}
      {!folded && <ChangeTree change={part} inline={inline} />}
    </li>
  );
}

function Leaf({ change, inline }: { change: Exclude<Change, { kind: "inside" }>; inline: boolean }): JSX.Element {
  switch (change.kind) {
    case "same":
      return <Whole value={change.value} side="same" />;
    case "gone":
      return (
        <del>
          <Whole value={change.value} side="a" />
        </del>
      );
    case "new":
      return (
        <ins>
          <Whole value={change.value} side="b" />
        </ins>
      );
    case "text":
      return <TextPair a={change.a} b={change.b} inline={inline} />;
    case "other":
      return (
        <div class="il-diff-sides il-diff-short">
          <del>
            <Whole value={change.a} side="a" />
          </del>
          <ins>
            <Whole value={change.b} side="b" />
          </ins>
        </div>
      );
  }
}

function Whole({ value, side }: { value: Plain; side: "a" | "b" | "same" }): JSX.Element {
  const [most, setMost] = useState(MOST_LINES);
  const { text, more } = inLines(value, most);
  return (
    <div class={`il-diff-text il-diff-${side}`} dir="auto">
      {visible(text)}
      {more && (
        <button type="button" class="il-diff-fold" onClick={() => setMost(most * 20)}>
          … show more
        </button>
      )}
    </div>
  );
}

function keysOf(parts: readonly Change[]): string {
  const keys = parts.slice(0, 6).map((part) => oneLine(part.key, 24));
  return keys.join(", ") + (parts.length > 6 ? ", …" : "");
}

/** Whether a part fits beside its key. */
function isShort(part: Change): boolean {
  const fits = (value: Plain): boolean => (value.kind === "leaf" || value.kind === "text") && value.text.length < 60 && !value.text.includes("\n");
  if (part.kind === "other") return fits(part.a) && fits(part.b);
  return (part.kind === "same" || part.kind === "gone" || part.kind === "new") && fits(part.value);
}
