// A store that is made up: runs of steps of queries of model calls, for looking at and for measuring.

import { type Answer, type ChangesValue, COLUMNS, type Hello, type NodeDetail, type Talk, type Turn, type Wire } from "../src/data/protocol";
import { Refused, type Request, type Transport, type TransportEvent } from "../src/transport/transport";

export interface Made {
  nodes: number;
  perSecond: number;
  stores: number;
  hostile: boolean;
  distinct: number;
}

const KINDS = ["run", "step", "query", "model", "observe", "call", "event", "auction"];
const ACTORS = [
  { name: "", color: null },
  { name: "Alice", color: "#2f6fde" },
  { name: "Bob", color: "#c2410c" },
  { name: "Carol the mediator", color: "#15803d" },
  { name: "Dr Živkov", color: "#a21caf" },
];
const TAGSETS: [string, string | null][][] = [[], [["deal", "#15803d"]], [["retry", "#b45309"], ["json", "#2563eb"]], [["baseline", null]]];
const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "\u202egnp.exe",
  "javascript:alert(1)",
  "Z̸̡̢͇̫̜̩̞͙͖͓̩̀̇̂̍́̈́͘a̷l̷g̷o̷ ".repeat(3),
  "x".repeat(5000),
  "line\nbreak\ttab\u0000nul\u001b[31mred",
  "{{constructor.constructor('alert(1)')()}}",
];
const CHUNK = 60_000;
const SENTENCES = [
  "I can offer you 9,400 for it, given the mileage.",
  "That is below what I paid. What about the winter tyres?",
  "The inspection is due in March, and I would have to pay for that.",
  "Fine: 10,100 with the tyres, and we shake hands today.",
  "Let me think about what the buyer wants most before I answer.",
];

interface Row {
  parent: number;
  kind: number;
  state: number;
  start: number;
  duration: number;
  name: number;
  actor: number;
  tags: number;
  tokensIn: number;
  tokensOut: number;
  cost: number;
  flags: number;
}

class Maker {
  names: string[] = [];
  readonly columns: Record<keyof Row, ArrayLike<number> & { [index: number]: number }>;
  rows = 0;
  changed = new Set<number>();
  #random = 1;
  #stack: number[] = [];
  #time = Date.now() / 1000 - 3600;

  constructor(
    readonly capacity: number,
    readonly made: Made,
  ) {
    const make = { i32: Int32Array, u8: Uint8Array, f64: Float64Array, f32: Float32Array, u32: Uint32Array, u16: Uint16Array };
    this.columns = Object.fromEntries(COLUMNS.map(([name, type]) => [name, new make[type](capacity)])) as never;
    const topics = ["price", "tyres", "mileage", "delivery", "warranty", "trust", "memory", "plan"];
    for (let index = 0; index < made.distinct; index++) this.names.push(`${topics[index % topics.length]} ${index}`);
    this.names.push("car negotiation", "step", "ask for the next message", "gpt-4o-mini", "hear", "parse_offer", "offer made", "auction for the floor");
    if (made.hostile) this.names.push(...HOSTILE);
  }

  random(): number {
    this.#random = (this.#random * 1103515245 + 12345) & 0x7fffffff;
    return this.#random / 0x7fffffff;
  }

  add(live = false): void {
    const { columns, made } = this;
    const row = this.rows;
    // A walk over levels: run, step, query or observe, model.
    const depth = this.#stack.length === 0 ? 0 : Math.max(row % 400 === 0 ? 0 : 1, Math.min(this.#stack.length, 1 + Math.floor(this.random() * 4)));
    while (this.#stack.length > depth) {
      const closed = this.#stack.pop()!;
      if (columns.state[closed] === 0) {
        columns.state[closed] = this.random() < 0.01 ? 2 : 1;
        columns.duration[closed] = this.#time - columns.start[closed]!;
        this.changed.add(closed);
      }
    }
    this.#time = live ? Date.now() / 1000 : this.#time + this.random() * 0.4;
    const kind = depth === 0 ? 0 : depth === 1 ? (this.random() < 0.1 ? 7 : 1) : depth === 2 ? (this.random() < 0.3 ? 4 : 2) : this.random() < 0.7 ? 3 : this.random() < 0.5 ? 5 : 6;
    const base = made.distinct;
    columns.parent[row] = this.#stack.at(-1) ?? -1;
    columns.kind[row] = kind;
    columns.start[row] = this.#time;
    columns.duration[row] = NaN;
    columns.state[row] = 0;
    columns.name[row] =
      made.hostile && this.random() < 0.2 ? base + 8 + Math.floor(this.random() * HOSTILE.length) : this.random() < 0.4 ? Math.floor(this.random() * made.distinct) : base + kind;
    columns.actor[row] = depth >= 2 ? 1 + (Math.floor(row / 7) % 4) : 0;
    columns.tags[row] = this.random() < 0.15 ? 1 + Math.floor(this.random() * 3) : 0;
    columns.cost[row] = NaN;
    if (kind === 3) {
      columns.tokensIn[row] = 200 + Math.floor(this.random() * 3000);
      columns.tokensOut[row] = 10 + Math.floor(this.random() * 300);
      columns.cost[row] = columns.tokensIn[row]! * 1.5e-7 + columns.tokensOut[row]! * 6e-7;
      columns.flags[row] = this.random() < 0.1 ? 1 : this.random() < 0.05 ? 2 : 0;
    }
    this.rows++;
    this.#stack.push(row);
  }

  finish(): void {
    while (this.#stack.length > 0) {
      const closed = this.#stack.pop()!;
      this.columns.state[closed] = closed % 97 === 5 ? 3 : 1;
      this.columns.duration[closed] = this.#time - this.columns.start[closed]!;
    }
    this.changed.clear();
  }

  buffers(rows: readonly number[] | { from: number; to: number }): DataView[] {
    return COLUMNS.map(([name]) => {
      const column = this.columns[name] as Float64Array;
      const part =
        "from" in rows ? column.slice(rows.from, rows.to) : (column.constructor as typeof Float64Array).from(rows, (row) => column[row]!);
      return new DataView(part.buffer);
    });
  }
}

export class Synthetic implements Transport {
  readonly live = true;
  readonly from = "server";
  readonly #makers: Maker[];
  readonly #listeners = new Set<(event: TransportEvent) => void>();
  #pushes = 0;

  constructor(readonly made: Made) {
    this.#makers = Array.from({ length: made.stores }, () => {
      const maker = new Maker(made.nodes + made.perSecond * 120 + 16, made);
      while (maker.rows < made.nodes) maker.add();
      if (made.perSecond === 0) maker.finish();
      return maker;
    });
    if (made.perSecond > 0) {
      const begun = performance.now();
      const timer = setInterval(() => {
        const maker = this.#makers[0]!;
        const wanted = made.nodes + Math.floor(((performance.now() - begun) / 1000) * made.perSecond);
        while (maker.rows < wanted && maker.rows < maker.capacity) maker.add(true);
        if (maker.rows >= maker.capacity) clearInterval(timer);
        for (const listener of this.#listeners)
          listener({ type: "push", push: { push: "changes", store: "0", number: ++this.#pushes }, buffers: [] });
      }, 20);
    }
  }

  get rows(): number {
    return this.#makers[0]!.rows;
  }

  listen(listener: (event: TransportEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {}

  async request<T>(request: Request): Promise<Answer<T>> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return this.#answer(request) as Answer<T>;
  }

  #answer(request: Request): Answer<unknown> {
    const plain = (value: unknown): Answer<unknown> => ({ value, buffers: [] });
    if (request.op === "hello") {
      const hello: Hello = {
        protocol: 1,
        title: "made up",
        stores: this.#makers.map((_, index) => ({ id: String(index), name: `lab-${index}.db`, readOnly: index > 0 })),
        focus: null,
        canRemove: true,
      };
      return plain(hello);
    }
    const maker = this.#makers[Number(request.store)]!;
    const row = Number(request.row);
    switch (request.op) {
      case "columns":
        return this.#rows(maker, Number(request.from), []);
      case "changes": {
        const changed = [...maker.changed].filter((one) => one < Number(request.rows));
        for (const one of changed) maker.changed.delete(one);
        return this.#rows(maker, Number(request.rows), changed);
      }
      case "node":
        return plain(this.#node(maker, row));
      case "talk":
        return plain(this.#talk(maker, row));
      case "search": {
        const found = Array.from({ length: maker.rows }, (_, at) => at).filter((at) => at % 50 === String(request.text).length);
        return { value: { total: found.length, indexed: true }, buffers: [new DataView(Uint32Array.from(found).buffer)] };
      }
      case "locate":
        return plain(Number(String(request.uid).split("-")[1]));
      case "remove":
        return plain(3);
      default:
        throw new Refused("The made-up store does not know that.");
    }
  }

  #rows(maker: Maker, from: number, changed: number[]): Answer<ChangesValue> {
    const to = Math.min(maker.rows, from + CHUNK);
    const first = from === 0;
    return {
      value: {
        from,
        rows: to - from,
        total: maker.rows,
        more: to < maker.rows,
        kinds: first ? KINDS : [],
        kindsFrom: first ? 0 : KINDS.length,
        names: first ? maker.names : [],
        namesFrom: first ? 0 : maker.names.length,
        actors: first ? ACTORS : [],
        actorsFrom: first ? 0 : ACTORS.length,
        tagsets: first ? TAGSETS : [],
        tagsetsFrom: first ? 0 : TAGSETS.length,
        stamp: String(maker.rows),
        changed,
      },
      buffers: [...maker.buffers({ from, to }), ...(changed.length > 0 ? maker.buffers(changed) : [])],
    };
  }

  #node(maker: Maker, row: number): NodeDetail {
    const kind = KINDS[maker.columns.kind[row]!]!;
    const prompt: Wire = {
      $: "format",
      v: ["You are ", ["name", "#ffcc00", "Alice"], ".\nWhat you remember:\n", ["memory", "#88ccff", { $: "ref", h: "aa", n: 300 }], "\n\nAnswer in JSON."],
    };
    const inputs: Wire =
      kind === "model"
        ? { messages: [{ role: "system", content: "You negotiate." }, { role: "user", content: prompt }], temperature: 0.7 }
        : kind === "query"
          ? { prompt, actor: { $: "object", t: "interlab.Actor", v: { name: "Alice", budget: 10_000 } } }
          : { number: row, offers: [9400, 9700, 10_100], when: { $: "datetime", v: "2026-11-21T14:00:00" } };
    return {
      row,
      uid: `00ff-${row}`,
      name: maker.names[maker.columns.name[row]!],
      parents: [],
      fields: {
        inputs,
        ...(maker.columns.state[row] === 2
          ? { error: { $: "exception", t: "ValueError", message: "no JSON in the reply", traceback: 'Traceback (most recent call last):\n  File "lab.py", line 3\nValueError: no JSON in the reply', cause: null } }
          : { result: kind === "model" ? SENTENCES[row % SENTENCES.length]! : { offer: 9400, says: SENTENCES[row % SENTENCES.length]! } }),
      },
      values: { aa: `${SENTENCES.join("\n")}` },
      cut: [],
      heads: {},
    };
  }

  #talk(maker: Maker, row: number): Talk {
    const turns: Turn[] = [];
    for (let at = row; at < maker.rows && turns.length < 2000; at++) {
      if (at > row && maker.columns.parent[at] === -1) break;
      if (maker.columns.kind[at] !== 2) continue;
      const speaker = maker.columns.actor[at]! - 1;
      turns.push({ row: at, step: Math.floor(turns.length / 2) + 1, speaker, to: turns.length % 5 === 3 ? [(speaker + 1) % 4] : null, private: turns.length % 5 === 3, kind: turns.length % 7 === 6 ? "thought" : "say", text: SENTENCES[at % SENTENCES.length]!, cut: false, call: at + 1 });
    }
    return { speakers: ACTORS.slice(1), turns };
  }
}
