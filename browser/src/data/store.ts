// One store as the browser knows it: its columns, kept up to date, and what was asked about its nodes.

import type { Request, Transport, TransportEvent } from "../transport/transport";
import { Columns } from "./columns";
import type { Answer, ChangesValue, ColumnsValue, NodeDetail, SearchValue, StoreInfo, Talk, Wire } from "./protocol";
import { COLUMNS, State } from "./protocol";
import { Recent } from "./recent";

const BETWEEN_CHANGES_MS = 100;
const KEPT_NODES = 300;
const KEPT_TALKS = 8;
const KEPT_VALUES = 200;

export type StoreEvent =
  /** Rows were appended: from, and to where they end. */
  | { type: "rows"; from: number; to: number }
  | { type: "changed"; rows: readonly number[] }
  /** Everything is read anew. */
  | { type: "reset" }
  | { type: "status" };

export type Status = "waiting" | "loading" | "ready" | "failed";

/** A store, or the view of one run in it, behind a transport. */
export class Store {
  columns = new Columns();
  status: Status = "waiting";
  error: Error | null = null;
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #nodes = new Recent<number, Promise<NodeDetail>>(KEPT_NODES);
  readonly #talks = new Recent<number, { version: number; talk: Promise<Talk> }>(KEPT_TALKS);
  readonly #values = new Recent<string, Promise<Wire>>(KEPT_VALUES);
  readonly #stamps = new Map<number, number>();
  #stamp: string | null = null;
  // While columns are read, rows that came early may change: nothing but `changes` tells, asked as of the first chunk.
  #behind = false;
  #loading: Promise<void> | null = null;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asking = false;
  #news = false;
  #generation = 0;
  #pushes = 0;

  constructor(
    readonly info: StoreInfo,
    readonly transport: Transport,
    /** Only this row of the store and what is below it; numbered from 0 here. */
    readonly root: number | null = null,
    /** Its first rows, when they were asked for already. */
    private first: Promise<Answer<ColumnsValue>> | null = null,
  ) {}

  listen(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Read all columns; once they are read, does nothing. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Something is new at the other side. */
  push(event: TransportEvent & { type: "push" }): void {
    const { push, buffers } = event;
    if (push.number !== undefined) {
      const lost = this.#pushes > 0 && push.number > this.#pushes + 1;
      this.#pushes = push.number;
      if (lost) this.refresh();
    }
    // A view asks for its own rows: those that a push brings are numbered otherwise.
    if (push.value && this.root === null) this.#take({ value: push.value, buffers });
    else this.refresh();
  }

  /** Ask for what is new, soon; however often this is called, at most ten times a second. */
  refresh(): void {
    if (!this.transport.live || this.status === "waiting" || this.status === "failed") return;
    this.#news = true;
    if (this.#asking || this.#timer !== null) return;
    const wait = Math.max(0, this.#asked + BETWEEN_CHANGES_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#changes();
    }, wait);
  }

  node(row: number): Promise<NodeDetail> {
    return this.#nodes.get(row, async () => {
      const { value } = await this.#ask<NodeDetail>({ op: "node", row });
      return { ...value, parents: this.columns.path(row).slice(0, -1) };
    });
  }

  /** Rises when what `node` answers may have changed. */
  stamp(row: number): number {
    return this.#stamps.get(row) ?? 0;
  }

  value(hash: string): Promise<Wire> {
    return this.#values.get(hash, async () => (await this.#ask<Wire>({ op: "value", hash })).value);
  }

  talk(row: number): Promise<Talk> {
    const version = this.transport.live ? this.columns.size(row) : 0;
    const kept = this.#talks.peek(row);
    if (kept?.version === version) return kept.talk;
    const talk = this.#ask<Talk>({ op: "talk", row }).then((answer) => answer.value);
    this.#talks.put(row, { version, talk });
    talk.catch(() => this.#talks.drop(row));
    return talk;
  }

  /** Rows whose values hold a text. */
  async search(text: string): Promise<{ rows: Uint32Array; indexed: boolean }> {
    const { value, buffers } = await this.#ask<SearchValue>({ op: "search", text });
    const [view] = buffers;
    const rows = new Uint32Array(view ? view.byteLength >> 2 : 0);
    for (let at = 0; at < rows.length; at++) rows[at] = view!.getUint32(at * 4, true);
    return { rows, indexed: value.indexed };
  }

  async locate(uid: string): Promise<number | null> {
    try {
      const { value } = await this.#ask<number | null>({ op: "locate", uid });
      if (typeof value !== "number" || value < 0) return null;
      if (value >= this.columns.length) await this.load();
      return value < this.columns.length ? value : null;
    } catch {
      return null;
    }
  }

  async remove(row: number): Promise<number> {
    const { value } = await this.#ask<number>({ op: "remove", row });
    this.columns.remove(row);
    this.#tell({ type: "changed", rows: [row] });
    this.refresh();
    return value;
  }

  async #load(): Promise<void> {
    const generation = this.#generation;
    this.#status("loading");
    try {
      for (let more = true; more; ) {
        const answer = await this.#rows();
        if (generation !== this.#generation) return;
        more = answer.value.more;
        if (this.#stamp === null) this.#stamp = answer.value.stamp;
        this.#behind = true;
        this.#append(answer);
        // Between chunks the page gets to paint and to answer.
        if (more) await new Promise((resolve) => setTimeout(resolve));
      }
      this.#status("ready");
      this.refresh();
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#loading = null;
      this.error = error as Error;
      this.#status("failed");
    }
  }

  #rows(): Promise<Answer<ColumnsValue>> {
    const ask = (): Promise<Answer<ColumnsValue>> => this.#ask<ColumnsValue>({ op: "columns", from: this.columns.length });
    const { first } = this;
    this.first = null;
    return first === null || this.columns.length > 0 ? ask() : first.catch(ask);
  }

  async #changes(): Promise<void> {
    if (this.status !== "ready") return; // what is being read will bring it, or `load` asks again at its end
    this.#asking = true;
    this.#news = false;
    this.#asked = performance.now();
    try {
      const rows = this.columns.length;
      const answer = await this.#ask<ChangesValue>({ op: "changes", rows, stamp: this.#stamp });
      this.#behind = false;
      this.#take(answer);
      if (answer.value.more) this.#news = true;
    } catch {
      // The connection is shown by whoever listens to the transport; the next push asks again.
    } finally {
      this.#asking = false;
      if (this.#news) this.refresh();
    }
  }

  #take({ value, buffers }: Answer<ChangesValue>): void {
    if (value.reset) {
      this.#reset();
      return;
    }
    if (value.from > this.columns.length) {
      this.refresh(); // a push before this one was lost
      return;
    }
    if (this.status === "waiting") this.#status("loading");
    this.#append({ value, buffers });
    if (!this.#behind) this.#stamp = value.stamp;
    const changed = value.changed ?? [];
    const second = value.rows > 0 || buffers.length > COLUMNS.length ? COLUMNS.length : 0;
    this.#change(changed, buffers.slice(second), changed.length);
  }

  #change(rows: readonly number[], buffers: readonly DataView[], count: number): void {
    if (rows.length === 0) return;
    this.columns.change(rows, buffers, count);
    for (const row of rows) {
      this.#nodes.drop(row);
      this.#stamps.set(row, this.stamp(row) + 1);
    }
    this.#tell({ type: "changed", rows });
  }

  #append({ value, buffers }: Answer<ColumnsValue>): void {
    const from = this.columns.length;
    const added = this.columns.append(value, buffers);
    if (added < 0) throw new Error("Rows are missing between what came and what was there.");
    // Rows that were pushed before this was answered may be newer here, and nothing else will tell of that.
    const known = Math.min(from, value.from + value.rows) - value.from;
    if (known > 0) this.#change(Array.from({ length: known }, (_, at) => value.from + at), buffers, value.rows);
    if (added === 0) return;
    // A node that is still open may have been asked about with less in it than there is now.
    for (let row = from; row < from + added; row++) {
      const parent = this.columns.parent(row);
      if (parent >= 0 && this.#talks.peek(parent)) this.#talks.drop(parent);
    }
    this.#tell({ type: "rows", from, to: from + added });
  }

  #reset(): void {
    this.#generation++;
    this.columns = new Columns();
    this.#nodes.clear();
    this.#talks.clear();
    this.#values.clear();
    this.#stamps.clear();
    this.#stamp = null;
    this.#behind = false;
    this.#loading = null;
    this.#tell({ type: "reset" });
    void this.load();
  }

  #ask<T>(request: Request): Promise<Answer<T>> {
    const view = this.root === null ? {} : { root: this.root };
    return this.transport.request<T>({ store: this.info.id, ...view, ...request });
  }

  #status(status: Status): void {
    this.status = status;
    if (status !== "failed") this.error = null;
    this.#tell({ type: "status" });
  }

  #tell(event: StoreEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  get running(): number {
    return this.columns.counts[State.open]!;
  }
}
