import { describe, expect, test } from "vitest";
import { commonBlocks, Interner } from "../src/diff/sequence";
import { likeness, type Piece, wordDiff, words } from "../src/diff/words";

/** Numbers that are the same in every run of the tests. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const first = (pieces: Piece[]): string => pieces.map((piece) => (piece.kind === "new" ? "" : piece.text)).join("");
const second = (pieces: Piece[]): string => pieces.map((piece) => (piece.kind === "gone" ? "" : piece.text)).join("");

/** Length of the longest common subsequence, by the textbook's table. */
function longestCommon(a: Int32Array, b: Int32Array): number {
  let row = new Int32Array(b.length + 1);
  for (const token of a) {
    const next = new Int32Array(b.length + 1);
    b.forEach((other, at) => (next[at + 1] = token === other ? row[at]! + 1 : Math.max(row[at + 1]!, next[at]!)));
    row = next;
  }
  return row[b.length]!;
}

describe("common parts of two sequences", () => {
  test("are as long as can be, rise in both, and are the same", () => {
    const pick = random(7);
    for (let round = 0; round < 300; round++) {
      const a = Int32Array.from({ length: pick(30) }, () => pick(6));
      const b = Int32Array.from({ length: pick(30) }, () => pick(6));
      const blocks = commonBlocks(a, b);
      let [lastA, lastB, sum] = [0, 0, 0];
      for (const block of blocks) {
        expect(block.length).toBeGreaterThan(0);
        expect(block.a).toBeGreaterThanOrEqual(lastA);
        expect(block.b).toBeGreaterThanOrEqual(lastB);
        [lastA, lastB] = [block.a + block.length, block.b + block.length];
        sum += block.length;
        expect([...a.slice(block.a, lastA)]).toEqual([...b.slice(block.b, lastB)]);
      }
      expect(sum).toBe(longestCommon(a, b));
    }
  });

  test("are found between anchors when the edits are too many for the shortest script", () => {
    const pick = random(3);
    const tokens = Int32Array.from({ length: 6_000 }, (_, at) => at);
    const other = tokens.map((token, at) => (at % 4 === 0 ? token : 10_000 + pick(1_000_000)));
    const blocks = commonBlocks(tokens, other);
    expect(blocks.reduce((sum, block) => sum + block.length, 0)).toBe(1_500);
  });

  test("of sequences with nothing in common are none", () => {
    expect(commonBlocks(Int32Array.from({ length: 5_000 }, () => 1), Int32Array.from({ length: 5_000 }, () => 2))).toEqual([]);
  });

  test("the same token has the same number in both", () => {
    const interner = new Interner();
    expect([...interner.all(["a", "b", "a"])]).toEqual([0, 1, 0]);
    expect([...interner.all(["c", "b"])]).toEqual([2, 1]);
  });
});

describe("words", () => {
  test.each([
    ["I offer 3,000.50 now", ["I", " ", "offer", " ", "3,000.50", " ", "now"]],
    ["don't l’été", ["don't", " ", "l’été"]],
    ["取引を", ["取", "引", "を"]],
    ["a  b\n\nc", ["a", "  ", "b", "\n", "\n", "c"]],
    ["👩🏽!", ["👩", "🏽", "!"]],
  ])("of %j", (text, expected) => expect(words(text)).toEqual(expected));

  test("joined are the text, whatever is in it", () => {
    const pick = random(11);
    for (let round = 0; round < 200; round++) {
      const text = String.fromCharCode(...Array.from({ length: pick(60) }, () => pick(0x10000)));
      expect(words(text).join("")).toBe(text);
    }
  });
});

describe("two texts", () => {
  test("give both texts back, whatever is changed", () => {
    const pick = random(5);
    const some = ["the", "price", " ", " ", "\n", "3,000", ",", ".", "é", "👍", "買", "\ud800"];
    const text = (): string => Array.from({ length: pick(40) }, () => some[pick(some.length)]).join("");
    for (let round = 0; round < 500; round++) {
      const [a, b] = [text(), text()];
      const pieces = wordDiff(a, b, round % 2 ? 20 : undefined);
      expect(first(pieces)).toBe(a);
      expect(second(pieces)).toBe(b);
      for (let at = 1; at < pieces.length; at++) expect(pieces[at]!.kind).not.toBe(pieces[at - 1]!.kind);
    }
  });

  test("a changed word is that word alone", () => {
    expect(wordDiff("I offer 3,000 for it.", "I offer 3,500 for it.")).toEqual([
      { kind: "same", text: "I offer " },
      { kind: "gone", text: "3,000" },
      { kind: "new", text: "3,500" },
      { kind: "same", text: " for it." },
    ]);
  });

  test("a space between two changed words goes with them", () => {
    expect(wordDiff("sell the old car", "sell my new car").map((piece) => piece.text)).toEqual(["sell ", "the old", "my new", " car"]);
  });

  test("equal texts are one piece, empty ones none", () => {
    expect(wordDiff("x y", "x y")).toEqual([{ kind: "same", text: "x y" }]);
    expect(wordDiff("", "")).toEqual([]);
    expect(wordDiff("", "x")).toEqual([{ kind: "new", text: "x" }]);
  });

  test("only so many characters are compared between what is the same at both ends", () => {
    const long = "word ".repeat(400_000);
    const pieces = wordDiff(`intro\n${long}a\nend`, `intro\n${long}b\nend`, 1_000);
    expect(first(pieces)).toBe(`intro\n${long}a\nend`);
    expect(pieces[0]!.text.startsWith("intro\n")).toBe(true);
    expect(pieces[pieces.length - 1]).toEqual({ kind: "same", text: "\nend" });
  });

  test("likeness is 1 for equal, 0 for strangers, between for neighbours", () => {
    expect(likeness(wordDiff("a b", "a b"))).toBe(1);
    expect(likeness(wordDiff("abc", "xyz"))).toBe(0);
    expect(likeness(wordDiff("same old", "same new"))).toBeCloseTo(8 / 14);
  });
});
