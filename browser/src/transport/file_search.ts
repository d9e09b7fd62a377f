// Full text in a file: every text is read once, in small letters, and kept for the searches that follow.

import type { DetailsBlock, ValuesBlock, Wire } from "../data/protocol";

/** Characters that are kept; with more, each search reads all blocks again. */
const KEPT_CHARACTERS = 200_000_000;
/** Stands between texts, so that nothing is found across two of them. */
const BETWEEN = "\0";

/** What is searched: blocks of values, which refer to each other, and blocks of nodes, which refer to values. */
export interface Searched {
  values: number;
  details: number;
  valuesBlock(index: number): Promise<ValuesBlock>;
  detailsBlock(index: number): Promise<DetailsBlock>;
  /** Whether a text is the name of a value, of those that blocks read so far refer to. */
  isValue(text: string): boolean;
}

interface Prepared {
  values: Haystack;
  nodes: Haystack;
  /** The values, and the nodes, that refer to each value. */
  holders: Map<string, string[]>;
  users: Map<string, number[]>;
  hashes: string[];
}

export class FileSearch {
  #prepared: Promise<Prepared> | null = null;

  constructor(private readonly searched: Searched) {}

  /** Rows of nodes in which, or in whose values, a text stands; in order. */
  async rows(text: string): Promise<number[]> {
    const needle = text.toLowerCase();
    const prepared = await (this.#prepared ??= this.#prepare());
    if (prepared.values.size + prepared.nodes.size > KEPT_CHARACTERS) this.#prepared = null;
    const { holders, users, hashes } = prepared;
    const found = new Set(prepared.values.find(needle).map((at) => hashes[at]!));
    for (const hash of found) for (const holder of holders.get(hash) ?? []) found.add(holder); // a set goes on with what is added
    const rows = new Set(prepared.nodes.find(needle));
    for (const hash of found) for (const row of users.get(hash) ?? []) rows.add(row);
    return [...rows].sort((a, b) => a - b);
  }

  async #prepare(): Promise<Prepared> {
    const { searched } = this;
    const prepared: Prepared = { values: new Haystack(), nodes: new Haystack(), holders: new Map(), users: new Map(), hashes: [] };
    try {
      for (let index = 0; index < searched.values; index++) {
        const { values } = await searched.valuesBlock(index);
        prepared.values.add(Object.values(values).map((value) => this.#textOf(value)));
        for (const [hash, value] of Object.entries(values)) {
          prepared.hashes.push(hash);
          this.#refer(value, hash, prepared.holders);
        }
      }
      let row = 0;
      for (let index = 0; index < searched.details; index++) {
        const { nodes } = await searched.detailsBlock(index);
        prepared.nodes.add(nodes.map(({ fields }) => this.#textOf(fields as Wire)));
        for (const { fields } of nodes) this.#refer(fields as Wire, row++, prepared.users);
      }
    } catch (error) {
      this.#prepared = null;
      throw error;
    }
    return prepared;
  }

  /** All texts in a value, in small letters; names of values are none. */
  #textOf(wire: Wire): string {
    const texts: string[] = [];
    this.#collect(wire, texts);
    return texts.join(BETWEEN);
  }

  #collect(wire: Wire, texts: string[]): void {
    if (typeof wire === "string") {
      if (!this.searched.isValue(wire)) texts.push(wire.toLowerCase());
    } else if (Array.isArray(wire)) for (const item of wire) this.#collect(item, texts);
    else if (typeof wire === "object" && wire !== null && wire.$ !== "bytes") {
      // Under `$` stands what kind of value it is, which nobody wrote.
      for (const key of Object.keys(wire)) if (key !== "$") this.#collect(wire[key]!, texts);
    }
  }

  #refer<T>(wire: Wire, from: T, into: Map<string, T[]>): void {
    if (typeof wire === "string") {
      if (!this.searched.isValue(wire)) return;
      const list = into.get(wire);
      if (list) list.push(from);
      else into.set(wire, [from]);
    } else if (Array.isArray(wire)) for (const item of wire) this.#refer(item, from, into);
    else if (typeof wire === "object" && wire !== null) for (const item of Object.values(wire)) this.#refer(item, from, into);
  }
}

/** Texts, numbered in the order in which they were added. */
class Haystack {
  size = 0;
  readonly #parts: { text: string; first: number; begins: Uint32Array }[] = [];
  #count = 0;

  add(texts: string[]): void {
    const begins = new Uint32Array(texts.length);
    let at = 0;
    texts.forEach((text, number) => {
      begins[number] = at;
      at += text.length + BETWEEN.length;
    });
    this.#parts.push({ text: texts.join(BETWEEN), first: this.#count, begins });
    this.#count += texts.length;
    this.size += at;
  }

  /** The numbers of the texts in which a text stands. */
  find(needle: string): number[] {
    const found: number[] = [];
    if (needle === "" || needle.includes(BETWEEN)) return found;
    for (const { text, first, begins } of this.#parts) {
      for (let at = text.indexOf(needle); at >= 0; ) {
        const number = lastBefore(begins, at);
        found.push(first + number);
        const next = begins[number + 1];
        at = next === undefined ? -1 : text.indexOf(needle, next);
      }
    }
    return found;
  }
}

/** The last of rising numbers that is not above a number. */
function lastBefore(begins: Uint32Array, at: number): number {
  let low = 0;
  let high = begins.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (begins[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
}
