import { describe, expect, it } from "vitest";
import { Columns } from "../src/data/columns";
import { Visible } from "../src/tree/visible";
import { buffersOf, chunkOf, preorder, random, randomParents } from "./forest";

function forest(parents: readonly number[], kinds: readonly number[] = []): { columns: Columns; visible: Visible } {
  const columns = new Columns();
  columns.append(chunkOf(parents.length), buffersOf(parents.map((parent, row) => ({ parent, kind: kinds[row] ?? 0 }))));
  return { columns, visible: new Visible(columns) };
}

function shown(visible: Visible): number[] {
  if (visible.dueIn(0) !== null) visible.rebuild();
  return [...visible.rows.slice(0, visible.length)];
}

//  0 ─ 1 ─ 2
//    └ 3 ─ 4
//  5 ─ 6
const SMALL = [-1, 0, 1, 0, 3, -1, 5];

describe("what is shown", () => {
  it("is the roots, then what is opened", () => {
    const { visible } = forest(SMALL);
    expect(shown(visible)).toEqual([0, 5]);
    visible.setOpen(0, true);
    expect(shown(visible)).toEqual([0, 1, 3, 5]);
    visible.setOpenBelow(0, true);
    expect(shown(visible)).toEqual([0, 1, 2, 3, 4, 5]);
    visible.setOpenBelow(0, false);
    expect(shown(visible)).toEqual([0, 5]);
    visible.setOpenBelow(-1, true);
    expect(shown(visible)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([visible.position(3), visible.position(99), visible.at(7), visible.level(4), visible.above(4)]).toEqual([3, -1, -1, 2, 3]);
  });

  it("remembers what was open inside of what was closed", () => {
    const { visible } = forest(SMALL);
    visible.setOpenBelow(-1, true);
    visible.setOpen(0, false);
    visible.setOpen(0, true);
    expect(shown(visible)).toContain(2);
  });

  it("opens what is above a row that is gone to", () => {
    const { visible } = forest(SMALL);
    expect(visible.reveal(4)).toBe(true);
    expect(shown(visible)).toEqual([0, 1, 3, 4, 5]);
  });

  it("opens level by level at first, and a single root in any case", () => {
    expect(shown(opened([-1, 0, 0, 1, 1, 1, 1], 4))).toEqual([0, 1, 2]);
    expect(shown(opened([-1, 0, 0, 1, 1], 9))).toEqual([0, 1, 3, 4, 2]);
    expect(shown(opened([-1, ...Array.from({ length: 50 }, () => 0)], 10))).toHaveLength(51);
    expect(shown(opened(Array.from({ length: 50 }, () => -1), 10))).toHaveLength(50);
  });

  function opened(parents: number[], limit: number): Visible {
    const { visible } = forest(parents);
    visible.openSome(limit);
    return visible;
  }

  it("leaves out kinds, and moves up what is below them", () => {
    const { visible } = forest(SMALL, [0, 1, 2, 1, 2, 0, 1]);
    visible.setOpen(0, true);
    visible.hide(new Set([1]));
    expect(shown(visible)).toEqual([0, 2, 4, 5]);
    expect([visible.level(4), visible.above(4)]).toEqual([1, 0]);
    visible.hide(new Set());
    expect(shown(visible)).toEqual([0, 1, 3, 5]);
  });

  it("follows a removal", () => {
    const { columns, visible } = forest(SMALL);
    visible.setOpenBelow(-1, true);
    columns.remove(1);
    visible.invalidate();
    expect(shown(visible)).toEqual([0, 3, 4, 5, 6]);
  });
});

describe("rows that arrive", () => {
  it.each([1, 5, 60])("stand where a rebuild puts them, in batches of %i", (batch) => {
    for (let seed = 1; seed <= 12; seed++) {
      const parents = randomParents(240, seed);
      const chance = random(seed + 50);
      const columns = new Columns();
      const visible = new Visible(columns);
      for (let from = 0; from < parents.length; from += batch) {
        const part = parents.slice(from, from + batch).map((parent) => ({ parent }));
        columns.append(chunkOf(part.length, from), buffersOf(part));
        visible.appended(from, from + part.length);
        shown(visible);
        if (chance() < 0.4) visible.setOpen(Math.floor(chance() * (from + part.length)), chance() < 0.7);
        const now = shown(visible);
        visible.invalidate();
        expect(now).toEqual(shown(visible));
      }
    }
  });

  it("cost nothing where nobody looks, and at the end no rebuild", () => {
    const { columns, visible } = forest([-1, 0]);
    shown(visible);
    const add = (parent: number): number | null => {
      const from = columns.length;
      columns.append(chunkOf(1, from), buffersOf([{ parent }]));
      visible.appended(from, from + 1);
      return visible.dueIn(performance.now());
    };
    expect(add(1)).toBeNull();
    expect(shown(visible)).toEqual([0]);
    expect(add(-1)).toBeNull();
    expect(shown(visible)).toEqual([0, 3]);
    visible.setOpen(0, true);
    expect(shown(visible)).toEqual([0, 1, 3]);
    expect(add(0)).not.toBeNull();
    visible.rebuild();
    expect(shown(visible)).toEqual([0, 1, 4, 3]);
  });
});

describe("matches", () => {
  const even = (row: number): boolean => row % 2 === 0 && row > 0;

  it("are stepped through in the order of the tree, around the end, also when closed", () => {
    const { visible } = forest([-1, 0, 1, -1, 0, 3, 4]); // 0 1 2 4 6 3 5
    visible.mark(even, false);
    expect([...visible.matchRows()]).toEqual([2, 4, 6]);
    expect([visible.matchFrom(-1, 1), visible.matchFrom(2, 1), visible.matchFrom(6, 1), visible.matchFrom(2, -1)]).toEqual([2, 4, 2, 6]);
    // From rows that are none: 1 is before all, 3 after all.
    expect([visible.matchFrom(1, 1), visible.matchFrom(1, -1), visible.matchFrom(3, 1), visible.matchFrom(3, -1)]).toEqual([2, 6, 2, 6]);
    expect([visible.matchNumber(4), visible.matchNumber(3)]).toEqual([2, 0]);
    expect(visible.matchFrom(0, 1)).toBe(2);
  });

  it("steps agree with the whole order in random forests", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const parents = randomParents(120, seed);
      const { visible } = forest(parents);
      const isMatch = (row: number): boolean => (row * 7) % 5 === 0;
      visible.mark(isMatch, false);
      const all = preorder(parents);
      const matches = all.filter(isMatch);
      expect([...visible.matchRows()]).toEqual(matches);
      for (const row of all) {
        const at = all.indexOf(row);
        expect(visible.matchFrom(row, 1)).toBe(all.slice(at + 1).find(isMatch) ?? matches[0]);
        expect(visible.matchFrom(row, -1)).toBe(all.slice(0, at).findLast(isMatch) ?? matches.at(-1));
      }
    }
  });

  it("alone are left by a filter, with what is above them", () => {
    const { visible } = forest(SMALL);
    visible.mark((row) => row === 2 || row === 5, true);
    expect(shown(visible)).toEqual([0, 1, 2, 5]);
    expect([visible.isPassage(1), visible.isPassage(2), visible.isMatch(5)]).toEqual([true, false, true]);
    visible.setOpen(1, false);
    expect(shown(visible)).toEqual([0, 1, 5]);
    visible.setOpen(5, true); // a match shows what is below it when it is opened
    expect(shown(visible)).toEqual([0, 1, 5, 6]);
    expect(visible.reveal(4)).toBe(false);
    visible.mark(null, true);
    expect(shown(visible)).toEqual([0, 5]); // as it was before
  });

  it("are found among rows that arrive", () => {
    const { columns, visible } = forest([-1, 0]);
    const test = (row: number): boolean => row === 2;
    visible.mark(test, true);
    expect(shown(visible)).toEqual([]);
    columns.append(chunkOf(1, 2), buffersOf([{ parent: 1 }]));
    visible.appended(2, 3);
    visible.mark(test, true, 2);
    expect(visible.matches).toBe(1);
    visible.rebuild();
    expect(shown(visible)).toEqual([0, 1, 2]);
  });
});
