import { describe, expect, test } from "vitest";
import { append, type MadeUpRow, someRuns } from "../dev/made_up";
import { State } from "../src/app/model";
import { Columns } from "../src/data/columns";
import { describe as described, inWords, summary } from "../src/timeline/describe";
import { barOf, sceneOf } from "../src/timeline/scene";
import { walked } from "../src/timeline/walk";

function store(...rows: MadeUpRow[]): Columns {
  const columns = new Columns();
  append(columns, rows, 1_760_000_000);
  return columns;
}

const row = (parent: number, kind: string, start: number, duration: number, more: Partial<MadeUpRow> = {}): MadeUpRow => ({ parent, kind, start, duration, name: `${kind} at ${start}`, ...more });

const small = (): Columns =>
  store(
    row(-1, "run", 0, 10),
    row(0, "query", 1, 4, { actor: 1 }),
    row(1, "model", 2, 2, { tokensIn: 12_345, tokensOut: 20 }),
    row(0, "query", 1.5, 4, { actor: 2 }),
    row(3, "model", 2, 3),
    row(-1, "run", 20, 1),
  );

describe("a scene", () => {
  test("has a bar for each row below a node, times from its begin", () => {
    const scene = sceneOf(small(), 1, "calls");
    expect([...scene.row]).toEqual([1, 2]);
    expect([...scene.start]).toEqual([0, 1]);
    expect([...scene.above]).toEqual([-1, 0]);
    expect([...sceneOf(small(), 0, "calls").row]).toEqual([0, 1, 2, 3, 4]);
    expect([...sceneOf(small(), -1, "calls").row]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("by actor, a call lies with the actor it was made for", () => {
    const columns = small();
    const { groups, lane } = sceneOf(columns, -1, "actors");
    expect(groups.map(({ actor, bars, lanes }) => [actor, bars, lanes])).toEqual([[0, 2, 1], [1, 2, 2], [2, 2, 2]]);
    expect([...lane]).toEqual([0, 1, 2, 3, 4, 0]);
    // Below a node, the actor of what is above it still counts.
    expect(sceneOf(columns, 2, "actors").groups.map(({ actor }) => actor)).toEqual([1]);
  });

  test("knows what waits, and how much at once", () => {
    const { load, waits } = sceneOf(small(), 0, "calls");
    expect([...waits]).toEqual([0, 0, 1, 0, 1]);
    expect(load.most).toBe(2);
    expect([load.any, load.sum].map((seconds) => seconds.toFixed(3))).toEqual(["3.000", "5.000"]);
    expect(summary(sceneOf(small(), 0, "calls"), 10)).toEqual(["5 calls", "10.0 s", "30 % of it waiting for models", "up to 2 at once, 1.7 on average"]);
  });

  test("what runs has no end, what was broken off ends with what it called, what was removed is not there", () => {
    const columns = store(row(-1, "run", 0, Number.NaN, { state: State.open }), row(0, "step", 1, Number.NaN, { state: State.interrupted }), row(1, "call", 2, 3), row(-1, "run", 0, 1));
    columns.remove(3);
    const scene = sceneOf(columns, -1, "calls");
    expect([...scene.row]).toEqual([0, 1, 2]);
    expect(scene.end[0]).toBe(Infinity);
    expect(scene.end[1]).toBeCloseTo(5);
    expect([scene.open, scene.last.toFixed(3)]).toEqual([1, "5.000"]);
  });

  test("finds the bar of a row", () => {
    const scene = sceneOf(small(), 3, "calls");
    expect([3, 4, 0, 5, -1].map((one) => barOf(scene, one))).toEqual([0, 1, -1, -1, -1]);
  });

  test("of nothing is empty", () => {
    const scene = sceneOf(new Columns(), -1, "actors");
    expect([scene.row.length, scene.lanes, walked(scene, -1, "first")]).toEqual([0, 0, -1]);
  });
});

describe("the keyboard", () => {
  test("goes along a lane, up to the caller and down to what was called, and stops at the ends", () => {
    const scene = sceneOf(small(), -1, "calls");
    const path = (...ways: Parameters<typeof walked>[2][]): number[] => {
      let bar = -1;
      return ways.map((way) => (bar = walked(scene, bar, way)));
    };
    expect(path("first", "after", "after", "before", "before")).toEqual([0, 5, 5, 0, 0]);
    expect(path("first", "down", "down", "up", "up", "up")).toEqual([0, 1, 2, 1, 0, 0]);
    expect(path("last")).toEqual([5]);
  });

  test("reaches bars in every lane, and never leaves them", () => {
    const columns = new Columns();
    append(columns, someRuns(300, 5), 0);
    const scene = sceneOf(columns, -1, "actors");
    const ways = ["after", "down", "before", "up", "last"] as const;
    let bar = 0;
    for (let step = 0; step < 500; step++) {
      bar = walked(scene, bar, ways[(step * 7) % 5]!);
      expect(bar).toBeGreaterThanOrEqual(0);
      expect(bar).toBeLessThan(scene.row.length);
    }
    const lanes = new Set<number>();
    for (let at = walked(scene, -1, "first"), before = -1; at !== before; before = at, at = walked(scene, at, "down")) lanes.add(scene.lane[at]!);
    expect(lanes.size).toBe(scene.lanes);
  });
});

test("a call in words says all that a picture would", () => {
  const columns = small();
  const scene = sceneOf(columns, 0, "calls");
  expect(inWords(described({ scene, columns, now: 10 }, 2))).toBe("model at 2, model, began at 2.00 s, took 2.00 s, 12.3k tokens in, 20 out, $0.025");
  expect(inWords(described({ scene, columns, now: 10 }, 1))).toBe("query at 1, query, by Alice, began at 1.00 s, took 4.00 s");
});
