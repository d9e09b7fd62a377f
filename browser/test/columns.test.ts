import { describe, expect, it } from "vitest";
import { Columns } from "../src/data/columns";
import { State } from "../src/data/protocol";
import { buffersOf, chunkOf, type MadeRow, randomParents } from "./forest";

function columnsOf(rows: readonly MadeRow[]): Columns {
  const columns = new Columns();
  columns.append(chunkOf(rows.length), buffersOf(rows));
  return columns;
}

describe("columns", () => {
  it("reads what the buffers say", () => {
    const columns = columnsOf([
      { parent: -1, name: 1, state: 0, duration: NaN, start: 1.5 },
      { parent: 0, kind: 3, actor: 1, tags: 1, tokensIn: 70_000, tokensOut: 5, cost: 0.25, flags: 2 },
    ]);
    expect([columns.name(0), columns.kind(1), columns.state(0), columns.start(0)]).toEqual(["second Ärger", "model", State.open, 1.5]);
    expect(columns.duration(0)).toBeNaN();
    expect([columns.actor(0), columns.actor(1)]).toEqual([null, { name: "Alice", color: "#ff0000" }]);
    expect(columns.tags(1)).toEqual([
      { name: "deal", color: "#00ff00" },
      { name: "late", color: null },
    ]);
    expect([columns.tokensIn(1), columns.cost(1), columns.flags(1), columns.parent(1)]).toEqual([70_000, 0.25, 2, 0]);
    expect(columns.counts).toEqual([1, 1, 0, 0, 0]);
  });

  it("reads buffers that are not aligned", () => {
    const odd = buffersOf([{ parent: -1, start: 12.5, name: 2 }]).map((view) => {
      const bytes = new Uint8Array(view.byteLength + 3);
      bytes.set(new Uint8Array(view.buffer), 3);
      return new DataView(bytes.buffer, 3);
    });
    const columns = new Columns();
    columns.append(chunkOf(1), odd);
    expect([columns.start(0), columns.name(0)]).toEqual([12.5, "third"]);
  });

  it("takes rows that overlap once, and refuses a gap", () => {
    const rows = [{ parent: -1 }, { parent: 0 }, { parent: 0, name: 2 }];
    const columns = columnsOf(rows.slice(0, 2));
    expect(columns.append(chunkOf(3, 5), buffersOf(rows))).toBe(-1);
    expect(columns.append(chunkOf(3), buffersOf(rows))).toBe(1);
    expect(columns.append(chunkOf(2), buffersOf(rows.slice(0, 2)))).toBe(0);
    expect([columns.length, columns.name(2), columns.size(0)]).toEqual([3, "third", 3]);
  });

  it.each([1, 40, 700])("adds up tokens and costs above every row, in batches of %i", (batch) => {
    const parents = randomParents(700, 3);
    const rows = parents.map((parent, row): MadeRow => ({ parent, tokensIn: row % 7, tokensOut: row % 3, cost: row % 5 === 0 ? row / 1000 : NaN }));
    const columns = new Columns();
    for (let from = 0; from < rows.length; from += batch) {
      const part = rows.slice(from, from + batch);
      columns.append(chunkOf(part.length, from), buffersOf(part));
    }
    const tokens = rows.map((row) => row.tokensIn! + row.tokensOut!);
    const costs = rows.map((row) => Math.fround(row.cost!) || 0);
    for (let row = rows.length - 1; row > 0; row--)
      if (parents[row]! >= 0) {
        tokens[parents[row]!]! += tokens[row]!;
        costs[parents[row]!]! += costs[row]!;
      }
    tokens.forEach((sum, row) => {
      expect(columns.tokensBelow(row)).toBe(sum);
      expect(columns.costBelow(row)).toBeCloseTo(costs[row]!, 9);
    });
  });

  it("changes rows in place, and the sums above them", () => {
    const columns = columnsOf([{ parent: -1, state: 0 }, { parent: 0, state: 0, tokensIn: 5 }, { parent: 1 }]);
    columns.change([1], buffersOf([{ parent: 0, state: 2, tokensIn: 9, tokensOut: 1, cost: 0.5, name: 2 }]));
    expect([columns.state(1), columns.name(1), columns.tokensBelow(0), columns.costBelow(0)]).toEqual([State.error, "third", 10, 0.5]);
    expect(columns.counts).toEqual([1, 1, 1, 0, 0]);
  });

  it("takes removed rows out of everything that is counted", () => {
    const columns = columnsOf([{ parent: -1, tokensIn: 1 }, { parent: 0, tokensIn: 10 }, { parent: 1, tokensIn: 100, cost: 2 }, { parent: -1 }]);
    columns.change([1], buffersOf([{ parent: 0, state: State.removed }]));
    expect([columns.tokensBelow(0), columns.costBelow(0), columns.size(0), columns.order.live]).toEqual([1, 0, 1, 2]);
    expect([columns.isRemoved(2), columns.children(0)]).toEqual([true, []]);
    columns.remove(0);
    columns.remove(0);
    expect([columns.order.live, columns.children(-1)]).toEqual([1, [3]]);
    expect(columns.counts).toEqual([0, 1, 0, 0, 3]);
  });

  it("leaves out rows that were removed before it was read", () => {
    const columns = columnsOf([{ parent: -1 }, { parent: 0, state: State.removed }, { parent: 1, state: State.removed }, { parent: 0 }]);
    expect([columns.children(0), columns.order.live, columns.counts]).toEqual([[3], 2, [0, 2, 0, 0, 2]]);
  });
});
