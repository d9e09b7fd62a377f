import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ColumnsValue, FileManifest, NodeDetail } from "../src/data/protocol";
import { FileTransport } from "../src/transport/file";
import { unpack } from "../src/transport/packed";
import { PageTransport } from "../src/transport/page";
import { Refused, type TransportEvent, Unreachable } from "../src/transport/transport";
import { type WidgetModel, WidgetTransport } from "../src/transport/widget";
import { buffersOf, chunkOf } from "./forest";

function pack(header: object, buffers: DataView[] = []): ArrayBuffer {
  const head = new TextEncoder().encode(JSON.stringify({ ...header, buffers: buffers.map((buffer) => buffer.byteLength) }));
  const bytes: number[] = [...new Uint8Array(Uint32Array.of(head.length).buffer), ...head];
  for (const buffer of [null, ...buffers]) {
    if (buffer) bytes.push(...new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
    while (bytes.length % 8) bytes.push(0);
  }
  return Uint8Array.from(bytes).buffer;
}

describe("packed answers", () => {
  it("are unpacked, with buffers where they should be", () => {
    const { value, buffers } = unpack<string>(pack({ ok: true, value: "é" }, [new DataView(Uint8Array.of(1, 2, 3).buffer), new DataView(Float64Array.of(1.5).buffer)]));
    expect(value).toBe("é");
    expect([buffers[0]!.byteLength, buffers[1]!.getFloat64(0, true), buffers[1]!.byteOffset % 8]).toEqual([3, 1.5, 0]);
  });

  it("throw what the other side refuses", () => {
    expect(() => unpack(pack({ ok: false, error: "no such row" }))).toThrow(new Refused("no such row"));
  });
});

describe("the page's transport", () => {
  afterEach(() => vi.unstubAllGlobals());
  const answer = (body: BodyInit, status = 200, type = "application/octet-stream"): Response => new Response(body, { status, headers: { "Content-Type": type } });

  it("asks beside the page and hands on the answer", async () => {
    const fetched = vi.fn(async (_address: URL, _init: RequestInit) => answer(pack({ ok: true, value: 5 })));
    vi.stubGlobal("fetch", fetched);
    const transport = new PageTransport("http://127.0.0.1:9/?token=abc#x", "abc");
    expect((await transport.request({ op: "locate", uid: "u" })).value).toBe(5);
    const [address, init] = fetched.mock.calls[0]!;
    expect(String(address)).toBe("http://127.0.0.1:9/api");
    expect(JSON.parse(String(init.body))).toMatchObject({ op: "locate", uid: "u" });
    expect(init.headers).toMatchObject({ Authorization: "Bearer abc" });
  });

  it("tells a missing token from a server that is gone", async () => {
    vi.stubGlobal("EventSource", class { close(): void {} });
    vi.stubGlobal("fetch", async () => answer("The token is missing.", 403, "text/plain"));
    const transport = new PageTransport("http://127.0.0.1:9/");
    const events: TransportEvent[] = [];
    transport.listen((event) => events.push(event));
    await expect(transport.request({ op: "hello" })).rejects.toThrow(/token/);
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("failed")));
    await expect(transport.request({ op: "hello" })).rejects.toThrow(Unreachable);
    await expect(transport.request({ op: "hello" })).rejects.toThrow(Unreachable);
    vi.stubGlobal("fetch", async () => answer(pack({ ok: true, value: 1 })));
    await transport.request({ op: "hello" });
    expect(events).toEqual([{ type: "connection", up: false }, { type: "connection", up: true }]);
  });
});

class Model implements WidgetModel {
  sent: { id: number; op: string }[] = [];
  #listeners = new Set<(content: unknown, buffers?: DataView[]) => void>();
  get = (): unknown => undefined;
  on(_: "msg:custom", listener: (content: unknown, buffers?: DataView[]) => void): void {
    this.#listeners.add(listener);
  }
  off(_: "msg:custom", listener: (content: unknown, buffers?: DataView[]) => void): void {
    this.#listeners.delete(listener);
  }
  send(content: unknown): void {
    this.sent.push(content as { id: number; op: string });
  }
  receive(content: unknown, buffers?: unknown[]): void {
    for (const listener of this.#listeners) listener(content, buffers as DataView[]);
  }
}

describe("the widget's transport", () => {
  it("matches answers to questions, whoever else is asking", async () => {
    const model = new Model();
    const [one, two] = [new WidgetTransport(model), new WidgetTransport(model)];
    const asked = [one.request<string>({ op: "hello" }), two.request<string>({ op: "hello" }), one.request({ op: "talk" })];
    const [a, b, c] = model.sent.map((message) => message.id);
    expect(new Set([a, b, c]).size).toBe(3);
    model.receive({ id: b, ok: true, value: "b" });
    model.receive({ id: c, ok: false, error: "no" });
    model.receive({ id: a, ok: true, value: "a" }, [Uint8Array.of(7), Uint8Array.of(8, 9).buffer]);
    expect((await asked[0]!).value).toBe("a");
    expect((await asked[0]!).buffers.map((buffer) => [buffer.byteLength, buffer.getUint8(0)])).toEqual([[1, 7], [2, 8]]);
    expect((await asked[1]!).value).toBe("b");
    await expect(asked[2]).rejects.toThrow("no");
  });

  it("asks no question whose answer came with the widget, and each one only once", async () => {
    const model = new Model();
    const rows = [{ parent: -1, name: 0 }];
    const chunk = chunkOf(1, 0, { names: ["first"] });
    const packed = pack({ ok: true, value: { hello: { title: "t" }, columns: chunk } }, buffersOf(rows));
    // As it arrives: a part of a message that begins anywhere.
    const message = new Uint8Array(3 + packed.byteLength);
    message.set(new Uint8Array(packed), 3);
    model.get = (name?: string): unknown => (name === "_first" ? new DataView(message.buffer, 3) : undefined);
    const transport = new WidgetTransport(model);
    expect((await transport.request({ op: "hello" })).value).toEqual({ title: "t" });
    const first = await transport.request<ColumnsValue>({ op: "columns", store: "0", from: 0, limit: 9 });
    expect(first.value.names).toEqual(["first"]);
    expect(first.buffers.map((buffer) => buffer.byteLength)).toEqual(buffersOf(rows).map((buffer) => buffer.byteLength));
    expect(model.sent).toEqual([]);
    void transport.request({ op: "columns", store: "0", from: 0 });
    void transport.request({ op: "hello" });
    expect(model.sent.map(({ op }) => op)).toEqual(["columns", "hello"]);
  });

  it("hands on pushes, with buffers in base64 where the front end has no other", () => {
    const model = new Model();
    const transport = new WidgetTransport(model);
    const events: TransportEvent[] = [];
    transport.listen((event) => events.push(event));
    model.receive({ push: "changes", store: "0", number: 1, base64: ["AQI=", ""] });
    model.receive("nonsense");
    expect(events).toHaveLength(1);
    const [event] = events as (TransportEvent & { type: "push" })[];
    expect([event!.push.number, event!.buffers.map((buffer) => buffer.byteLength)]).toEqual([1, [2, 0]]);
  });

  it("gets the second script from the kernel, or before it was asked for", async () => {
    const made: string[] = [];
    vi.stubGlobal("URL", { createObjectURL: (blob: Blob) => (made.push(blob.type), "data:text/javascript,export default (shared) => shared.n"), revokeObjectURL: (address: string) => made.push(address) });
    try {
      const model = new Model();
      const asked = new WidgetTransport(model).more();
      expect(model.sent.map(({ op }) => op)).toEqual(["more"]);
      model.receive({ id: model.sent[0]!.id, ok: true, value: "export default 1" });
      expect((await asked)({ n: 7 })).toBe(7);
      const sent = new WidgetTransport(model);
      model.receive({ push: "start", store: "0", more: "export default 2" });
      expect((await sent.more())({ n: 8 })).toBe(8);
      expect(made.map((one) => one.slice(0, 15))).toEqual(["text/javascript", "data:text/javas", "text/javascript", "data:text/javas"]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("leaves nobody waiting when it is closed", async () => {
    const model = new Model();
    const transport = new WidgetTransport(model);
    const asked = transport.request({ op: "hello" });
    transport.close();
    await expect(asked).rejects.toThrow(Unreachable);
    expect(() => model.receive({ push: "changes", store: "0" })).not.toThrow();
  });
});

describe("the file's transport", () => {
  const long = "lorem ipsum ".repeat(400_000);
  const values = [
    { values: { aa: { $: "ref", h: "bb", n: 4 }, big: long }, where: { bb: 1 } },
    { values: { bb: "a Hidden word", link: { base: null, items: ["first"] } }, where: {} },
  ];
  const nodes = Array.from({ length: 5 }, (_, row) => ({
    uid: `u-${row}`,
    name: `n${row}`,
    fields: row === 1 ? { inputs: { a: { $: "ref", h: "aa", n: 4 } } } : row === 3 ? { result: { $: "ref", h: "big", n: long.length } } : row === 4 ? { inputs: { $: "chain", h: "link", n: 1 } } : {},
  }));
  const manifest: FileManifest = {
    format: 1,
    hello: { protocol: 1, title: "t", stores: [{ id: "0", name: "s", readOnly: false }], focus: null, canRemove: true },
    rows: 5,
    columns: [0, 3],
    detailsPer: 2,
    values: 2,
    talks: { "0": 0 },
    made: "",
  };

  function file(without: string[] = []): FileTransport {
    const page = document.implementation.createHTMLDocument();
    const put = (id: string, data: string | Uint8Array): void => {
      if (without.includes(id)) return;
      const block = page.createElement("script");
      block.type = "application/octet-stream;base64";
      block.id = id;
      block.textContent = gzipSync(data).toString("base64");
      page.body.append(block);
    };
    put("il-manifest", JSON.stringify(manifest));
    const rows = [{ parent: -1 }, { parent: 0 }, { parent: 1 }, { parent: 0 }, { parent: 0 }];
    put("il-columns-0", new Uint8Array(pack({ ok: true, value: chunkOf(3, 0, { total: 5, more: true }) }, buffersOf(rows.slice(0, 3)))));
    put("il-columns-1", new Uint8Array(pack({ ok: true, value: chunkOf(2, 3, { total: 5 }) }, buffersOf(rows.slice(3)))));
    for (let at = 0; at < 5; at += 2) {
      const where = at === 0 ? { aa: 0 } : at === 2 ? { big: 0 } : { link: 1 };
      put(`il-details-${at / 2}`, JSON.stringify({ nodes: nodes.slice(at, at + 2), where }));
    }
    values.forEach((block, index) => put(`il-values-${index}`, JSON.stringify(block)));
    put("il-talk-0", JSON.stringify({ speakers: [], turns: [] }));
    return new FileTransport(page);
  }

  it("gives columns chunk by chunk, and never offers to remove", async () => {
    const transport = file();
    expect((await transport.request<{ canRemove: boolean }>({ op: "hello" })).value.canRemove).toBe(false);
    const from = async (row: number): Promise<number[]> => {
      const { value } = await transport.request<ColumnsValue>({ op: "columns", from: row });
      return [value.from, value.rows];
    };
    expect([await from(0), await from(3)]).toEqual([[0, 3], [3, 2]]);
    await expect(transport.request({ op: "remove", row: 0 })).rejects.toThrow(Refused);
  });

  it("gives a node with what it refers to, and cuts what is too much", async () => {
    const transport = file();
    const node = async (row: number): Promise<NodeDetail> => (await transport.request<NodeDetail>({ op: "node", row })).value;
    expect(await node(1)).toMatchObject({ uid: "u-1", values: { aa: { $: "ref" }, bb: "a Hidden word" }, cut: [] });
    const large = await node(3);
    expect([large.cut, large.heads.big!.head.length]).toEqual([["big"], 4096]);
    expect((await transport.request({ op: "value", hash: "big" })).value).toBe(long);
    await expect(transport.request({ op: "value", hash: "nowhere" })).rejects.toThrow(/does not hold/);
  });

  it("finds text in values, also through other values, and nodes by uid", async () => {
    const transport = file();
    const search = async (text: string): Promise<number[]> => {
      const { buffers } = await transport.request({ op: "search", text });
      return Array.from({ length: buffers[0]!.byteLength / 4 }, (_, at) => buffers[0]!.getUint32(at * 4, true));
    };
    expect([await search("hidden WORD"), await search("FIRST"), await search("nowhere")]).toEqual([[1], [4], []]);
    expect([await search("lorem ipsum lorem"), await search("i"), await search("d")]).toEqual([[3], [1, 3, 4], [1]]);
    // What is not written by anybody: kinds and names of values, and what stands between two texts.
    expect([await search("ref"), await search("bb"), await search("\0"), await search("")]).toEqual([[], [], [], []]);
    expect((await transport.request({ op: "locate", uid: "u-4" })).value).toBe(4);
    await expect(transport.request({ op: "locate", uid: "u-9" })).rejects.toThrow(Refused);
    expect((await transport.request({ op: "talk", row: 2 })).value).toEqual({ speakers: [], turns: [] });
  });

  it("says what is missing of a file that is not whole", async () => {
    await expect(file(["il-details-0"]).request({ op: "node", row: 0 })).rejects.toThrow(/not whole.*il-details-0/);
    await expect(file(["il-manifest"]).request({ op: "hello" })).rejects.toThrow(/not whole/);
  });
});
