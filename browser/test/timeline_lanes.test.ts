import { describe, expect, test } from "vitest";
import { indexLanes, spanAt, spansOf } from "../src/timeline/detail_levels";
import { byStart, packLanes } from "../src/timeline/lanes";
import { loadOf, sampled } from "../src/timeline/load";

const bars = (...rows: [number, number, number][]) => ({
  start: Float64Array.from(rows, (row) => row[0]),
  end: Float64Array.from(rows, (row) => row[1]),
  parent: Int32Array.from(rows, (row) => row[2]),
});

function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function someBars(seed: number, total: number) {
  const pick = random(seed);
  const rows: [number, number, number][] = [];
  for (let row = 0; row < total; row++) {
    const parent = row === 0 || pick(8) === 0 ? -1 : pick(row);
    const start = (parent < 0 ? 0 : rows[parent]![0]) + pick(40);
    rows.push([start, pick(15) === 0 ? Infinity : start + pick(30), parent]);
  }
  return bars(...rows);
}

describe("lanes", () => {
  test("one after another is one lane, one in another two, one beside another two", () => {
    expect(packLanes(bars([0, 1, -1], [1, 2, -1], [2, 3, -1]))).toEqual({ lane: Int32Array.of(0, 0, 0), count: 1 });
    expect(packLanes(bars([0, 3, -1], [1, 2, 0]))).toEqual({ lane: Int32Array.of(0, 1), count: 2 });
    expect(packLanes(bars([0, 3, -1], [1, 2, -1]))).toEqual({ lane: Int32Array.of(0, 1), count: 2 });
  });

  test("what is made in a call stays below it, not between the calls of another", () => {
    // Two calls beside each other, each with one inside: the second begins below the first's whole block.
    expect([...packLanes(bars([0, 9, -1], [1, 9, -1], [2, 3, 0], [2, 3, 1])).lane]).toEqual([0, 2, 1, 3]);
  });

  test("a lane is used again once it is free, and what has not ended keeps its own", () => {
    expect([...packLanes(bars([0, 5, -1], [1, 2, -1], [2, 3, -1], [5, 6, -1])).lane]).toEqual([0, 1, 1, 0]);
    expect([...packLanes(bars([0, Infinity, -1], [10, 11, -1], [99, 100, -1])).lane]).toEqual([0, 1, 1]);
  });

  test("the rounding of a duration to single precision makes no overlap", () => {
    const start = 1_760_000_000.123456;
    const took = Math.fround(1234.5678); // may be longer than it was
    expect(packLanes(bars([start, start + took, -1], [start + 1234.5678, start + 1300, -1])).count).toBe(1);
  });

  test("no two bars of a lane overlap, and all lie below their parents", () => {
    for (let seed = 1; seed < 60; seed++) {
      const some = someBars(seed, 120);
      const { lane, count } = packLanes(some);
      for (let one = 0; one < 120; one++) {
        expect(lane[one]).toBeLessThan(count);
        if (some.parent[one]! >= 0) expect(lane[one]).toBeGreaterThan(lane[some.parent[one]!]!);
        for (let other = 0; other < one; other++)
          if (lane[one] === lane[other])
            expect(some.end[one]! <= some.start[other]! || some.end[other]! <= some.start[one]!).toBe(true);
      }
    }
  });

  test("thousands that all overlap, and nothing at all", () => {
    const start = Float64Array.from({ length: 20_000 }, (_, at) => at);
    const open = { start, end: new Float64Array(20_000).fill(Infinity), parent: new Int32Array(20_000).fill(-1) };
    expect(packLanes(open).count).toBe(20_000);
    expect(packLanes(bars()).count).toBe(0);
  });

  test("bars are ordered by start also where rows are not", () => {
    expect([...byStart(Float64Array.of(3, 1, 2, 1))]).toEqual([1, 3, 2, 0]);
  });
});

function indexed(some: ReturnType<typeof bars>) {
  const { lane, count } = packLanes(some);
  return { index: indexLanes(lane, count, some.start, some.end, byStart(some.start)), count };
}

describe("spans at a zoom", () => {
  test("wide bars are drawn by themselves", () => {
    const { index } = indexed(bars([0, 2, -1], [4, 6, -1]));
    expect(spansOf(index, 0, 0, 10, 100, 10)).toEqual([
      { x: 0, width: 20, bar: 0, count: 1, cover: 1 },
      { x: 40, width: 20, bar: 1, count: 1, cover: 1 },
    ]);
  });

  test("bars under a pixel are merged, and how full the pixel is is kept", () => {
    const rows = Array.from({ length: 1_000 }, (_, at): [number, number, number] => [at / 100, at / 100 + 0.005, -1]);
    const spans = spansOf(indexed(bars(...rows)).index, 0, 0, 10, 100, 10);
    expect(spans.length).toBeLessThanOrEqual(3);
    expect(spans.reduce((sum, span) => sum + span.count, 0)).toBe(1_000);
    expect(spans[0]!.cover).toBeCloseTo(0.5, 1);
  });

  test("every bar in the window is in exactly one span, and there are not more than pixels and wide bars", () => {
    for (let seed = 1; seed < 40; seed++) {
      const some = someBars(seed, 400);
      const { index, count } = indexed(some);
      for (let lane = 0; lane < count; lane++) {
        const spans = spansOf(index, lane, 20, 220, 50, 200);
        const inside = [...index.order.slice(index.first[lane], index.first[lane + 1])].filter(
          (bar) => some.end[bar]! > 20 && some.start[bar]! < 220,
        );
        expect(spans.reduce((sum, span) => sum + span.count, 0)).toBe(inside.length);
        expect(spans.filter((span) => span.count > 1).length).toBeLessThanOrEqual(51);
        for (let at = 1; at < spans.length; at++) expect(spans[at]!.x).toBeGreaterThan(spans[at - 1]!.x - 1);
      }
    }
  });

  test("what has not ended is drawn to now", () => {
    const { index } = indexed(bars([0, Infinity, -1]));
    expect(spansOf(index, 0, 0, 10, 100, 5)[0]).toMatchObject({ x: 0, width: 50 });
  });

  test("a bar is found under the pointer, and a thin one near it", () => {
    const { index } = indexed(bars([1, 2, -1], [5, 5.001, -1]));
    expect(spanAt(index, 0, 15, 0, 10, 100, 10)?.bar).toBe(0);
    expect(spanAt(index, 0, 52, 0, 10, 100, 10)?.bar).toBe(1);
    expect(spanAt(index, 0, 35, 0, 10, 100, 10)).toBeNull();
  });
});

describe("load", () => {
  test("counts what runs beside each other, and how long anything did", () => {
    const load = loadOf(Float64Array.of(0, 1, 5), Float64Array.of(3, 2, 6));
    expect([...load.time]).toEqual([0, 1, 2, 3, 5, 6]);
    expect([...load.level]).toEqual([1, 2, 1, 0, 1, 0]);
    expect(load).toMatchObject({ any: 4, sum: 5, most: 2 });
  });

  test("of nothing is nothing; instants take no time", () => {
    expect(loadOf(new Float64Array(0), new Float64Array(0))).toMatchObject({ any: 0, sum: 0, most: 0 });
    expect(loadOf(Float64Array.of(1), Float64Array.of(1))).toMatchObject({ any: 0, most: 1 });
  });

  test("is sampled by its mean", () => {
    const load = loadOf(Float64Array.of(0, 1, 5), Float64Array.of(3, 2, 6));
    expect([...sampled(load, 0, 6, 3)]).toEqual([1.5, 0.5, 0.5]);
    expect([...sampled(load, 0, 0, 2)]).toEqual([0, 0]);
  });
});
