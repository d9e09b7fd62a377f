// What the Python side sends, read from fixtures that its own tests write and check.
import { describe, expect, it } from "vitest";
import details from "../fixtures/details.json";
import columnsFixture from "../fixtures/columns.json";
import valuesFixture from "../fixtures/values.json";
import { Columns } from "../src/data/columns";
import type { ChangesValue, ColumnsValue, NodeDetail, Wire } from "../src/data/protocol";
import { COLUMNS } from "../src/data/protocol";
import { asText, expand, type Lookup, thaw, type Value } from "../src/data/thaw";
import { fromBase64, unpack } from "../src/transport/packed";

interface Sample {
  name: string;
  wire: Wire;
  expanded: Wire;
  text: string | null;
}

const samples = valuesFixture.filter((entry) => "wire" in entry) as unknown as Sample[];
const lookup = valuesFixture.find((entry) => "values" in entry) as unknown as Lookup;

function inWords(columns: Columns): unknown[] {
  const number = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return Array.from({ length: columns.length }, (_, row) => ({
    parent: columns.parent(row),
    kind: columns.kind(row),
    state: columns.state(row),
    start: columns.start(row),
    duration: number(columns.duration(row)),
    name: columns.name(row),
    actor: columns.actor(row),
    tags: columns.tags(row),
    tokensIn: columns.tokensIn(row),
    tokensOut: columns.tokensOut(row),
    cost: number(columns.cost(row)),
    flags: columns.flags(row),
  }));
}

describe("columns from Python", () => {
  it("are read as they were meant, before and after a change", () => {
    const first = unpack<ColumnsValue>(fromBase64(columnsFixture.columns).buffer);
    const columns = new Columns();
    expect(columns.append(first.value, first.buffers)).toBe(columnsFixture.expected.length);
    expect(inWords(columns)).toEqual(columnsFixture.expected);
    const later = unpack<ChangesValue>(fromBase64(columnsFixture.changes).buffer);
    columns.append(later.value, later.buffers);
    columns.change(later.value.changed, later.buffers.slice(COLUMNS.length));
    expect(inWords(columns)).toEqual(columnsFixture.expectedAfter);
  });
});

describe("values from Python", () => {
  it("are all known here", () => {
    expect(samples.length).toBeGreaterThan(30);
    const unknown = samples.filter((sample) => {
      const value = thaw(sample.wire, lookup);
      return value.type === "opaque" && value.why.startsWith("unknown");
    });
    expect(unknown.map((sample) => sample.name)).toEqual([]);
  });

  it.each(samples.map((sample) => [sample.name, sample] as const))("%s is expanded alike", (_, sample) => {
    expect(expand(sample.wire, lookup)).toEqual(sample.expanded);
  });

  it.each(samples.filter((sample) => typeof sample.text === "string" && typeof sample.expanded !== "number" && typeof sample.expanded !== "boolean").map((sample) => [sample.name, sample] as const))(
    "%s has the same text",
    (_, sample) => {
      const value = thaw(sample.wire, lookup);
      expect(value.type === "literal" ? value.text : asText(sample.wire, lookup)).toBe(sample.text);
    },
  );

  const of = (name: string): Value => thaw(samples.find((sample) => sample.name === name)!.wire, lookup);

  it("keep their types", () => {
    const types = Object.fromEntries(samples.map((sample) => [sample.name, thaw(sample.wire, lookup).type]));
    expect(types).toMatchObject({
      none: "null", true: "boolean", int: "number", "large int": "literal", nan: "literal", list: "list", tuple: "list", mapping: "mapping",
      keys: "pairs", dollar: "mapping", record: "record", enum: "enum", datetime: "literal", html: "html", markdown: "markdown",
      image: "image", bytes: "blob", table: "table", array: "array", format: "format", exception: "exception", messages: "list", opaque: "opaque",
    }); // prettier-ignore
  });

  it("have what is in them", () => {
    expect(of("record")).toMatchObject({ of: "fixtures.Point", entries: [["x", 1], ["y", 2]] });
    expect(of("surrogate")).toEqual({ type: "text", value: "\ud800 alone" });
    expect(of("duration")).toMatchObject({ text: "86402.000003 s" });
    expect(of("messages")).toMatchObject({ of: "list", items: { length: 3 } });
    const image = of("image") as Value & { type: "image" };
    expect(thaw(lookup.values[image.hash], lookup).type).toBe("bytes");
  });
});

describe("details from Python", () => {
  it("hold every value their fields refer to, or say that it was cut", () => {
    const missing: string[] = [];
    const look = (wire: Wire, at: Lookup): void => {
      const value = thaw(wire, at);
      if (value.type === "cut") missing.push(value.hash);
      if (value.type === "list") value.items.forEach((item) => look(item, at));
      if (value.type === "mapping" || value.type === "record") value.entries.forEach(([, item]) => look(item, at));
    };
    for (const detail of details as unknown as NodeDetail[]) {
      for (const field of Object.values(detail.fields)) look(field as Wire, detail);
      expect(missing.filter((hash) => !detail.cut.includes(hash))).toEqual([]);
    }
  });
});

describe("damaged values", () => {
  it("do not hang", () => {
    const circle: Lookup = { values: { a: { $: "ref", h: "b" }, b: { $: "ref", h: "a" }, l: { base: "l", items: [1] } } };
    expect(() => thaw({ $: "ref", h: "a", n: 1 }, circle)).not.toThrow();
    // Names that every object has, and texts that are none.
    for (const h of ["constructor", "__proto__", "toString"]) {
      expect(thaw({ $: "ref", h, n: 1 }, { values: {}, heads: {} })).toEqual({ type: "cut", hash: h, bytes: 1, head: null });
      expect(thaw({ $: "chain", h, n: 1 }, { values: {} }).type).toBe("cut");
      expect(expand({ $: "ref", h }, { values: {} })).toEqual({ $: "ref", h });
    }
    expect(thaw({ $: "int", v: { toString: 1 } }, { values: {} })).toEqual({ type: "literal", of: "int", text: "" });
    expect(thaw({ $: { toString: null } }, { values: {} }).type).toBe("opaque");
    expect(thaw({ $: "object", t: "T", v: { $: "map", v: [["$", 1]] } }, { values: {} })).toMatchObject({ type: "record", entries: [["$", 1]] });
    expect(thaw({ $: "chain", h: "l", n: 2 }, circle).type).toBe("cut");
    expect(() => expand({ $: "ref", h: "a", n: 1 }, circle)).not.toThrow();
  });

  it("of unknown kinds are shown as such", () => {
    expect(thaw({ $: "hologram", v: "x" }, { values: {} })).toMatchObject({ type: "opaque", of: "hologram" });
    expect(thaw({ $: ["a"] as Wire, v: {} }, { values: {} }).type).toBe("opaque");
  });
});
