import { describe, expect, test } from "vitest";
import type { Talk, Turn } from "../src/app/model";
import { alignTalks, differences, foldedRows, type Pair } from "../src/diff/align";

/** A conversation of `step speaker: words`; a speaker in brackets thinks. */
function talk(...lines: string[]): Talk {
  const speakers = ["Ana", "Bo", "Cy"].map((name) => ({ name, color: null }));
  const turns = lines.map((line, row): Turn => {
    const [, step, who, text] = /^(\d*) ?(\(?\w+\)?): (.*)$/.exec(line)!;
    const name = who!.replace(/[()]/g, "");
    return {
      row, step: step === "" ? null : Number(step), speaker: speakers.findIndex((one) => one.name === name), to: null,
      private: false, kind: who!.startsWith("(") ? "thought" : "say", text: text!, cut: false, call: null,
    };
  });
  return { speakers, turns };
}

const shape = (pairs: Pair[]): string[] => pairs.map(({ step, a, b, same }) => `${step}: ${a} ${same ? "=" : "≠"} ${b}`);

describe("two conversations", () => {
  test("of a run and its fork share what was before the fork", () => {
    const a = { ...talk("1 Ana: hi", "2 Bo: hello", "3 Ana: 3000?", "4 Bo: no"), uid: "r1" };
    const b = { ...talk("3 Ana: 2900?", "4 Bo: no"), uid: "r2", origin: { run: "r1", step: 2 } };
    const [pairs, back] = [alignTalks(a, b), alignTalks(b, a)];
    expect(shape(pairs)).toEqual(["1: 0 = -1", "2: 1 = -1", "3: 2 ≠ 0", "4: 3 = 1"]);
    expect(shape(back)).toEqual(["1: -1 = 0", "2: -1 = 1", "3: 0 ≠ 2", "4: 1 = 3"]);
    expect(pairs.map((pair) => pair.shared ?? false)).toEqual([true, true, false, false]);
    expect(differences(alignTalks(a, { ...b, origin: { run: "another", step: 2 } }))).toEqual([0, 1, 2]);
  });

  test("stand beside each other step by step", () => {
    const a = talk("1 Ana: hi", "2 Bo: hello", "3 Ana: 3000?", "4 Bo: no");
    const b = talk("1 Ana: hi", "2 Bo: hello", "3 Ana: 3500?", "5 Bo: fine");
    expect(shape(alignTalks(a, b))).toEqual(["1: 0 = 0", "2: 1 = 1", "3: 2 ≠ 2", "4: 3 ≠ -1", "5: -1 ≠ 3"]);
    expect(differences(alignTalks(a, b))).toEqual([2, 3, 4]);
  });

  test("within a step first the same words, then the same speaker, then anybody's words", () => {
    const a = talk("1 Ana: x", "1 Bo: y", "1 (Bo): hm");
    const b = talk("1 Bo: y", "1 Cy: z", "1 (Bo): so");
    expect(shape(alignTalks(a, b))).toEqual(["1: 0 ≠ -1", "1: 1 = 0", "1: -1 ≠ 1", "1: 2 ≠ 2"]);
    expect(shape(alignTalks(talk("1 Ana: x"), talk("1 Bo: x")))).toEqual(["1: 0 ≠ 0"]);
  });

  test("what has no step belongs to the one before", () => {
    expect(shape(alignTalks(talk(" Ana: a", "2 Bo: b", " Bo: c"), talk("2 Bo: b", "2 Bo: c")))).toEqual(["0: 0 ≠ -1", "2: 1 = 0", "2: 2 = 1"]);
  });

  test("show every turn of both exactly once, in order within a step", () => {
    let state = 5;
    const pick = (below: number): number => (state = (state * 48271) % 2147483647) % below;
    for (let round = 0; round < 100; round++) {
      const some = (): Talk =>
        talk(...Array.from({ length: pick(20) }, (_, at) => `${1 + (at >> 2)} ${["Ana", "Bo", "(Cy)"][pick(3)]}: ${pick(3)}`));
      const [a, b] = [some(), some()];
      const pairs = alignTalks(a, b);
      expect(pairs.flatMap((pair) => (pair.a < 0 ? [] : [pair.a]))).toEqual(a.turns.map((_, at) => at));
      expect(pairs.flatMap((pair) => (pair.b < 0 ? [] : [pair.b]))).toEqual(b.turns.map((_, at) => at));
      for (const pair of pairs) if (pair.same) expect(a.turns[pair.a]!.text).toBe(b.turns[pair.b]!.text);
    }
  });

  test("who was told makes a difference, how speakers are numbered none", () => {
    const a = talk("1 Ana: x");
    const b: Talk = { speakers: [{ name: "Bo", color: null }, { name: "Ana", color: "red" }], turns: [{ ...a.turns[0]!, speaker: 1 }] };
    expect(shape(alignTalks(a, b))).toEqual(["1: 0 = 0"]);
    expect(shape(alignTalks(a, { ...b, turns: [{ ...b.turns[0]!, to: [0], private: true }] }))).toEqual(["1: 0 ≠ 0"]);
  });
});

describe("equal pairs", () => {
  const pairs = (signs: string): Pair[] => [...signs].map((sign, at) => ({ step: at, a: at, b: at, same: sign === "=" }));
  const shown = (signs: string, ...open: number[]): string =>
    foldedRows(pairs(signs), new Set(open)).map((row) => (row.kind === "fold" ? `[${row.from}-${row.to}]` : row.pair)).join(" ");

  test.each([
    ["====≠", "[0-3] 3 4"],
    ["≠=====≠", "0 1 [2-5] 5 6"],
    ["≠====", "0 1 [2-5]"],
    ["≠===≠", "0 1 2 3 4"],
    ["=====", "[0-5]"],
    ["=≠", "0 1"],
    ["≠≠", "0 1"],
    ["", ""],
  ])("of %s are folded: %s", (signs, expected) => expect(shown(signs)).toBe(expected));

  test("are all shown once their fold is opened", () => {
    expect(shown("≠=====≠", 2)).toBe("0 1 2 3 4 5 6");
  });
});
