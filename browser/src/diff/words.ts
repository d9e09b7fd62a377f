/** Two texts, word by word. */

import { commonBlocks, Interner } from "./sequence";

/** A piece of both texts (`same`), of the first only (`gone`), or of the second only (`new`). */
export interface Piece {
  kind: "same" | "gone" | "new";
  text: string;
}

/** A piece as it is shown: of a long one that is the same only the beginning and the `tail`. */
export interface Shown extends Piece {
  /** Characters between the text and the tail that are not shown. */
  hidden: number;
  tail: string;
}

/** Characters of each text that are compared; what follows counts as changed. */
export const MOST_CHARACTERS = 200_000;

// A number is one word with its separators, and so is a word with its apostrophe. Scripts without spaces go by letter.
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|\p{N}+(?:[.,:]\p{N}+)*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}_])+(?:['’](?:\p{L}|\p{M})+)?|\n|[^\S\n]+|[^]/gu;

/** The words, numbers, spaces and marks of a text, which joined are the text again. */
export function words(text: string): string[] {
  return text.match(WORD) ?? [];
}

/**
 * What two texts have in common and what not.
 *
 * @param a The first text.
 * @param b The second text.
 * @param most Characters that are compared at most, after what both begin and end with.
 * @returns Pieces in order. Those that are not `new` are the first text when joined, those that are not `gone` the second.
 */
export function wordDiff(a: string, b: string, most = MOST_CHARACTERS): Piece[] {
  if (a === b) return a === "" ? [] : [{ kind: "same", text: a }];
  const head = sharedHead(a, b);
  const tail = sharedTail(a, b, head);
  const [middleA, middleB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const [cutA, cutB] = [cutPlace(middleA, most), cutPlace(middleB, most)];
  const pieces: Piece[] = [];
  push(pieces, "same", a.slice(0, head));
  compare(middleA.slice(0, cutA), middleB.slice(0, cutB), pieces);
  push(pieces, "gone", middleA.slice(cutA));
  push(pieces, "new", middleB.slice(cutB));
  push(pieces, "same", a.slice(a.length - tail));
  return readable(pieces);
}

/** How much of two texts is the same, from 0 to 1. */
export function likeness(pieces: readonly Piece[]): number {
  let same = 0;
  let all = 0;
  for (const { kind, text } of pieces) {
    const size = text.replace(/\s+/g, "").length;
    same += kind === "same" ? 2 * size : 0;
    all += kind === "same" ? 2 * size : size;
  }
  return all === 0 ? 1 : same / all;
}

export function unfolded(pieces: readonly Piece[]): Shown[] {
  return pieces.map((piece) => ({ ...piece, hidden: 0, tail: "" }));
}

/** The pieces with long stretches that are the same cut to what stands next to a change. */
export function folded(pieces: readonly Piece[], context = 160): Shown[] {
  return pieces.map((piece, at) => {
    const { kind, text } = piece;
    const before = at === 0 ? 0 : context;
    const after = at === pieces.length - 1 ? 0 : context;
    if (kind !== "same" || text.length < before + after + 240) return { ...piece, hidden: 0, tail: "" };
    const head = before === 0 ? 0 : wordEnd(text, before);
    const tail = after === 0 ? text.length : wordEnd(text, text.length - after);
    return { kind, text: text.slice(0, head), hidden: tail - head, tail: text.slice(tail) };
  });
}

/** A place at or a little after another where a word ends. */
function wordEnd(text: string, at: number): number {
  const space = text.slice(at, at + 40).search(/\s/);
  if (space >= 0) return at + space;
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

function compare(a: string, b: string, pieces: Piece[]): void {
  const [wordsA, wordsB] = [words(a), words(b)];
  const interner = new Interner();
  let [atA, atB] = [0, 0];
  for (const block of commonBlocks(interner.all(wordsA), interner.all(wordsB))) {
    push(pieces, "gone", wordsA.slice(atA, block.a).join(""));
    push(pieces, "new", wordsB.slice(atB, block.b).join(""));
    [atA, atB] = [block.a + block.length, block.b + block.length];
    push(pieces, "same", wordsA.slice(block.a, atA).join(""));
  }
  push(pieces, "gone", wordsA.slice(atA).join(""));
  push(pieces, "new", wordsB.slice(atB).join(""));
}

/** A space or a comma between two changes is no island worth jumping to: it goes with them. */
function readable(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  let gone = "";
  let fresh = "";
  const flush = (): void => {
    push(result, "gone", gone);
    push(result, "new", fresh);
    gone = fresh = "";
  };
  pieces.forEach((piece, place) => {
    if (piece.kind === "gone") gone += piece.text;
    else if (piece.kind === "new") fresh += piece.text;
    else if (gone && fresh && !/[\p{L}\p{N}\n]/u.test(piece.text) && changesBoth(pieces, place + 1)) {
      gone += piece.text;
      fresh += piece.text;
    } else {
      flush();
      push(result, "same", piece.text);
    }
  });
  flush();
  return result;
}

function changesBoth(pieces: readonly Piece[], from: number): boolean {
  return pieces[from]?.kind === "gone" && pieces[from + 1]?.kind === "new";
}

function push(pieces: Piece[], kind: Piece["kind"], text: string): void {
  if (text === "") return;
  const last = pieces[pieces.length - 1];
  if (last?.kind === kind) last.text += text;
  else pieces.push({ kind, text });
}

/** Characters both begin with, up to the end of a line, so that no word is cut. */
function sharedHead(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at === 0 ? 0 : a.lastIndexOf("\n", at - 1) + 1;
}

/** Characters both end with, from the beginning of a line. */
function sharedTail(a: string, b: string, head: number): number {
  const most = Math.min(a.length, b.length) - head;
  let at = 0;
  while (at < most && a.charCodeAt(a.length - 1 - at) === b.charCodeAt(b.length - 1 - at)) at++;
  const line = a.indexOf("\n", a.length - at);
  return at === 0 || line < 0 ? 0 : a.length - line;
}

/** A place not after `most` that cuts no word in two where there is one near, and never a letter. */
function cutPlace(text: string, most: number): number {
  if (text.length <= most) return text.length;
  const space = text.lastIndexOf(" ", most);
  if (space > most - 200 && space > 0) return space;
  const code = text.charCodeAt(most);
  return code >= 0xdc00 && code <= 0xdfff ? most - 1 : most;
}
