// The whole browser: its stores, what is in front, and the few things that outlive a visit.

import { longCount } from "../data/format";
import type { Answer, ColumnsValue, Hello } from "../data/protocol";
import { Store } from "../data/store";
import type { Transport, TransportEvent } from "../transport/transport";
import { copyText } from "./copy";
import { remember, remembered } from "./memory";
import { View } from "./view";

/** Rows that are asked for before anything else: enough to fill the window, few enough to come at once. */
const FIRST_ROWS = 2_000;

export type Tab = "tree" | "talk" | "timeline" | "compare";
export type Host = "page" | "file" | "notebook";
export type Theme = "auto" | "light" | "dark";

export interface Options {
  host: Host;
  /** Height of the browser in a notebook, in CSS pixels. */
  height?: number;
  tab?: Tab;
}

export type Dialog = { type: "help" } | { type: "remove"; row: number; busy: boolean; error: string | null } | null;

/** A node put aside to be compared with another. */
export interface Compared {
  a: number;
  b: number;
}

export class Browser {
  hello: Hello | null = null;
  error: Error | null = null;
  connected = true;
  views = new Map<string, View>();
  view: View | null = null;
  tab: Tab;
  compared: Compared | null = null;
  pinned = -1;
  dialog: Dialog = null;
  toast = "";
  filtersOpen = false;
  theme: Theme;
  /** Share of the width (or height) that the left (upper) pane has, by tab. */
  readonly splits: Record<Tab, number>;
  /** Whether the answer to the first request takes long. */
  slow = false;
  #listeners = new Set<() => void>();
  #frame = 0;
  #first: Promise<Answer<ColumnsValue>> | null = null;
  #toastTimer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(
    readonly transport: Transport,
    readonly options: Options,
  ) {
    this.tab = options.tab ?? "tree";
    this.theme = remembered("theme", "auto") as Theme;
    this.splits = { tree: 0.5, talk: 0.56, timeline: 0.62, compare: 1, ...parseSplits() };
    transport.listen(this.#onTransport);
    if (options.host !== "notebook") addEventListener("hashchange", this.#onHash);
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Have the browser drawn again, once in the next frame. */
  readonly changed = (): void => {
    if (this.#frame !== 0 || this.#closed) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      for (const listener of this.#listeners) listener();
    });
  };

  async start(): Promise<void> {
    this.error = null;
    const patience = setTimeout(() => {
      this.slow = true;
      this.changed();
    }, 1500);
    try {
      const hello = this.transport.request<Hello>({ op: "hello" });
      // The first rows are asked for at once: a kernel answers slowly, but two questions as slowly as one.
      if (this.options.host === "notebook" || location.hash.length < 2) {
        this.#first = this.transport.request<ColumnsValue>({ op: "columns", store: "0", from: 0, limit: FIRST_ROWS });
        this.#first.catch(() => undefined);
      }
      const { value } = await hello;
      if (!this.#closed && this.hello === null) this.#greet(value);
    } catch (error) {
      if (this.hello === null) this.error = error as Error;
    } finally {
      clearTimeout(patience);
      this.slow = false;
      this.changed();
    }
  }

  #takeFirst(id: string, root: number | null): Promise<Answer<ColumnsValue>> | null {
    if (id !== "0" || root !== null) return null;
    const first = this.#first;
    this.#first = null;
    return first;
  }

  close(): void {
    this.#closed = true;
    cancelAnimationFrame(this.#frame);
    removeEventListener("hashchange", this.#onHash);
    if (this.#toastTimer !== null) clearTimeout(this.#toastTimer);
    this.transport.close();
    this.#listeners.clear();
  }

  /** Put a store in front. */
  open(id: string): View | null {
    const view = this.#viewOf(id);
    if (view === null) return null;
    if (view !== this.view) {
      this.view = view;
      this.compared = null;
      this.pinned = -1;
      this.filtersOpen = false;
      if (this.tab === "compare") this.tab = "tree";
    }
    if (view.store.status === "waiting" || view.store.status === "failed") void view.store.load();
    this.changed();
    return view;
  }

  show(tab: Tab): void {
    this.tab = tab;
    this.filtersOpen = false;
    this.changed();
  }

  /** Compare the chosen node with the one put aside, or put it aside. */
  compareChosen(): void {
    const row = this.view?.selected ?? -1;
    if (row < 0) return;
    if (this.pinned >= 0 && this.pinned !== row) this.compare(this.pinned, row);
    else {
      this.pinned = this.pinned === row ? -1 : row;
      this.changed();
    }
  }

  compare(a: number, b: number): void {
    this.compared = { a, b };
    this.pinned = -1;
    this.show("compare");
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    remember("theme", theme);
    this.changed();
  }

  setSplit(share: number): void {
    this.splits[this.tab] = Math.min(0.85, Math.max(0.15, share));
    remember("splits", JSON.stringify(this.splits));
    this.changed();
  }

  say(text: string): void {
    this.toast = text;
    if (this.#toastTimer !== null) clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => {
      this.toast = "";
      this.changed();
    }, 2200);
    this.changed();
  }

  async copy(text: string, what = "Copied"): Promise<void> {
    this.say((await copyText(text)) ? what : "The browser did not allow copying");
  }

  link(store: string, uid: string): string {
    const hash = `#${encodeURIComponent(store)}/${encodeURIComponent(uid)}`;
    return this.options.host === "notebook" ? hash : location.href.replace(/#.*$/, "") + hash;
  }

  /** Have the address name the chosen node, as soon as its uid is known. */
  async nameAddress(view: View, row: number): Promise<void> {
    if (this.options.host === "notebook") return;
    const { uid } = await view.store.node(row);
    if (view !== this.view || view.selected !== row) return;
    const hash = `#${encodeURIComponent(view.store.info.id)}/${encodeURIComponent(uid)}`;
    if (location.hash !== hash) history.replaceState(null, "", hash);
  }

  askRemove(row: number): void {
    this.dialog = { type: "remove", row, busy: false, error: null };
    this.changed();
  }

  async remove(row: number): Promise<void> {
    const view = this.view;
    if (view === null) return;
    this.dialog = { type: "remove", row, busy: true, error: null };
    this.changed();
    try {
      const count = await view.store.remove(row);
      this.dialog = null;
      this.say(`${longCount(count)} ${count === 1 ? "node" : "nodes"} deleted`);
    } catch (error) {
      this.dialog = { type: "remove", row, busy: false, error: (error as Error).message };
    }
    this.changed();
  }

  canRemove(row: number): boolean {
    const view = this.view;
    if (view === null || row < 0 || !this.hello?.canRemove || view.store.info.readOnly) return false;
    return view.columns.parent(row) < 0 && view.store.root === null;
  }

  #greet(hello: Hello): void {
    this.hello = hello;
    this.error = null;
    if (this.#followHash() || this.#closed) return;
    const id = hello.focus?.store ?? hello.stores[0]?.id;
    if (id !== undefined) this.open(id);
  }

  #viewOf(id: string): View | null {
    const known = this.views.get(id);
    if (known) return known;
    const info = this.hello?.stores.find((store) => store.id === id);
    if (info === undefined) return null;
    const root = this.hello?.focus?.store === id ? (this.hello.focus.root ?? null) : null;
    const view: View = new View(new Store(info, this.transport, root, this.#takeFirst(id, root)), {
      compare: (a, b) => this.compare(a, b),
      copy: (text) => this.copy(text),
      link: (store, uid) => this.link(store, uid),
      went: () => {
        // From the comparison a node opens beside the tree; the other views keep their place.
        if (this.tab === "compare") this.show("tree");
      },
      changed: this.changed,
    });
    this.views.set(id, view);
    return view;
  }

  readonly #onHash = (): void => {
    this.#followHash();
  };

  #followHash(): boolean {
    if (this.options.host === "notebook") return false;
    const [store = "", uid = ""] = location.hash.slice(1).split("/").map(decode);
    if (store === "" || !this.hello?.stores.some((one) => one.id === store)) return false;
    const view = this.open(store);
    if (view === null) return false;
    if (uid !== "")
      void view.store.locate(uid).then((row) => {
        if (row !== null) view.select(row, { place: "middle" });
        else this.say("That node is not in this store any more");
      });
    return true;
  }

  readonly #onTransport = (event: TransportEvent): void => {
    if (event.type === "connection") {
      this.connected = event.up;
      // What was said while nobody listened is lost: ask.
      if (event.up) for (const view of this.views.values()) view.store.refresh();
      this.changed();
      return;
    }
    if (event.push.hello && this.hello === null) this.#greet(event.push.hello);
    this.#viewOf(event.push.store)?.store.push(event);
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parseSplits(): Partial<Record<Tab, number>> {
  try {
    const splits = JSON.parse(remembered("splits", "{}")) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(splits).filter(([, share]) => typeof share === "number" && share > 0.1 && share <= 1));
  } catch {
    return {};
  }
}
