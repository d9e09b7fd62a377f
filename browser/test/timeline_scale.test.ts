import { describe, expect, test } from "vitest";
import { around, clock, panned, SHORTEST, ticks, zoomed } from "../src/timeline/scale";

const all = { from: 0, to: 100 };

describe("the window", () => {
  test("zooms around a time that stays where it is", () => {
    expect(zoomed({ from: 0, to: 100 }, 0.5, 20, all)).toEqual({ from: 10, to: 60 });
  });
  test("never shows more than there is, nor less than can be told apart", () => {
    expect(zoomed({ from: 10, to: 60 }, 100, 20, all)).toEqual(all);
    const close = zoomed({ from: 10, to: 60 }, 1e-20, 20, all);
    expect(close.to - close.from).toBeCloseTo(SHORTEST, 10);
    expect(zoomed({ from: 0, to: 0 }, 2, 0, { from: 0, to: 0 })).toEqual({ from: 0, to: 0 });
  });
  test("stops at both ends", () => {
    expect(panned({ from: 80, to: 90 }, 50, all)).toEqual({ from: 90, to: 100 });
    expect(panned({ from: 80, to: 90 }, -500, all)).toEqual({ from: 0, to: 10 });
  });
  test("shows a stretch with room around it", () => {
    expect(around(40, 48, all)).toEqual({ from: 39, to: 49 });
  });
});

describe("marks", () => {
  test.each([
    [{ from: 0, to: 10 }, 1000, 1, 11],
    [{ from: 0, to: 0.01 }, 1000, 0.001, 11],
    [{ from: 0, to: 3600 }, 1000, 300, 13],
    [{ from: 0, to: 200 }, 1000, 30, 7],
    [{ from: 0, to: 400 }, 1000, 60, 7],
    [{ from: 0, to: 40 }, 1000, 5, 9],
  ])("of %j over %i pixels are %d s apart", (window, pixels, step, count) => {
    const marks = ticks(window, pixels, 80);
    expect(marks.step).toBeCloseTo(step, 9);
    expect(marks.times.length).toBe(count);
  });
  test("are never closer than asked, nor endless", () => {
    for (let power = -5; power < 7; power += 0.37) {
      const span = 10 ** power;
      const { step, times } = ticks({ from: 3, to: 3 + span }, 800, 80);
      expect((step / span) * 800).toBeGreaterThanOrEqual(79.9);
      expect(times.length).toBeLessThan(13);
    }
    expect(ticks({ from: 1, to: 1 }, 800, 80).times).toEqual([]);
  });
  test.each([
    [0.0005, 0.0001, "500 µs"],
    [0.25, 0.05, "250 ms"],
    [0.0255, 0.0001, "25.5 ms"],
    [3.29974, 0.00001, "3.29974 s"],
    [1.5, 0.5, "1.5 s"],
    [75, 5, "1:15"],
    [75.5, 0.5, "1:15.5"],
    [3725, 60, "1:02:05"],
    [0, 10, "0 s"],
  ])("%d s with marks %d s apart is %j", (seconds, step, text) => expect(clock(seconds, step)).toBe(text));
});
