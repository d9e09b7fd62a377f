// Two texts with what differs marked: beside each other, or the second written into the first.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { visible } from "../data/text";
import { folded, likeness, type Piece, type Shown, unfolded, wordDiff } from "./words";

/** Texts with less in common than this are shown beside each other unmarked: the marks would be noise. */
const STRANGERS = 0.2;

export function TextPair({ a, b, inline }: { a: string; b: string; inline: boolean }): JSX.Element {
  const pieces = useMemo(() => wordDiff(a, b), [a, b]);
  const [whole, setWhole] = useState(false);
  const shown = useMemo(() => (whole ? unfolded(pieces) : folded(pieces)), [pieces, whole]);
  const open = (): void => setWhole(true);
  if (inline && likeness(pieces) >= STRANGERS)
    return (
      <div class="il-diff-text il-diff-one" dir="auto">
        <Side pieces={shown} side="both" onOpen={open} />
      </div>
    );
  return (
    <div class="il-diff-sides">
      <div class="il-diff-text il-diff-a" dir="auto">
        <Side pieces={shown} side="gone" onOpen={open} />
      </div>
      <div class="il-diff-text il-diff-b" dir="auto">
        <Side pieces={shown} side="new" onOpen={open} />
      </div>
    </div>
  );
}

/** One of two texts, its own words marked; or both in one. */
export function Side({ pieces, side, onOpen }: { pieces: readonly Shown[]; side: "gone" | "new" | "both"; onOpen?: () => void }): JSX.Element {
  return (
    <>
      {pieces.map((piece, at) => {
        if (piece.kind === "same") return <Same key={at} piece={piece} onOpen={onOpen} />;
        if (side !== "both" && piece.kind !== side) return null;
        const Tag = piece.kind === "gone" ? "del" : "ins";
        return <Tag key={at}>{visible(piece.text)}</Tag>;
      })}
    </>
  );
}

function Same({ piece, onOpen }: { piece: Shown; onOpen: (() => void) | undefined }): JSX.Element {
  if (piece.hidden === 0) return <span class="il-diff-same">{visible(piece.text)}</span>;
  return (
    <span class="il-diff-same">
      {visible(piece.text)}
      <button type="button" class="il-diff-fold" onClick={onOpen}>
        … {piece.hidden.toLocaleString("en-US")} characters the same …
      </button>
      {visible(piece.tail)}
    </span>
  );
}

/** Whether two texts have enough in common for their words to be marked. */
export function areAlike(pieces: readonly Piece[]): boolean {
  return likeness(pieces) >= STRANGERS;
}
