/** Text on the page: made visible, with what is looked for marked in it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { useFind } from "./ground";
import { isSame, type Path } from "./paths";
import { visible } from "./words";

const MAX_MARKS = 500;

/** A text with the needle marked. */
export function Marked({ text }: { text: string }) {
  const { needle } = useFind();
  if (!needle) return <>{visible(text)}</>;
  const pieces = split(text, needle);
  return <>{pieces.map((piece, at) => (at % 2 ? <mark class="il-d-found">{visible(piece)}</mark> : visible(piece)))}</>;
}

/** The text in pieces; every second one is a match. */
export function split(text: string, needle: string): string[] {
  const lower = text.toLowerCase();
  const wanted = needle.toLowerCase();
  // Some letters change their length with their case: then places in the one are not those in the other.
  if (!wanted || lower.length !== text.length) return [text];
  const pieces: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0 && pieces.length < MAX_MARKS; at = lower.indexOf(wanted, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** A ref for the element of a value, which comes into view when it is what was found. */
export function useFoundHere(path: Path) {
  const ref = useRef<HTMLDivElement>(null);
  const find = useFind();
  const isHere = find.current !== null && isSame(find.current, path);
  useLayoutEffect(() => {
    if (!isHere || !ref.current) return;
    const mark = ref.current.querySelector(".il-d-found") ?? ref.current;
    mark.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [isHere, find]);
  return { ref, isHere };
}
