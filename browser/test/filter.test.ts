import { describe, expect, it } from "vitest";
import { Columns } from "../src/data/columns";
import { compile, facets, type Filter, filterSize, NameSearch, NO_FILTER } from "../src/tree/filter";
import { buffersOf, chunkOf } from "./forest";

const columns = new Columns();
columns.append(
  chunkOf(5),
  buffersOf([
    { parent: -1, name: 0, duration: 20 },
    { parent: 0, name: 1, kind: 2, actor: 1, tags: 1, tokensIn: 900, tokensOut: 200, cost: 0.02 },
    { parent: 1, name: 2, kind: 3, state: 2, duration: 0.5, cost: 0.0005 },
    { parent: 0, name: 1, kind: 2, duration: NaN, state: 0 },
    { parent: 0, name: 2, kind: 1, tags: 1 },
  ]),
);
const HIDDEN = new Uint8Array(256);

function found(filter: Partial<Filter>, text = "", hits: number[] | null = null, hidden = HIDDEN): number[] | null {
  const names = text === "" ? null : new NameSearch(columns, text);
  const test = compile(columns, { ...NO_FILTER, ...filter }, hidden, names, hits && new Set(hits));
  return test && [0, 1, 2, 3, 4].filter(test);
}

describe("filters", () => {
  it("are no test when nothing is chosen", () => {
    expect(found({})).toBeNull();
    expect(filterSize(NO_FILTER)).toBe(0);
  });

  it("widen within a facet and narrow between facets", () => {
    expect(found({ kinds: new Set(["query", "model"]) })).toEqual([1, 2, 3]);
    expect(found({ kinds: new Set(["query", "model"]), states: new Set([2]) })).toEqual([2]);
    expect(found({ actors: new Set(["Alice"]) })).toEqual([1]);
    expect(found({ tags: new Set(["late"]) })).toEqual([1, 4]);
    expect(found({ kinds: new Set(["no such kind"]) })).toEqual([]);
  });

  it("know slow, costly and wordy, where unknown is neither", () => {
    expect(found({ slow: 10 })).toEqual([0]);
    expect(found({ slow: 0 })).toEqual([0, 1, 2, 4]);
    expect(found({ costly: 0.001 })).toEqual([1]);
    expect(found({ wordy: 1000 })).toEqual([1]);
  });

  it("look for a text in names, actors and tags, whatever the case", () => {
    expect(found({}, "ÄRGER")).toEqual([1, 3]);
    expect(found({}, "alice")).toEqual([1]);
    expect(found({}, "deal")).toEqual([1, 4]);
    expect(found({}, "nothing of that")).toEqual([]);
    expect(found({}, "nothing of that", [4, 2])).toEqual([2, 4]);
    expect(found({ states: new Set([2]) }, "third")).toEqual([2]);
  });

  it("pass over kinds that are hidden", () => {
    const hidden = new Uint8Array(256);
    hidden[3] = 1;
    expect(found({}, "third", null, hidden)).toEqual([4]);
  });

  it("see names that are added to the tables later", () => {
    const growing = new Columns();
    growing.append(chunkOf(1), buffersOf([{ parent: -1 }]));
    const names = new NameSearch(growing, "new");
    growing.append(chunkOf(1, 1, { names: ["brand new"], namesFrom: 3 }), buffersOf([{ parent: 0, name: 3 }]));
    const test = compile(growing, NO_FILTER, HIDDEN, names, null)!;
    expect([test(0), test(1)]).toEqual([false, true]);
  });

  it("are counted", () => {
    const counts = facets(columns);
    expect([...counts.kinds]).toEqual([["run", 1], ["step", 1], ["query", 2], ["model", 1]]);
    expect(counts.states).toEqual([1, 3, 1, 0, 0]);
    expect(counts.actors.get("Alice")).toEqual({ count: 1, color: "#ff0000" });
    expect(counts.tags.get("deal")?.count).toBe(2);
    expect(counts.slow).toEqual([4, 3, 1, 0, 0]);
    expect(counts.costly).toEqual([2, 1, 1, 0, 0]);
    expect(counts.wordy).toEqual([1, 1, 0, 0]);
  });
});
