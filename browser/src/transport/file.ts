// The way to data inside the page itself: compressed blocks in script elements that are not scripts.

import type {
  Answer,
  ColumnsValue,
  DetailsBlock,
  FileManifest,
  Head,
  NodeDetail,
  Talk,
  ValuesBlock,
  Wire,
} from "../data/protocol";
import type { MakeMore } from "../parts/later";
import { FileSearch } from "./file_search";
import { fromBase64, gunzip, unpack } from "./packed";
import { Refused, type Request, type Transport } from "./transport";

/** Characters of values that a node's detail brings along; what is more is asked for one by one. */
const BUDGET = 2_000_000;
const HEAD = 4096;
const KEPT_BLOCKS = 48;

export class FileTransport implements Transport {
  readonly live = false;
  readonly from = "file";
  readonly #manifest: Promise<FileManifest>;
  readonly #details: Blocks<DetailsBlock>;
  readonly #values: Blocks<ValuesBlock>;
  /** In which block a value is, as far as blocks that refer to it have been read. */
  readonly #where = new Map<string, number>();
  #texts: FileSearch | null = null;

  constructor(private readonly page: Document = document) {
    this.#manifest = this.#json<FileManifest>("il-manifest");
    const note = <T extends { where: Record<string, number> }>(block: T): T => {
      for (const [hash, index] of Object.entries(block.where ?? {})) this.#where.set(hash, index);
      return block;
    };
    this.#details = new Blocks(async (index) => note(await this.#json<DetailsBlock>(`il-details-${index}`)));
    this.#values = new Blocks(async (index) => {
      const block = note(await this.#json<ValuesBlock>(`il-values-${index}`));
      for (const hash of Object.keys(block.values)) this.#where.set(hash, index);
      return block;
    });
  }

  async request<T>(request: Request): Promise<Answer<T>> {
    return (await this.#answer(request)) as Answer<T>;
  }

  listen(): () => void {
    return () => undefined;
  }

  /** A script of the page as the first is: its policy names both by their hashes and allows no other. */
  async more(): Promise<MakeMore> {
    const script = this.page.createElement("script") as HTMLScriptElement & { more?: MakeMore };
    script.textContent = new TextDecoder().decode(await this.#block("il-more"));
    this.page.head.append(script);
    script.remove();
    if (!script.more) throw new Error("the browser refused to run the file's second script");
    return script.more;
  }

  close(): void {}

  async #answer(request: Request): Promise<Answer<unknown>> {
    const manifest = await this.#manifest;
    switch (request.op) {
      case "hello":
        return plain({ ...manifest.hello, canRemove: false });
      case "columns":
        return this.#columns(manifest, Number(request.from));
      case "changes":
        return plain({ from: manifest.rows, rows: 0, total: manifest.rows, more: false, changed: [], stamp: null });
      case "node":
        return plain(await this.#node(manifest, Number(request.row)));
      case "value":
        return plain(await this.#value(String(request.hash)));
      case "talk": {
        const block = manifest.talks[String(request.row)];
        return plain(block === undefined ? { speakers: [], turns: [] } : await this.#json<Talk>(`il-talk-${block}`));
      }
      case "search":
        return this.#search(manifest, String(request.text));
      case "locate":
        return plain(await this.#locate(manifest, String(request.uid)));
      case "remove":
        throw new Refused("Nothing can be removed from a file.");
      case "more":
        throw new Refused("The second script is a block of the file.");
    }
  }

  async #columns(manifest: FileManifest, from: number): Promise<Answer<ColumnsValue>> {
    let block = 0;
    while (block + 1 < manifest.columns.length && manifest.columns[block + 1]! <= from) block++;
    if (manifest.columns.length === 0) throw new Refused("This file has no columns: it was not written to its end.");
    return unpack<ColumnsValue>(await this.#block(`il-columns-${block}`));
  }

  async #node(manifest: FileManifest, row: number): Promise<NodeDetail> {
    const block = await this.#details.get(Math.floor(row / manifest.detailsPer));
    const node = block.nodes[row % manifest.detailsPer];
    if (node === undefined) throw new Refused(`This file has no node ${row}.`);
    const values: Record<string, Wire> = {};
    const heads: Record<string, Head> = {};
    const cut: string[] = [];
    let left = BUDGET;
    const queue = [...this.#references(node.fields as Wire)];
    const seen = new Set(queue);
    for (let hash = queue.shift(); hash !== undefined; hash = queue.shift()) {
      const value = await this.#value(hash);
      const size = weight(value);
      if (size > left) {
        cut.push(hash);
        heads[hash] = { bytes: size, head: typeof value === "string" ? value.slice(0, HEAD) : "" };
        continue;
      }
      left -= size;
      values[hash] = value;
      for (const next of this.#references(value)) {
        if (!seen.has(next)) {
          seen.add(next);
          queue.push(next);
        }
      }
    }
    return { row, uid: node.uid, name: node.name, parents: [], fields: node.fields, values, cut, heads };
  }

  async #value(hash: string): Promise<Wire> {
    const index = this.#where.get(hash);
    const value = index === undefined ? undefined : (await this.#values.get(index)).values[hash];
    if (value === undefined) throw new Refused("This file does not hold that value.");
    return value;
  }

  /** Hashes that a stored form refers to: any text in it that is known as one. */
  *#references(wire: Wire): Generator<string> {
    if (typeof wire === "string") {
      if (this.#where.has(wire)) yield wire;
    } else if (Array.isArray(wire)) for (const item of wire) yield* this.#references(item);
    else if (wire !== null && typeof wire === "object")
      for (const item of Object.values(wire)) yield* this.#references(item);
  }

  async #locate(manifest: FileManifest, uid: string): Promise<number> {
    for (let block = 0; block * manifest.detailsPer < manifest.rows; block++) {
      const at = (await this.#details.get(block)).nodes.findIndex((node) => node.uid === uid);
      if (at >= 0) return block * manifest.detailsPer + at;
    }
    throw new Refused("This file has no node of that name.");
  }

  /** Look through all values, then through all nodes for the text itself or a value that holds it. */
  async #search(manifest: FileManifest, text: string): Promise<Answer<unknown>> {
    this.#texts ??= new FileSearch({
      values: manifest.values,
      details: Math.ceil(manifest.rows / manifest.detailsPer),
      valuesBlock: (index) => this.#values.get(index),
      detailsBlock: (index) => this.#details.get(index),
      isValue: (hash) => this.#where.has(hash),
    });
    const rows = await this.#texts.rows(text);
    const buffer = new DataView(Uint32Array.from(rows).buffer);
    return { value: { total: rows.length, indexed: true }, buffers: [buffer] };
  }

  async #json<T>(id: string): Promise<T> {
    return JSON.parse(new TextDecoder().decode(await this.#block(id))) as T;
  }

  async #block(id: string): Promise<ArrayBuffer> {
    const text = this.page.getElementById(id)?.textContent;
    if (!text) throw new Refused(`This file is not whole: it has no block ${id}. Have it sent or written again.`);
    return gunzip(fromBase64(text.trim()));
  }
}

/** Blocks read once and kept while they are among the last ones used. */
class Blocks<T> {
  readonly #kept = new Map<number, Promise<T>>();

  constructor(private readonly read: (index: number) => Promise<T>) {}

  get(index: number): Promise<T> {
    const block = this.#kept.get(index) ?? this.read(index);
    this.#kept.delete(index);
    this.#kept.set(index, block);
    if (this.#kept.size > KEPT_BLOCKS) this.#kept.delete(this.#kept.keys().next().value!);
    return block;
  }
}

function plain(value: unknown): Answer<unknown> {
  return { value, buffers: [] };
}

function weight(wire: Wire): number {
  if (typeof wire === "string") return wire.length + 2;
  if (wire === null || typeof wire !== "object") return 8;
  let sum = 2;
  if (Array.isArray(wire)) for (const item of wire) sum += weight(item);
  else for (const key in wire) sum += key.length + weight(wire[key]!);
  return sum;
}
