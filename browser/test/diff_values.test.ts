import { describe, expect, test } from "vitest";
import type { Wire } from "../src/app/model";
import { Reader } from "../src/diff/plain";
import { type Change, changeOf, countChanges } from "../src/diff/values";

function change(a: Wire, b: Wire, values: Record<string, Wire> = {}): Change {
  const reader = new Reader();
  const lookup = { values };
  return changeOf(reader.read(a, lookup), reader.read(b, lookup));
}

function lines(one: Change): string[] {
  if (one.kind === "inside") return one.parts.flatMap((part) => lines(part).map((line) => `${one.key && `${one.key}.`}${line}`));
  const detail = one.kind === "text" ? ` ${one.a}→${one.b}` : one.kind === "other" ? ` ${one.a.kind}→${one.b.kind}` : "";
  return [`${one.key} ${one.kind}${detail}`];
}

describe("two values", () => {
  test("are the same whatever the order of their fields, and by whatever reference", () => {
    expect(change({ x: 1, y: [1, 2] }, { y: [1, 2], x: 1 }).kind).toBe("same");
    expect(change({ $: "ref", h: "aa", n: 3 }, "abc", { aa: "abc" }).kind).toBe("same");
    expect(change({ $: "format", v: ["Hi ", ["name", null, "Bo"]] }, "Hi Bo").kind).toBe("same");
    expect(change(1, 1.5).kind).toBe("other");
    expect(change(1, "1").kind).toBe("other");
    expect(change({ $: "set", v: [1, 2] }, { $: "set", v: [2, 1] }).kind).toBe("same");
    expect(change([1, 2], { $: "tuple", v: [1, 2] }).kind).toBe("other");
  });

  test("differ field by field", () => {
    const result = change({ keep: 1, old: 2, words: "a b", deep: { n: 1 } }, { keep: 1, words: "a c", deep: { n: 2 }, fresh: 3 });
    expect(lines(result)).toEqual(["keep same", "old gone", "words text a b→a c", "deep.n other leaf→leaf", "fresh new"]);
    expect(countChanges(result)).toBe(4);
  });

  test("differ item by item, equal ones aligned", () => {
    expect(lines(change(["a", "b", "c"], ["b", "c", "d"]))).toEqual(["0 gone", "0 same", "1 same", "2 new"]);
    const messages = (last: string): Wire => [{ role: "system", content: "x" }, { role: "user", content: last }];
    expect(lines(change(messages("hi"), messages("ho")))).toEqual(["0 same", "1.role same", "1.content text hi→ho"]);
  });

  test("fields in another order are each shown once", () => {
    expect(lines(change({ a: 1, b: 2, c: 3 }, { c: 3, b: 9, a: 1 }))).toEqual(["c same", "b other leaf→leaf", "a same"]);
    expect(lines(change({ a: 1, b: 2, c: 3 }, { c: 3, z: 0 }))).toEqual(["a gone", "b gone", "c same", "z new"]);
  });

  test("values that were not sent are told apart by their hash", () => {
    expect(change({ $: "ref", h: "aa", n: 9 }, { $: "ref", h: "aa", n: 9 }).kind).toBe("same");
    expect(change({ $: "ref", h: "aa", n: 9 }, { $: "ref", h: "bb", n: 9 }).kind).toBe("other");
  });

  test("nesting without end and keys like __proto__ do no harm", () => {
    let deep: Wire = "x";
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(change(deep, [deep]).kind).not.toBe("same");
    expect(lines(change(JSON.parse('{"__proto__": 1, "constructor": 2}'), JSON.parse('{"__proto__": 1, "constructor": 3}')))).toEqual(["__proto__ same", "constructor other leaf→leaf"]);
  });
});
