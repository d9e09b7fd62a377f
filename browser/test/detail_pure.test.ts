import { describe, expect, test } from "vitest";
import type { Wire } from "../src/app/model";
import { bytesOf, numbersOf } from "../src/detail/bytes";
import { nameHue } from "../src/parts/colors";
import { FieldBook, textOfPieces } from "../src/detail/fields";
import { readDocument, readDrawing, tame } from "../src/detail/figures";
import { fileName } from "../src/detail/Files";
import { findIn } from "../src/detail/finding";
import { dtypeName, gist } from "../src/detail/gist";
import { readTokens, surprise } from "../src/detail/Logprobs";
import { looksLikeMarkdown } from "../src/detail/looks";
import { inline, readMarkdown } from "../src/detail/markdown";
import { split } from "../src/detail/Marked";
import { areMessages, contentParts, readCall, readMessage } from "../src/detail/messages";
import { findOrigin, likeliestFirst, observations } from "../src/detail/origin";
import { inPython, isSame, isWithin } from "../src/detail/paths";
import { pictureAddress } from "../src/detail/Picture";
import { niceTicks } from "../src/detail/Sketch";
import { thaw } from "../src/detail/stored";
import { cutAt, inDigits, webAddress } from "../src/detail/words";
import { asStored, forCopying, promptText, rawJson, readJson } from "../src/detail/writing";
import { apiOf } from "./detail_support";

const NOTHING = { values: {} };
const template = (...parts: Wire[]): Wire => ({ $: "format", v: parts });
const partsOf = (wire: Wire, values: Record<string, Wire> = {}) => {
  const value = thaw(wire, { values });
  if (value.type !== "format") throw new Error(value.type);
  return value.parts;
};

describe("Markdown", () => {
  test("blocks", () => {
    const read = readMarkdown("# Title #\n\nwords *and* more\nlines\n\n- one\n- two\n  - inner\n\n1. a\n2. b\n\n> quote\n\n```py x\ncode <b>\n```\n***\n\n    indented");
    expect(read.map((one) => one.block)).toEqual(["heading", "paragraph", "list", "list", "quote", "code", "rule", "code"]);
    expect(read[0]).toMatchObject({ level: 1, inside: ["Title"] });
    expect(read[2]).toMatchObject({ start: null, items: [{}, { inside: [{ block: "paragraph" }, { block: "list" }] }] });
    expect(read[3]).toMatchObject({ start: 1 });
    expect(read[5]).toEqual({ block: "code", language: "py", text: "code <b>" });
  });

  test("a table keeps to the columns of its head", () => {
    const [table] = readMarkdown("| a | b \\| c |\n|--:|:-:|\n| 1 | 2 | 3 |\n\nend");
    expect(table).toEqual({ block: "table", align: ["right", "center"], head: [["a"], ["b | c"]], rows: [[["1"], ["2"]]] });
  });

  test("tasks, headings underlined, and items that go on", () => {
    expect(readMarkdown("Title\n---\n- [x] done\n- [ ] not\n\n  more")).toMatchObject([
      { block: "heading", level: 2 },
      { block: "list", items: [{ done: true }, { done: false, inside: [{}, { block: "paragraph" }] }] },
    ]);
  });

  test("marks inside a paragraph", () => {
    expect(inline("a **b *c* d** ~~e~~ `` f`g `` \\*h\\*")).toEqual([
      "a ", { mark: "strong", inside: ["b ", { mark: "em", inside: ["c"] }, " d"] }, " ", { mark: "s", inside: ["e"] }, " ", { mark: "code", text: "f`g" }, " ", "*", "h", "*",
    ]);
    expect(inline("snake_case_name and 2 * 3 * 4")).toEqual(["snake", "_", "case", "_", "name and 2 ", "*", " 3 ", "*", " 4"]);
  });

  test("links and pictures", () => {
    expect(inline("[the *page*](https://a.org/x_(y) \"t\") ![p](data:image/png;base64,AA==) https://b.org/q?a=1. <https://c.org>")).toEqual([
      { mark: "link", address: "https://a.org/x_(y)", inside: ["the ", { mark: "em", inside: ["page"] }] }, " ",
      { mark: "image", address: "data:image/png;base64,AA==", inside: ["p"] }, " ",
      { mark: "link", address: "https://b.org/q?a=1", inside: ["https://b.org/q?a=1"] }, ". ",
      { mark: "link", address: "https://c.org", inside: ["https://c.org"] },
    ]);
    expect(inline("[not a link] and ](x)")).toEqual(["[", "not a link", "]", " and ", "]", "(x)"]);
  });

  test("only what was plainly written so counts as Markdown", () => {
    expect(["# a", "**b** c", "- a\n- b\n- c", "```\nx\n```", "| a |\n|---|"].map(looksLikeMarkdown)).toEqual([true, true, true, true, true]);
    expect(["a sentence.", "2 * 3 * 4", "- one dash", "a_b_c", "#tag"].map(looksLikeMarkdown)).toEqual([false, false, false, false, false]);
  });
});

describe("prompts", () => {
  const prompt = template("You: ", ["memory", null, "saw Bob"], "\n", ["memory", "#123456", { $: "ref", h: "m" }], ["history", null, template(["memory", null, "saw Bob"], ["open", null])]);
  const values = { m: "saw Carol" };

  test("fields are counted by name, and known by name and text", () => {
    const book = new FieldBook();
    const pieces = book.read("a", partsOf(prompt, values), { values });
    expect(textOfPieces(pieces)).toBe("You: saw Bob\nsaw Carolsaw Bob{open}");
    expect(book.places.map(({ name, ordinal, isOpen, around, text }) => [name, ordinal, isOpen, around.join(), text])).toEqual([
      ["memory", 1, false, "", "saw Bob"], ["memory", 2, false, "", "saw Carol"], ["history", 1, false, "", "saw Bob{open}"], ["memory", 3, false, "history", "saw Bob"], ["open", 1, true, "history", "{open}"],
    ]);
    expect(book.repeats(book.places[0]!)).toBe(2);
    expect(book.places[1]!.color).toBe("#123456");
    expect(book.names.map(({ name, count }) => `${name} ${count}`)).toEqual(["memory 3", "history 1", "open 1"]);
    expect(book.read("a", [], { values })).toBe(pieces);
  });

  test("a prompt's text is what the model got", () => {
    expect(promptText(partsOf(prompt, values), { values })).toBe("You: saw Bob\nsaw Carolsaw Bob{open}");
    expect(promptText(partsOf(prompt), NOTHING)).toContain("…");
  });

  test("a name has the colour it has in Python", () => {
    // interlab.tracing.colors.name_hue
    expect(["Alice", "memory", "", "Zoë"].map(nameHue)).toEqual([280, 288, 157, 171]);
  });
});

describe("where a memory came from", () => {
  const observe = (text: Wire, actor = "Ana") => ({ kind: "observe", parent: 0, actor: { name: actor, color: null }, fields: { inputs: { observation: text } } });
  const nodes = [
    { kind: "run" }, observe("red car"), observe("blue car", "Bo"), observe(template("green ", ["x", null, "car"])), observe("red car"), observe("the car is fast, says Bo"),
    { kind: "query", parent: 0, actor: { name: "Ana", color: null } }, { kind: "model", parent: 6 }, observe("late"),
  ];

  test("what the actor was told before", () => {
    expect(observations(apiOf(nodes).columns, 7)).toEqual([1, 3, 4, 5]);
    expect(observations(apiOf(nodes).columns, 2)).toEqual([2]);
  });

  test("the place in the prompt says where to look first", () => {
    expect(likeliestFirst([10, 11, 12, 13], 2, 4)[0]).toBe(11);
    expect(likeliestFirst([10, 11, 12, 13], 1, 2).slice(0, 2).sort()).toEqual([10, 12]);
    expect(likeliestFirst([], 1, 2)).toEqual([]);
  });

  test("found word for word, in part, or not", async () => {
    const api = apiOf(nodes);
    expect(await findOrigin(api, 7, "green car", 2, 4)).toEqual({ row: 3, whole: true });
    expect(await findOrigin(api, 7, "red car", 3, 4)).toEqual({ row: 4, whole: true });
    expect(await findOrigin(api, 7, "the car is fast", 4, 4)).toEqual({ row: 5, whole: false });
    expect(await findOrigin(api, 7, "late", 1, 1)).toBeNull();
    expect(await findOrigin(api, 7, " ", 1, 1)).toBeNull();
  });
});

describe("messages", () => {
  test("of openai, of LangChain, of our own", () => {
    const openai: Wire = { role: "assistant", content: null, tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: '{"a": 1}' } }] };
    const langchain: Wire = { $: "object", t: "AIMessage", v: { type: "ai", content: "yes", tool_calls: [{ name: "g", args: { b: 2 }, id: "2" }] } };
    const own: Wire = { $: "object", t: "ToolCall", v: { name: "h", arguments: "{no json", call_id: "3" } };
    expect(readMessage(openai, NOTHING)).toMatchObject({ role: "assistant", said: "assistant", calls: [{ name: "f", arguments: { a: 1 }, id: "1" }], rest: [] });
    expect(readMessage(langchain, NOTHING)).toMatchObject({ role: "assistant", said: "ai", content: "yes", calls: [{ name: "g", arguments: { b: 2 } }] });
    expect(readCall(own, NOTHING)).toEqual({ name: "h", arguments: "{no json", id: "3" });
    expect(areMessages([openai, langchain], NOTHING)).toBe(true);
    expect([[], [{ role: "user" }], [{ role: "user", content: "x" }, "y"], [{ type: "text", content: 1 }]].map((items) => areMessages(items as Wire[], NOTHING))).toEqual([false, false, false, false]);
  });

  test("JSON in arguments can't ask to be shown as anything but data", () => {
    const call = readCall({ name: "f", arguments: '{"$": "html", "v": {"$": 1}}' }, NOTHING)!;
    expect(call.arguments).toEqual({ $: "map", v: [["$", "html"], ["v", { $: "map", v: [["$", 1]] }]] });
    expect(asStored([{ a: [1, null] }])).toEqual([{ a: [1, null] }]);
    expect(readJson("3")).toBeUndefined();
    expect(readJson("[1")).toBeUndefined();
  });

  test("parts with pictures", () => {
    const parts: Wire = [{ type: "text", text: "see" }, { type: "image_url", image_url: { url: "data:image/png;base64,AA==" } }, { type: "image", source: { media_type: "image/png", data: "BB==" } }, { $: "object", t: "ImagePart", v: { url: "http://a" } }, { x: 1 }];
    expect(contentParts(parts, NOTHING)).toEqual([{ text: "see" }, { picture: "data:image/png;base64,AA==" }, { picture: "data:image/png;base64,BB==" }, { picture: "http://a" }, { other: { x: 1 } }]);
    expect(contentParts("text", NOTHING)).toBeNull();
  });
});

describe("looking inside", () => {
  test("finds keys and values by their paths", () => {
    const fields = { inputs: { a: { $: "ref", h: "t" }, Bob: 1, list: [{ x: "BOB!" }], flat: ["bob", 2], prompt: template("to ", ["n", null, "Bob"]) } as Wire, error: { $: "exception", t: "E", message: "no", traceback: "bob.py", cause: null } as Wire };
    const { paths } = findIn(fields, { values: { t: "about Bob" } }, "bob");
    expect(paths).toEqual([["inputs", "a"], ["inputs", "Bob"], ["inputs", "list", 0, "x"], ["inputs", "flat"], ["inputs", "prompt"], ["error", "traceback"]]);
    expect(findIn({ result: Array(2_000).fill({ a: "bob" }) }, NOTHING, "bob").cut).toBe(true);
  });

  test("matches are pieces of the text", () => {
    expect(split("a Cat, a cat", "cat")).toEqual(["a ", "Cat", ", a ", "cat", ""]);
    expect(split("İstanbul", "i").join("")).toBe("İstanbul");
  });

  test("paths as Python writes them", () => {
    expect(inPython(["inputs", "messages", 3, 'a"b'])).toBe('node.inputs["messages"][3]["a\\"b"]');
    expect([isWithin(["a", 1, "b"], ["a", 1]), isWithin(["a"], ["a", 1]), isSame(["a", 1], ["a", 1])]).toEqual([true, false, true]);
  });
});

describe("writing values out", () => {
  const wire: Wire = { when: { $: "datetime", v: "2026-01-02" }, said: { $: "ref", h: "t" }, list: { $: "chain", h: "c", n: 2 }, who: { $: "object", t: "m.Who", v: { name: "Ana" } } };
  const values: Record<string, Wire> = { t: "words", c: { base: "d", items: [2] }, d: { base: null, items: [1] } };

  test("raw: the stored form with what is kept apart in its place", () => {
    expect(JSON.parse(rawJson(wire, { values }, 10_000).text)).toEqual({ when: { $: "datetime", v: "2026-01-02" }, said: "words", list: [1, 2], who: { $: "object", t: "m.Who", v: { name: "Ana" } } });
    expect(rawJson(wire, { values }, 20)).toMatchObject({ cut: true });
  });

  test("for copying: plain JSON, texts as they are", () => {
    expect(JSON.parse(forCopying(wire, { values }).text)).toEqual({ when: "2026-01-02", said: "words", list: [1, 2], who: { type: "m.Who", name: "Ana" } });
    expect(forCopying({ $: "ref", h: "t" }, { values }).text).toBe("words");
    expect(forCopying(template("a", ["b", null, "c"]), NOTHING).text).toBe("ac");
  });

  test("in a few words", () => {
    expect(gist({ a: [1, "two"], b: null }, NOTHING)).toBe("{a: [1, “two”], b: None}");
    expect(gist({ $: "object", t: "pkg.Offer", v: { price: 3 } }, NOTHING)).toBe("Offer(price=3)");
    expect(gist({ $: "array", dtype: "<f4", shape: [3, 4], v: [] }, NOTHING)).toBe("array of 3 × 4, float32");
    expect(gist(Array(1_000_000).fill("word"), NOTHING, 40).length).toBeLessThan(50);
    expect([dtypeName("<i8"), dtypeName("|b1"), dtypeName("<M8[ns]"), dtypeName("x".repeat(100))].map((name) => name.slice(0, 20))).toEqual(["int64", "bool", "datetime[ns]", "x".repeat(20)]);
  });
});

describe("bytes", () => {
  const base64 = (numbers: ArrayLike<number>, Kind: new (from: ArrayLike<number>) => { buffer: ArrayBufferLike }) =>
    btoa(String.fromCharCode(...new Uint8Array(new Kind(numbers).buffer)));
  const all = (dtype: string, text: string) => {
    const read = numbersOf(dtype, bytesOf(text)!);
    return read && Array.from({ length: read.length }, (_, place) => read.at(place));
  };

  test("numbers of every kind", () => {
    expect(all("<f8", base64([0.5, -1], Float64Array))).toEqual([0.5, -1]);
    expect(all("<f4", base64([0.1], Float32Array))).toEqual([0.1]);
    expect(all("<i2", base64([-3, 7], Int16Array))).toEqual([-3, 7]);
    expect(all("|u1", base64([255], Uint8Array))).toEqual([255]);
    expect(all("|b1", base64([1, 0], Uint8Array))).toEqual(["True", "False"]);
    expect(all("<f2", base64([0x3c00, 0xc000, 0x7c00, 0x0001], Uint16Array))).toEqual([1, -2, Infinity, 2 ** -24]);
    expect(all("<c16", base64([1, -2], Float64Array))).toEqual(["1-2j"]);
    expect(numbersOf("<i8", new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127]))!.at(0)).toBe("9223372036854775807");
    expect(numbersOf("<M8[D]", new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]))!.at(0)).toBe("1970-01-02");
    expect([numbersOf("O", new Uint8Array(8)), numbersOf("<f3", new Uint8Array(8)), bytesOf("%"), bytesOf({ $: "bytes", v: "AQI=" })]).toEqual([null, null, null, new Uint8Array([1, 2])]);
  });

  test("only pictures held in the address are shown", () => {
    const png = "data:image/png;base64,iVBORw0KGgo=";
    expect([png, "data:image/png;base64,a b", "data:image/png,x", "data:text/html;base64,AA==", "http://a/b.png", "javascript:1", 5].map(pictureAddress)).toEqual([png, null, null, null, null, null, null]);
    const svg = (inside: string) => `data:image/svg+xml;base64,${btoa(`<svg>${inside}</svg>`)}`;
    expect(pictureAddress(svg("<g/>"))).not.toBeNull();
    expect(pictureAddress(svg("<use/>".repeat(400)))).toBeNull();
    expect(pictureAddress(svg("<!ENTITY a 'b'>"))).toBeNull();
  });

  test("file names stay in their folder", () => {
    expect(["../../etc/passwd", ".bashrc", "report 1.pdf", "a\u202egnp.exe", "", "x".repeat(300)].map(fileName)).toEqual(["_.._etc_passwd", "bashrc", "report 1.pdf", "a_gnp.exe", "value", "x".repeat(100)]);
  });
});

describe("figures", () => {
  test("lines, bars, histograms, heat maps", () => {
    const read = (data: Wire, layout: Wire = {}) => readDrawing(readDocument({ data, layout }, NOTHING).plain);
    expect(read([{ y: [1, 2], name: "a" }], { title: { text: "T<br>b" }, xaxis: { title: "x" } })).toMatchObject({ title: "T b", xTitle: "x", series: [{ kind: "both", name: "a", x: [0, 1], y: [1, 2] }] });
    expect(read([{ type: "bar", orientation: "h", x: [3], y: ["a"] }])).toMatchObject({ horizontal: true, series: [{ kind: "bar", x: ["a"], y: [3] }] });
    expect(read([{ type: "histogram", x: ["a", "b", "a"] }])).toMatchObject({ series: [{ x: ["a", "b"], y: [2, 1] }] });
    expect(read([{ type: "heatmap", z: { dtype: "u1", bdata: "AQIDBA==", shape: "2, 2" } }])).toMatchObject({ heat: { z: [[1, 2], [3, 4]] } });
    expect(read([{ y: { dtype: "f8", bdata: "AAAAAAAA8D8=" }, type: "scatter", mode: "markers" }, { type: "pie" }])).toMatchObject({ series: [{ kind: "points", y: [1] }], left: ["pie"] });
    expect(read([{ type: "pie" }])).toBeNull();
  });

  test("for plotly nothing is left that fetches", () => {
    const { data, layout } = tame({
      data: [{ type: "scattermapbox" }, { type: "choropleth" }, { type: "scatter", y: [1, 2] }, { type: "image", source: "http://a/b" }],
      layout: { images: [{ source: "http://a/b" }, { source: "data:image/png;base64,AA==" }], mapbox: { style: "http://a" }, geo2: {}, title: "<a href='javascript:x'>", font: { family: "a,url(http://b)" } },
    })!;
    expect(data).toEqual([{ type: "scatter", y: [1, 2] }, { type: "image" }]);
    expect(layout).toEqual({ images: [{}, { source: "data:image/png;base64,AA==" }], title: "", font: { family: "" } });
    expect(tame("x")).toBeNull();
  });

  test("what is not here is asked for", () => {
    expect(readDocument({ data: [{ y: { $: "ref", h: "far" } }] }, NOTHING).away).toEqual(["far"]);
  });

  test("ticks are round", () => {
    expect(niceTicks(0, 10)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(niceTicks(-0.03, 0.11)).toEqual([0, 0.05, 0.1]);
    expect(niceTicks(5, 5)).toEqual([5]);
    expect(niceTicks(-1e308, 1e308)).toEqual([-1e308]);
  });
});

test("tokens of our own and of openai", () => {
  const own: Wire = [{ $: "object", t: "TokenLogprob", v: { token: "a", logprob: -0.5, top: { $: "tuple", v: [{ $: "tuple", v: ["a", -0.5] }] } } }];
  const openai: Wire = { content: [{ token: "b", logprob: { $: "float", v: "-inf" }, top_logprobs: [{ token: "c", logprob: -1 }] }] };
  expect(readTokens(own, NOTHING)).toEqual([{ token: "a", logprob: -0.5, top: [["a", -0.5]] }]);
  expect(readTokens(openai, NOTHING)).toEqual([{ token: "b", logprob: -Infinity, top: [["c", -1]] }]);
  expect([readTokens([{ token: 1 }], NOTHING), readTokens("x", NOTHING), readTokens([], NOTHING)]).toEqual([null, null, null]);
  expect([surprise(0), surprise(-Infinity), surprise(NaN), surprise(1)]).toEqual([0, 1, 0, 0]);
});

test("words", () => {
  expect([cutAt("ab", 5), cutAt("a😀b", 2), cutAt("a😀b", 3)]).toEqual(["ab", "a", "a😀"]);
  expect([inDigits(2), inDigits(0.1 + 0.2), inDigits(1e-7), inDigits(NaN), inDigits(-Infinity)]).toEqual(["2", "0.3", "1.0000e-7", "nan", "-inf"]);
  expect(["https://a.org/ b", "HTTP://a.org", "javascript:1", "//a.org", "https://", 5].map(webAddress)).toEqual(["https://a.org/%20b", "http://a.org/", null, null, null, null]);
});
