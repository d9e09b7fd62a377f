import { act } from "preact/test-utils";
import { afterEach, describe, expect, test } from "vitest";
import written from "../fixtures/hostile.json?raw";
import type { Wire } from "../src/app/model";
import { frameDocument } from "../src/detail/Files";
import { apiOf, draw, settle, type MadeNode } from "./detail_support";

// As text: the lone halves of surrogate pairs in it are no JSON to every reader.
const hostile = JSON.parse(written) as { texts: Record<string, string>; wires: Record<string, Wire>; values: Record<string, Wire> };
const texts = Object.entries(hostile.texts);
const wires = Object.entries(hostile.wires);
const { values } = hostile;

const ALLOWED = new Set(
  ("article header section h2 h3 div span p b i em strong s code pre blockquote hr br ul ol li dl dt dd table thead tbody tr th td " +
    "button input label a img iframe dialog mark time svg path g line rect circle text title").split(" "),
);
const RASTER_OR_SVG = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml);base64,[A-Za-z0-9+/=]*$/;
const COLOR = /^(?:#[0-9a-f]{3,8}|[a-z]+|(?:rgb|hsl)a?\([\d.,% ]+\))$/i;

const ATTRIBUTE =
  /^(?:class|style|type|role|title|tabindex|dir|href|target|rel|src|srcdoc|sandbox|alt|loading|decoding|referrerpolicy|start|disabled|placeholder|value|min|max|datetime|colspan|scope|viewbox|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|width|height|fill|stroke-width|stroke-linejoin|text-anchor|transform|aria-[a-z]+|data-[a-z]+)$/i;
const POLICY = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`;

/** What is wrong with an attribute, or nothing. */
const WRONG: Record<string, (value: string) => boolean> = {
  href: (value) => !/^https?:\/\//.test(value),
  src: (value) => !RASTER_OR_SVG.test(value),
  srcdoc: (value) => !value.startsWith(POLICY),
  sandbox: (value) => value !== "",
  target: (value) => value !== "_blank",
  rel: (value) => value !== "noopener noreferrer nofollow",
  style: (value) => /url|position|@|expression|[<>]/i.test(value) || [...value.matchAll(/--f:\s*([^;]*)/g)].some((found) => !COLOR.test(found[1]!.trim())),
  class: (value) => !/^\s*(?:il-[a-z0-9-]+\s*)*$/.test(value),
  "data-kind": (value) => !/^\w+$/.test(value),
};
const NEEDED: Record<string, string[]> = { a: ["href", "target", "rel"], iframe: ["sandbox", "srcdoc"] };

/** Whatever is on the page was made by us: no element, attribute, address or style came from a value. */
function inspect(root: Element): void {
  const wrong: string[] = [];
  for (const one of root.querySelectorAll("*")) {
    const tag = one.tagName.toLowerCase();
    if (!ALLOWED.has(tag)) wrong.push(`<${tag}>`);
    for (const { name, value } of one.attributes)
      if (!ATTRIBUTE.test(name) || WRONG[name]?.(value)) wrong.push(`<${tag} ${name}="${value.slice(0, 200)}">`);
    for (const name of NEEDED[tag] ?? []) if (!one.hasAttribute(name)) wrong.push(`<${tag}> without ${name}`);
  }
  // Neither on the page nor in an attribute does a character steer what stands beside it.
  const page = root.outerHTML.replace(/srcdoc="[^"]*"|<svg class="il-glyph".*?<\/svg>/gs, "");
  for (const steering of ["\u202e", "\u2066", "\u0000", "\u001b", "\ud800 "]) if (page.includes(steering)) wrong.push(around(page, steering));
  expect(wrong).toEqual([]);
}

/** Where in a text another one stands; "" for nowhere. */
function around(text: string, found: string): string {
  const at = text.indexOf(found);
  return at < 0 ? "" : text.slice(Math.max(0, at - 200), at + 50);
}

/** Open everything that can be opened, a few levels deep. */
async function open(root: Element): Promise<void> {
  for (let round = 0; round < 3; round++) {
    const closed = [...root.querySelectorAll("button[aria-expanded=false], .il-d-choice button[aria-pressed=false]")].slice(0, 60);
    if (!closed.length) break;
    await act(() => closed.forEach((one) => one.dispatchEvent(new MouseEvent("click", { bubbles: true }))));
  }
  const field = root.querySelector(".il-d-field");
  if (field) await act(() => void field.dispatchEvent(new MouseEvent("click", { bubbles: true })));
  await settle();
}

/** A text wherever a value may hold one. */
function everywhere(text: string): MadeNode[] {
  const messages = [
    { role: text, content: text, name: text },
    { role: "user", content: { $: "format", v: [text, [text, text, text], [text, text], ["in", null, { $: "format", v: [["x", text, text]] }]] } },
    { role: "user", content: [{ type: "text", text }, { type: text }, { type: "image_url", image_url: { url: text } }] },
    { role: "assistant", content: "", tool_calls: [{ name: text, arguments: text, id: text }, { function: { name: text, arguments: `{"a": ${JSON.stringify(text)}}` } }] },
    { role: "tool", content: text, tool_call_id: text },
  ] as unknown as Wire[];
  const named = { name: text, color: text };
  const common: Partial<MadeNode> = { name: text, kind: text, tags: [named, named], actor: named, uid: text };
  const figure = { data: [{ x: [text, "b"], y: [1, 2], name: text, line: { color: text } }, { type: text }], layout: { title: { text }, xaxis: { title: text } } };
  const pairs = { $: "map", v: [[text, text], [[text], { $: "map", v: [[text, [text, 1]]] }]] } as Wire;
  return [
    { ...common, fields: { inputs: { [text]: text, pairs, record: { $: "object", t: text, v: { [text]: text } }, list: [text, [text], 1] } as Wire, result: text, meta: { $: "map", v: [] } } },
    {
      ...common,
      kind: "model",
      parent: 0,
      fields: {
        inputs: { messages, params: { [text]: text, temperature: 1 } },
        result: { text, tool_calls: [{ name: text, arguments: text }] },
        meta: { model: text, usage: { [text]: text, input_tokens: text }, [text]: text, more: { [text]: [text] }, logprobs: [{ token: text, logprob: -1, top: [[text, -1], [text, "x"]] }] } as Wire,
      },
    },
    {
      ...common,
      kind: "query",
      parent: 0,
      fields: {
        inputs: {
          html: { $: "html", v: text }, markdown: { $: "markdown", v: text }, image: { $: "image", h: "33", n: 9, mime: text, name: text }, blob: { $: "blob", h: "x", n: 9, mime: text, name: text },
          table: { $: "table", columns: [text, text], rows: [[text, { $: "html", v: text }]], index: [text], n: 1 }, figure: { $: "figure", v: figure as unknown as Wire },
          array: { $: "array", dtype: text, shape: [1], v: [text] }, enum: { $: "enum", t: text, name: text, v: text }, node: { $: "node", v: text }, date: { $: "datetime", v: text },
          opaque: { $: "opaque", t: text, v: text, why: text }, unknown: { $: text, v: text, t: text }, away: { $: "ref", h: text, n: 9 },
        },
        error: { $: "exception", t: text, message: text, traceback: `  File "${text}", line 1, in ${text}\n${text}`, cause: { $: "exception", t: text, message: text, traceback: text, cause: null } },
      },
      heads: { [text]: { bytes: 9e6, head: text } }, cut: [text],
    },
  ];
}

let clear: () => void = () => undefined;
afterEach(() => clear());

describe("texts of strangers", () => {
  test("there are enough kinds of them", () => {
    expect(texts.length).toBeGreaterThanOrEqual(40);
    expect(wires.length).toBeGreaterThanOrEqual(40);
  });

  test.each(texts)("%s", async (_, text) => {
    const nodes = everywhere(text);
    const api = apiOf(nodes.map((node) => ({ ...node, values: { ...values, ...node.values } })));
    for (const row of [0, 1, 2]) {
      const drawn = await draw(api, row);
      clear = drawn.clear;
      inspect(drawn.root);
      await open(drawn.root);
      inspect(drawn.root);
      expect(drawn.root.querySelectorAll(".il-d-section").length).toBeGreaterThanOrEqual(2);
      drawn.clear();
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("a line of ten million letters makes a small page", async () => {
    const text = "W".repeat(10_000_000);
    const drawn = await draw(apiOf([{ name: text, fields: { inputs: { text, [text.slice(0, 1_000_000)]: 1 }, result: { $: "markdown", v: text }, error: { $: "exception", t: text, message: text, traceback: text, cause: null } } }]));
    clear = drawn.clear;
    expect(drawn.root.outerHTML.length).toBeLessThan(400_000);
    await open(drawn.root);
    expect(drawn.root.outerHTML.length).toBeLessThan(1_000_000);
  });
});

describe("stored values of strangers", () => {
  test.each(wires)("%s", async (_, wire) => {
    const fields = { inputs: { messages: wire, list: [wire] }, result: wire, error: wire, meta: { logprobs: wire, usage: wire, more: wire } as Wire };
    const drawn = await draw(apiOf([{ kind: "model", fields, values }, { parent: 0, fields, values }]));
    clear = drawn.clear;
    inspect(drawn.root);
    await open(drawn.root);
    inspect(drawn.root);
    expect(drawn.root.querySelectorAll(".il-d-section-result").length).toBe(1);
    expect(drawn.root.outerHTML.length).toBeLessThan(3_000_000);
  });

  test.each(["inputs", "meta"])("in the place of all %s", async (field) => {
    for (const [, wire] of wires) {
      const drawn = await draw(apiOf([{ fields: { [field]: wire }, values }]));
      clear = drawn.clear;
      inspect(drawn.root);
      drawn.clear();
    }
  });

  test("everything at once can be written out raw", async () => {
    const drawn = await draw(apiOf([{ fields: { inputs: { all: wires.map(([, wire]) => wire) } }, values }]));
    clear = drawn.clear;
    const raw = [...drawn.root.querySelectorAll("button")].filter((one) => one.textContent === "raw");
    expect(raw.length).toBe(1);
    await act(() => raw.forEach((one) => one.click()));
    inspect(drawn.root);
    expect(drawn.root.textContent).toContain('"$"');
  });
});

test("HTML can't steer its frame before its policy holds", () => {
  const made = frameDocument('<META http-equiv=refresh content="0;url=http://evil.test"><base href=//evil.test><LINK rel=preconnect href=//evil.test></link><svg></svg>');
  const own = made.indexOf('<base target="_blank">') + '<base target="_blank">'.length;
  expect(made.slice(own)).not.toMatch(/<(?:meta|base|link)/i);
  expect(made).toContain("<svg></svg>");
});
