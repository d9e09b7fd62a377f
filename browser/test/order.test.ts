import { describe, expect, it } from "vitest";
import { Order } from "../src/data/order";
import { preorder, randomParents } from "./forest";

function grown(parents: readonly number[], batches: readonly number[]): Order {
  const order = new Order();
  order.reserve(parents.length);
  let at = 0;
  for (const batch of batches) {
    const end = Math.min(parents.length, at + batch);
    for (let row = at; row < end; row++) order.parents[row] = parents[row]!;
    order.link(end);
    at = end;
  }
  return order;
}

function walked(order: Order): number[] {
  const rows: number[] = [];
  for (let row = order.first(-1); row >= 0; row = order.after(row)) rows.push(row);
  return rows;
}

describe("order", () => {
  it.each([1, 7, 300, 5000])("is the same however rows arrive, in batches of %i", (batch) => {
    for (let seed = 1; seed <= 8; seed++) {
      const parents = randomParents(900, seed);
      const order = grown(parents, Array.from({ length: 900 }, () => batch));
      expect(walked(order)).toEqual(preorder(parents));
      const sizes = parents.map(() => 1);
      for (let row = parents.length - 1; row >= 0; row--) if (parents[row]! >= 0) sizes[parents[row]!]! += sizes[row]!;
      expect([...order.sizes.slice(0, 900)]).toEqual(sizes);
      expect(order.roots).toBe(parents.filter((parent) => parent < 0).length);
    }
  });

  it("knows depths, siblings and what is below what", () => {
    const order = grown([-1, 0, 0, 1, -1, 2], [6]);
    expect([...order.depths.slice(0, 6)]).toEqual([0, 1, 1, 2, 0, 2]);
    expect([order.next(1), order.next(2), order.next(0), order.next(4)]).toEqual([2, -1, 4, -1]);
    expect([order.isBelow(3, 0), order.isBelow(3, 2), order.isBelow(4, 0)]).toEqual([true, false, false]);
    expect(order.skip(1)).toBe(2);
    expect(order.after(5, 0)).toBe(-1);
  });

  it("takes parts out, wherever they stand among their siblings", () => {
    for (let out = 0; out < 6; out++) {
      const parents = [-1, 0, 0, 0, 1, -1];
      const order = grown(parents, [6]);
      const gone = new Set(preorder(parents, out));
      order.unlink(out);
      expect(walked(order)).toEqual(preorder(parents).filter((row) => !gone.has(row)));
      expect(order.live).toBe(6 - gone.size);
      if (!gone.has(0)) expect(order.sizes[0]).toBe([0, 1, 2, 3, 4].filter((row) => !gone.has(row)).length);
    }
  });

  it("makes roots of rows whose parent can't be", () => {
    const order = grown([-1, 5, -7, 3, 0, 1], [6]);
    expect(walked(order)).toEqual([0, 4, 1, 5, 2, 3]);
  });

  it("goes as deep as a trace does", () => {
    const parents = Array.from({ length: 100_000 }, (_, row) => row - 1);
    const order = grown(parents, [100_000]);
    expect(order.sizes[0]).toBe(100_000);
    expect(order.depths[99_999]).toBe(65_535);
  });
});
