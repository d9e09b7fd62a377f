import { describe, expect, test } from "vitest";
import type { Turn } from "../src/app/model";
import { Heights } from "../src/parts/heights";
import { beginning } from "../src/parts/beginning";
import { actorsOf, around, countKinds, findTurns, needle, sees, shownTurns, sides, turnOf } from "../src/talk/selection";

const turn = (some: Partial<Turn>): Turn => ({
  row: 1, step: 1, speaker: 0, to: null, private: false, kind: "say", text: "", cut: false, call: null, ...some,
});

test("a node's turn is its own, the one whose call it is, or that of what it is in", () => {
  const turns = [turn({ row: 2, call: 4 }), turn({ row: 2, kind: "event" }), turn({ row: 7 })];
  const parents = [-1, 0, 1, 2, 3, 4, 0, 6, 7];
  const of = (row: number): number => turnOf(turns, row, (one) => parents[one]!);
  expect([2, 3, 4, 5, 7, 8, 6, 0, -1].map(of)).toEqual([0, 0, 0, 0, 2, 2, -1, -1, -1]);
});

describe("heights", () => {
  test("give the place of every row, and the row of every place, also after changes", () => {
    const each = Array.from({ length: 137 }, (_, at) => 1 + ((at * 37) % 11));
    const heights = new Heights(each);
    for (let round = 0; round < 50; round++) {
      const row = (round * 53) % each.length;
      each[row] = round % 7;
      heights.set(row, each[row]!);
    }
    let top = 0;
    each.forEach((height, row) => {
      expect(heights.top(row)).toBe(top);
      expect(heights.height(row)).toBe(height);
      if (height > 0) expect([heights.at(top), heights.at(top + height - 0.5)]).toEqual([row, row]);
      top += height;
    });
    expect(heights.total).toBe(top);
  });

  test("before the list is its first row, after it its last, in none there is none", () => {
    const heights = new Heights([5, 5]);
    expect([heights.at(-9), heights.at(10), heights.at(99)]).toEqual([0, 1, 1]);
    expect([new Heights([]).at(0), new Heights([]).total]).toEqual([-1, 0]);
  });
});

describe("what an actor could see", () => {
  test.each([
    ["what is said to all", turn({ speaker: 1 }), true],
    ["what is whispered to it", turn({ speaker: 1, to: [0], private: true }), true],
    ["what is whispered to another", turn({ speaker: 1, to: [2], private: true }), false],
    ["what it whispers itself", turn({ speaker: 0, to: [2], private: true }), true],
    ["another's thought", turn({ speaker: 1, kind: "thought" }), false],
    ["its own thought", turn({ speaker: 0, kind: "thought" }), true],
    ["what another observes", turn({ speaker: 1, kind: "observe" }), false],
    ["what it observes", turn({ speaker: -1, to: [0], kind: "observe" }), true],
    ["an event", turn({ speaker: -1, kind: "event" }), true],
    ["a hidden event", turn({ speaker: -1, kind: "event", private: true }), false],
  ])("%s: %#", (_, one, expected) => expect(sees(one, 0)).toBe(expected));

  test("is shown, less the kinds that are not wanted", () => {
    const turns = [turn({}), turn({ kind: "thought" }), turn({ kind: "event", speaker: -1 }), turn({ speaker: 1, to: [1] })];
    const wanted = { thoughts: true, events: true, observations: true, viewer: null };
    expect(shownTurns(turns, wanted)).toEqual([0, 1, 2, 3]);
    expect(shownTurns(turns, { ...wanted, viewer: 0 })).toEqual([0, 1, 2]);
    expect(shownTurns(turns, { ...wanted, thoughts: false, events: false })).toEqual([0, 3]);
    expect(countKinds(turns)).toEqual({ say: 2, thought: 1, event: 1, observe: 0 });
  });
});

test("actors stand by their first words, the second one and the viewer on the right", () => {
  const talk = { speakers: [], turns: [turn({ speaker: 2 }), turn({ speaker: -1, kind: "event" }), turn({ speaker: 0 }), turn({ speaker: 2 })] };
  expect(actorsOf(talk)).toEqual([2, 0]);
  expect([2, 0, 1].map(sides([2, 0], null))).toEqual(["left", "right", "left"]);
  expect([2, 0, 1].map(sides([2, 0, 1], null))).toEqual(["left", "left", "left"]);
  expect([2, 0].map(sides([2, 0], 2))).toEqual(["right", "left"]);
});

describe("search", () => {
  const turns = [turn({ text: "Price (3.000)?" }), turn({ text: "nothing" }), turn({ text: "a PRICE\nagain" })];
  test("finds a text whatever its case and signs", () => {
    expect(findTurns(turns, [0, 1, 2], needle("price"))).toEqual([0, 2]);
    expect(findTurns(turns, [2, 1], needle("price again"))).toEqual([0]);
    expect(findTurns(turns, [0, 1, 2], needle("(3.0"))).toEqual([0]);
    expect(findTurns(turns, [0, 1, 2], needle("  "))).toEqual([]);
    for (const sign of "-/[]{}()*+?.,\\^$|#&~'<> \u202e") expect(() => needle(`a${sign}b`)).not.toThrow();
  });
  test("marks every occurrence", () => {
    expect(around("a Price, a price", needle("price"))).toEqual(["a ", "Price", ", a ", "price", ""]);
    expect(around("x", null)).toEqual(["x"]);
  });
});

test("a long text is cut at a word, or after some lines, but not for a few characters", () => {
  expect(beginning("one two three four", 9, 9)).toBe("one two");
  expect(beginning("one two three", 12, 9)).toBe("one two three");
  expect(beginning("a\nb\nc\nd", 99, 2)).toBe("a\nb");
  expect(beginning("a\nb\nc", 99, 2)).toBe("a\nb");
  expect(beginning("a\nb", 99, 2)).toBe("a\nb");
  expect(beginning(`${"x".repeat(9)}👍${"y".repeat(9)}`, 10, 2)).toBe("x".repeat(9));
});
