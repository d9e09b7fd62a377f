import { act } from "preact/test-utils";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Wire } from "../src/app/model";
import { apiOf, button, click, draw, drawValue, settle, type MadeNode } from "./detail_support";

let clear: () => void = () => undefined;
afterEach(() => clear());

async function show(...args: Parameters<typeof draw>) {
  const drawn = await draw(...args);
  clear = drawn.clear;
  return drawn.root;
}

async function showValue(...args: Parameters<typeof drawValue>) {
  const drawn = await drawValue(...args);
  clear = drawn.clear;
  return drawn;
}

const text = (root: Element, selector: string): string[] => [...root.querySelectorAll(selector)].map((one) => one.textContent ?? "");
const key = (element: Element, name: string): Promise<void> =>
  act(() => void element.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }))) as Promise<void>;
const template = (...parts: Wire[]): Wire => ({ $: "format", v: parts });

describe("a node", () => {
  test("says who and what it is", async () => {
    const api = apiOf([{ name: "ask", kind: "query", actor: { name: "Ana", color: "#123456" }, tags: [{ name: "odd", color: "url(x)" }] }]);
    const root = await show(api);
    expect(text(root, "h2")).toEqual(["ask"]);
    expect(root.querySelector("header")!.textContent).toMatch(/query.*✓ finished.*500 ms.*10 → 20 tokens.*Ana.*odd.*uid-0/s);
    expect(root.querySelector<HTMLElement>(".il-d-actor")!.style.getPropertyValue("--f")).toBe("#123456");
    expect(root.textContent).toContain("Nothing was recorded");
    await click(button(root.querySelector(".il-d-uid")!, "copy"));
    expect(api.copy).toHaveBeenCalledWith("uid-0");
    expect(root.textContent).toContain("Copied");
  });

  test("that can't be read says so, and is asked for again", async () => {
    const api = apiOf([{ fields: { result: "fine" } }]);
    api.node.mockRejectedValueOnce(new Error("the kernel is gone"));
    const root = await show(api);
    expect(root.querySelector("[role=alert]")!.textContent).toContain("the kernel is gone");
    await click(button(root, "Try again"));
    expect(root.querySelector("[role=alert]")).toBeNull();
    expect(root.textContent).toContain("fine");
  });

  test("shows its attempts, which lead to them", async () => {
    const nodes: MadeNode[] = [
      { kind: "query" },
      { kind: "model", name: "gpt", parent: 0, fields: { result: "no JSON" } },
      { kind: "event", name: "refused", parent: 0, fields: { result: { reason: "no JSON" } } },
      { kind: "model", name: "gpt", parent: 0, state: 2, fields: { error: { $: "exception", t: "x.Timeout", message: "late", traceback: null, cause: null } } },
      { kind: "model", parent: 0, state: 4 },
    ];
    const api = apiOf(nodes);
    const root = await show(api);
    expect(text(root, ".il-d-rung .il-d-gist")).toEqual(["no JSON", "{reason: “no JSON”}", "Timeout: late"]);
    await click(root.querySelectorAll(".il-d-rung")[2]);
    expect(api.select).toHaveBeenCalledWith(3, { reveal: true });
  });

  test("folds its error's traceback and causes", async () => {
    const cause = { $: "exception", t: "KeyError", message: "'price'", traceback: null, cause: null };
    const root = await show(apiOf([{ state: 2, fields: { error: { $: "exception", t: "a.b.ValueError", message: "no price", traceback: '  File "/x/y.py", line 3, in ask\n    run()\n', cause } } }]));
    expect(text(root, ".il-d-failed")).toEqual(["ValueError"]);
    expect(text(root, ".il-d-failure > .il-d-fold > button")).toEqual(["tracebacky.py, line 3, in ask", "caused by KeyError: 'price'"]);
    await click(button(root, /^traceback/));
    expect(text(root, ".il-d-frame-line")).toEqual(['  File "/x/y.py", line 3, in ask']);
    await click(button(root, /^caused by/));
    expect(text(root, ".il-d-failed")).toEqual(["ValueError", "KeyError"]);
  });

  test("shows facts of a model call as a table, and the tokens with what else was likely", async () => {
    const logprobs = ["Yes", "!"].map((token, at) => ({ token, logprob: -at * 3, top: [[token, -at * 3], ["No", -1]] })) as Wire;
    const meta: Wire = { model: "gpt", usage: { input_tokens: 1234, output_tokens: 5, estimated: true }, time_to_first_token_s: 0.25, cost_usd: 0.5, actor: "Ana", logprobs, more: { a: [{ b: 1 }] } };
    const root = await show(apiOf([{ kind: "model", fields: { result: "Yes!", meta, inputs: { params: { temperature: 0.5, max_tokens: 100 } } } }]));
    expect(text(root, ".il-d-section-meta dl > div")).toEqual(["modelgpt", "tokens in≈ 1,234", "tokens out≈ 5", "time to first token250 ms", "cost$0.500"]);
    expect(text(root, ".il-d-section-inputs dl > div")).toEqual(["temperature0.5", "max tokens100"]);
    expect(button(root, /^moremore$/).getAttribute("aria-expanded")).toBe("false");
    const strip = root.querySelector(".il-d-strip")!;
    expect(root.querySelector(".il-d-token-card")!.textContent).toContain('"Yes" 100 %');
    await key(strip, "ArrowRight");
    expect(root.querySelector(".il-d-token-card")!.textContent).toContain('"!" 5.0 % token 2 of 2');
    expect(text(root, ".il-d-top tr")).toEqual(['"!"5.0 %', '"No"37 %']);
  });
});

describe("values", () => {
  test("plain ones stand on a line each", async () => {
    const inputs: Wire = { a: 1, b: null, c: true, d: { $: "enum", t: "m.Mood", name: "CALM", v: 1 }, e: { $: "int", v: "0x10000000000000000" }, f: [1, "x", null], g: "" };
    const root = await show(apiOf([{ fields: { inputs } }]));
    expect(text(root, ".il-d-short .il-d-named-body")).toEqual(["1", "None", "True", "Mood.CALM", "18446744073709551616", '[1, "x", None]', "empty text"]);
  });

  test("a list of 10,000 is made in groups as they are opened", async () => {
    const items = Array.from({ length: 10_000 }, (_, at) => ({ at, name: `item ${at}` }));
    const { root } = await showValue(items);
    expect(text(root, ".il-d-group").length).toBe(100);
    expect(root.querySelectorAll(".il-d-entry").length).toBe(100);
    await click(button(root, "9,900 … 9,999"));
    expect(root.querySelectorAll(".il-d-entry").length).toBe(200);
    expect(root.textContent).toContain("item 9999");
  });

  test("what is found inside is opened", async () => {
    const items = Array.from({ length: 10_000 }, (_, at) => ({ at, name: `item ${at}` }));
    const { root } = await showValue(items);
    await click(button(root, "find in node"));
    const input = root.querySelector("input")!;
    input.value = "ITEM 7345";
    await act(() => void input.dispatchEvent(new Event("input", { bubbles: true })));
    await settle();
    expect(text(root, "mark")).toContain("item 7345");
    expect(root.querySelector(".il-d-find")!.textContent).toContain("1 of 1");
    await key(input, "Escape");
    expect(root.querySelector("mark")).toBeNull();
  });

  test("long texts are folded, huge ones come in pages", async () => {
    const { root } = await showValue(`${"line\n".repeat(30_000)}the end`);
    expect(root.querySelector(".il-d-text")!.textContent!.length).toBeLessThan(1_000);
    await click(button(root, /^Show all 150,007 characters$/));
    expect(root.querySelector(".il-d-pages")!.textContent).toContain("page 1 of 4");
    for (let page = 0; page < 3; page++) await click(root.querySelector("[aria-label='Later page']"));
    expect(root.querySelector(".il-d-text")!.textContent).toBe("the end");
  });

  test("what was too large to come is fetched when it is asked for", async () => {
    const api = apiOf([{ fields: { result: { $: "ref", h: "big", n: 3_200_000 } }, cut: ["big"], heads: { big: { bytes: 3_200_000, head: "It begins" } } }], { big: "It begins and ends" });
    const root = await show(api);
    expect(api.value).not.toHaveBeenCalled();
    expect(root.textContent).toContain("It begins");
    await click(button(root, "Show all (3.2 MB)"));
    expect(root.textContent).toContain("It begins and ends");
  });

  test("a small one that is missing is fetched at once, and a failure is told", async () => {
    const api = apiOf([{ fields: { inputs: { a: { $: "ref", h: "small", n: 300 }, b: { $: "ref", h: "gone", n: 300 } } } }], { small: ["here"] });
    const root = await show(api);
    await settle();
    expect(root.textContent).toContain('["here"]');
    expect(root.querySelector("[role=alert]")!.textContent).toBe("there is no value gone");
    expect(api.value).toHaveBeenCalledTimes(2);
  });

  test("JSON in a text can be read as such, and the stored form seen", async () => {
    const written = JSON.stringify({ answer: { deep: "yes" }, because: "words ".repeat(20) });
    const { root, api } = await showValue(written);
    await click(button(root, "JSON"));
    expect(text(root, ".il-d-key")).toEqual(["answer", "deep", "because"]);
    await click(button(root, "raw"));
    expect(root.querySelector(".il-d-mono")!.textContent).toBe(JSON.stringify(written));
    await click(button(root.querySelector(".il-d-tools")!, "copy"));
    expect(api.copy).toHaveBeenLastCalledWith(written);
    await click(button(root, "path"));
    expect(api.copy).toHaveBeenLastCalledWith("node.result");
  });

  test("tables are made as far as they are in view, and sorted", async () => {
    const rows = Array.from({ length: 1_000 }, (_, at) => [at, 1_000 - at, `word ${at}`]) as Wire;
    const { root } = await showValue({ $: "table", columns: ["a", "b", "c"], rows, index: null, n: 5_000 });
    expect(root.querySelectorAll("tbody tr").length).toBeLessThan(40);
    expect(root.textContent).toContain("first 1,000 of 5,000 rows × 3 columns");
    await click(button(root, "b"));
    expect(text(root, "tbody tr:first-child td")).toEqual(["999", "1", "word 999"]);
    await click(button(root, /^b/));
    expect(text(root, "tbody tr:first-child td")).toEqual(["0", "1000", "word 0"]);
    const box = root.querySelector(".il-d-grid-box")!;
    await key(box, "ArrowRight");
    await key(box, "ArrowRight");
    await key(box, "Enter");
    expect(root.querySelector(".il-d-picked")!.textContent).toContain("word 0");
  });

  test("arrays: numbers out of bytes, the outer dimensions chosen", async () => {
    const bytes = btoa(String.fromCharCode(...new Uint8Array(new Int32Array(24).map((_, at) => at).buffer)));
    const { root } = await showValue({ $: "array", dtype: "<i4", shape: [2, 3, 4], v: null, h: "b" }, { b: { $: "bytes", v: bytes } });
    expect(root.textContent).toContain("2 × 3 × 4, int32");
    expect(root.textContent).toContain("min 0 · mean 11.5 · max 23");
    expect(text(root, "tbody tr:first-child td")).toEqual(["0", "1", "2", "3"]);
    const input = root.querySelector("input")!;
    input.value = "1";
    await act(() => void input.dispatchEvent(new Event("input", { bubbles: true })));
    expect(text(root, "tbody tr:first-child td")).toEqual(["12", "13", "14", "15"]);
  });

  test("pictures, also those that are fetched first; files to save", async () => {
    const png = "iVBORw0KGgo=";
    const api = apiOf([{ fields: { inputs: { near: { $: "image", h: "p", n: 8, mime: "image/png", name: null }, far: { $: "image", h: "q", n: 8, mime: "image/png", name: null }, file: { $: "blob", h: "f", n: 8, mime: "application/pdf", name: "a.pdf" } } }, values: { p: { $: "bytes", v: png } } }], { q: { $: "bytes", v: png }, f: { $: "bytes", v: png } });
    const root = await show(api);
    await settle();
    expect([...root.querySelectorAll(".il-d-thumb img")].map((one) => one.getAttribute("src"))).toEqual(Array(2).fill(`data:image/png;base64,${png}`));
    expect(api.value.mock.calls).toEqual([["q"]]);
    const saved = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:x");
    const names: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      names.push(this.download);
    });
    await click([...root.querySelectorAll("button")].filter((one) => one.textContent === "Save file")[2]);
    expect(names).toEqual(["a.pdf"]);
    expect((saved.mock.calls[0]![0] as Blob).type).toBe("application/octet-stream");
    vi.restoreAllMocks();
  });

  test("a link to a node in this store, words for one elsewhere", async () => {
    const api = apiOf([{ fields: { inputs: { here: { $: "node", v: "uid-1" }, there: { $: "node", v: "other" } } } }, { name: "that one" }]);
    const root = await show(api);
    await click(button(root, "that one"));
    expect(api.select).toHaveBeenCalledWith(1, { reveal: true });
    expect(root.textContent).toContain("node other (not in this store)");
  });

  test("figures: drawn here, or by plotly where it is", async () => {
    const wire: Wire = { $: "figure", v: { data: [{ type: "bar", x: ["a", "b"], y: [1, 2], name: "n" }], layout: { title: { text: "Bars" } } } };
    const first = await showValue(wire);
    expect(first.root.querySelectorAll(".il-d-sketch rect").length).toBe(2);
    expect(first.root.textContent).toContain("Bars");
    first.clear();
    const newPlot = vi.fn(async () => undefined);
    const root = await show({ ...apiOf([{ fields: { result: wire } }]), plotly: async () => ({ newPlot }) });
    await settle();
    expect(newPlot.mock.calls[0]!.slice(1, 3)).toEqual([[{ type: "bar", x: ["a", "b"], y: [1, 2], name: "n" }], { title: { text: "Bars" }, height: 400, autosize: true }]);
    expect(root.querySelector(".il-d-sketch")).toBeNull();
    clear();
    const failed = await show({ ...apiOf([{ fields: { result: wire } }]), plotly: async () => Promise.reject(new Error("no plotly here")) });
    await settle();
    expect(failed.querySelectorAll(".il-d-sketch rect").length).toBe(2);
    expect(failed.textContent).toContain("no plotly here");
  });

  test("Markdown and HTML only by their own wrappers", async () => {
    const root = await show(apiOf([{ fields: { inputs: { text: "# no <b>title</b> at all, only a text", md: { $: "markdown", v: "# Title\n[a](https://b.org) [c](javascript:d)" }, html: { $: "html", v: "<b>x</b>" } } } }]));
    expect(text(root, "[role=heading]")).toEqual(["Title"]);
    expect([...root.querySelectorAll("a")].map((one) => one.getAttribute("href"))).toEqual(["https://b.org/"]);
    expect(root.querySelector("a")!.textContent).toBe("a (b.org)");
    expect(root.querySelectorAll("iframe").length).toBe(1);
    expect(root.textContent).toContain("# no <b>title</b>");
  });
});

describe("chats", () => {
  const memories = ["Bo offered 5", "Bo offered 7"];
  const messages: Wire = [
    { role: "system", content: template("You are ", ["name", null, "Ana"], ".") },
    { role: "user", name: "env", content: template("Hello ", ["name", null, "Ana"], "\n", ["history", null, template(["memory", null, memories[0]!], "\n", ["memory", null, memories[1]!])], ["open", null]) },
    { role: "assistant", content: "", tool_calls: [{ id: "c1", function: { name: "offer", arguments: '{"price": 6}' } }] },
    { role: "tool", content: "done", tool_call_id: "c1" },
  ];
  const nodes: MadeNode[] = [
    { kind: "run" },
    ...memories.map((observation) => ({ kind: "observe", name: "Ana", parent: 0, actor: { name: "Ana", color: null }, fields: { inputs: { observation } } })),
    { kind: "model", parent: 0, actor: { name: "Ana", color: null }, fields: { inputs: { messages }, result: { text: "Well", tool_calls: [{ name: "wait", arguments: "{}" }] } } },
  ];

  test("are bubbles with roles, calls with their arguments", async () => {
    const root = await show(apiOf(nodes), 3);
    expect(text(root, ".il-d-chat .il-d-role").map((one) => one.replace(/\s+/g, " "))).toEqual(["⚙ system0", "→ user · env1", "← assistant2", "⚒ tool answers c13"]);
    expect(text(root, ".il-d-call-head code")).toEqual(["offer", "wait"]);
    expect(root.querySelector(".il-d-call")!.textContent).toContain("price6");
    expect(root.querySelector(".il-d-reply")!.textContent).toMatch(/^Well/);
  });

  test("a field lights up wherever it stands, and says where its text came from", async () => {
    const api = apiOf(nodes);
    const root = await show(api, 3);
    expect(text(root, ".il-d-chip")).toEqual(["name ×2", "history", "memory ×2", "open"]);
    const places = [...root.querySelectorAll(".il-d-field")];
    await act(() => void places[0]!.dispatchEvent(new MouseEvent("mouseover", { bubbles: true })));
    expect(text(root, ".il-d-same-text")).toEqual(["Ana", "Ana"]);
    expect(root.querySelector(".il-d-card")!.textContent).toContain("{name}1 of 2");
    await act(() => void places[3]!.dispatchEvent(new MouseEvent("click", { bubbles: true })));
    await act(async () => new Promise((done) => setTimeout(done, 200)));
    await settle();
    expect(text(root, ".il-d-same-text")).toEqual([memories[0]]);
    expect(text(root, ".il-d-same-name")).toEqual(memories);
    expect(root.querySelector(".il-d-card")!.textContent).toMatch(/\{history\} › \{memory\}1 of 2.*observed by Ana/);
    await click(button(root, "Go there"));
    expect(api.select).toHaveBeenCalledWith(1, { reveal: true });
    await click(button(root, "Copy text"));
    expect(api.copy).toHaveBeenCalledWith(memories[0]);
    await key(root.querySelector(".il-d-scope")!, "Escape");
    expect(root.querySelector(".il-d-card, .il-d-same-name")).toBeNull();
  });

  test("the arrows go from field to field", async () => {
    const root = await show(apiOf(nodes), 3);
    const places = [...root.querySelectorAll<HTMLElement>(".il-d-field")];
    expect(places.map((one) => one.tabIndex)).toEqual([0, -1, -1, -1, -1, -1]);
    places[0]!.focus();
    await key(places[0]!, "ArrowRight");
    expect(document.activeElement).toBe(places[1]);
    expect(places.map((one) => one.tabIndex).slice(0, 2)).toEqual([-1, 0]);
    await key(places[1]!, "Enter");
    expect(root.querySelector(".il-d-card")!.textContent).toContain("Copy text");
  });

  test("of many messages the first and the last are shown, the others on demand", async () => {
    const many = Array.from({ length: 200 }, (_, at) => ({ role: "user", content: `message ${at}` }));
    const root = await show(apiOf([{ kind: "model", fields: { inputs: { messages: many } } }]));
    expect(root.querySelectorAll(".il-d-message").length).toBe(30);
    await click(button(root, "Show 170 more messages"));
    expect(root.querySelectorAll(".il-d-message").length).toBe(200);
  });
});
