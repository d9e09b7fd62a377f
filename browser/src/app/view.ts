// What a person looks at in one store: what is open and chosen, what is looked for.

import type { NodeDetail, Talk, Wire } from "../data/protocol";
import { Store, type StoreEvent } from "../data/store";
import { compile, type Facets, facets, type Filter, filterSize, NameSearch, NO_FILTER } from "../tree/filter";
import { Visible } from "../tree/visible";
import type { Api } from "./model";

/** Rows that are shown before anything was opened by hand. */
const OPENED_AT_FIRST = 60;
const TYPING_MS = 180;
/** How long counts of facets may be old while rows arrive. */
const FACETS_MS = 1000;

export interface Beyond {
  compare(a: number, b: number): void;
  copy(text: string): Promise<void>;
  link(store: string, uid: string): string;
  /** A node was gone to from a view. */
  went(row: number): void;
  changed(): void;
}

/** Where the tree is to be scrolled to. */
export interface Aim {
  row: number;
  place: "nearest" | "middle";
}

export class View {
  visible: Visible;
  selected = -1;
  aim: Aim | null = null;
  filter: Filter = NO_FILTER;
  hiddenKinds: ReadonlySet<string> = new Set();
  text = "";
  /** Whether a text leaves only its matches in the tree; facets always do. */
  onlyMatches = false;
  /** State of the search in values, beside names. */
  searching: "no" | "waiting" | "done" | "failed" = "no";
  /** Whether a new row is gone to when it arrives. */
  follow = false;
  api: Api;
  #names: NameSearch | null = null;
  #hits: Set<number> | null = null;
  #test: ((row: number) => boolean) | null = null;
  #typing: ReturnType<typeof setTimeout> | null = null;
  #touched = false;
  #facets: { at: number; version: number; facets: Facets } | null = null;

  constructor(
    readonly store: Store,
    readonly beyond: Beyond,
  ) {
    this.visible = new Visible(store.columns);
    this.api = this.#makeApi();
    store.listen(this.#onStore);
  }

  get columns(): Store["columns"] {
    return this.store.columns;
  }

  /** Choose a row, and show it. */
  select(row: number, { reveal = true, place = "nearest" }: { reveal?: boolean; place?: Aim["place"] } = {}): void {
    if (row < 0 || row >= this.columns.length) return;
    this.#touched = true;
    this.selected = row;
    if (reveal) {
      if (!this.visible.reveal(row)) {
        // A node that was asked for is shown, whatever was filtered before.
        this.clearFilter();
        if (this.hiddenKinds.has(this.columns.kind(row))) this.hideKinds(new Set());
        this.visible.reveal(row);
      }
      this.aim = { row, place };
    }
    this.beyond.changed();
  }

  /** Choose a row that is shown already. */
  point(row: number): void {
    this.#touched = true;
    this.selected = row;
    this.aim = { row, place: "nearest" };
    this.beyond.changed();
  }

  setOpen(row: number, open: boolean): void {
    this.#touched = true;
    this.visible.setOpen(row, open);
    this.#keepSelection();
    this.beyond.changed();
  }

  setOpenBelow(row: number, open: boolean): void {
    this.#touched = true;
    this.visible.setOpenBelow(row, open);
    this.#keepSelection();
    this.beyond.changed();
  }

  setText(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.#hits = null;
    this.#names = text.trim() === "" ? null : new NameSearch(this.columns, text.trim());
    if (this.#typing !== null) clearTimeout(this.#typing);
    this.#typing = null;
    this.searching = "no";
    if (this.#names !== null) {
      this.searching = "waiting";
      this.#typing = setTimeout(() => void this.#searchValues(text.trim()), TYPING_MS);
    }
    this.#mark();
  }

  setFilter(filter: Filter): void {
    this.filter = filter;
    this.#mark();
  }

  setOnlyMatches(only: boolean): void {
    this.onlyMatches = only;
    this.#mark();
  }

  hideKinds(kinds: ReadonlySet<string>): void {
    this.hiddenKinds = kinds;
    this.#applyHidden();
    this.#mark();
  }

  clearFilter(): void {
    this.filter = NO_FILTER;
    this.onlyMatches = false;
    this.#mark();
  }

  clearSearch(): void {
    this.setText("");
    this.clearFilter();
  }

  get isSearching(): boolean {
    return this.#test !== null;
  }

  /** Go to the next match, or the one before. */
  step(step: 1 | -1): void {
    const row = this.visible.matchFrom(this.selected, step);
    if (row >= 0) this.select(row, { place: "middle" });
  }

  facets(): Facets {
    const { version } = this.columns;
    const now = performance.now();
    if (this.#facets === null || (this.#facets.version !== version && now > this.#facets.at + FACETS_MS))
      this.#facets = { at: now, version, facets: facets(this.columns) };
    return this.#facets.facets;
  }

  /** The run that a row is in: the nearest above it, else its root. */
  runOf(row: number): number {
    let top = row;
    for (let at = row; at >= 0; at = this.columns.parent(at)) {
      if (this.columns.kind(at) === "run") return at;
      top = at;
    }
    return top;
  }

  rootOf(row: number): number {
    let top = row;
    for (let at = row; at >= 0; at = this.columns.parent(at)) top = at;
    return top;
  }

  async #searchValues(text: string): Promise<void> {
    this.#typing = null;
    try {
      const { rows, indexed } = await this.store.search(text);
      if (this.text.trim() !== text) return;
      this.#hits = new Set(rows);
      this.searching = indexed ? "done" : "failed";
      this.#mark();
    } catch {
      if (this.text.trim() !== text) return;
      this.searching = "failed";
      this.beyond.changed();
    }
  }

  #mark(): void {
    this.#test = compile(this.columns, this.filter, this.visible.hidden, this.#names, this.#hits);
    this.visible.mark(this.#test, filterSize(this.filter) > 0 || (this.onlyMatches && this.#names !== null));
    this.#facets = null;
    this.beyond.changed();
  }

  #applyHidden(): void {
    const kinds = new Set<number>();
    this.columns.kinds.forEach((kind, index) => {
      if (this.hiddenKinds.has(kind)) kinds.add(index);
    });
    this.visible.hide(kinds);
  }

  /** What is chosen stays on the screen: a row that was folded away hands over to the one it went into. */
  #keepSelection(): void {
    for (let row = this.selected; row >= 0; row = this.visible.above(row)) {
      let shown = true;
      for (let above = this.visible.above(row); above >= 0 && shown; above = this.visible.above(above))
        shown = this.visible.isOpen(above);
      if (shown) {
        this.selected = row;
        return;
      }
    }
  }

  readonly #onStore = (event: StoreEvent): void => {
    if (event.type === "reset") {
      this.visible = new Visible(this.columns);
      this.selected = -1;
      this.#touched = false;
      this.api = this.#makeApi();
      if (this.text.trim() !== "") this.#names = new NameSearch(this.columns, this.text.trim());
      this.#hits = null;
      this.#mark();
    } else if (event.type === "rows") this.#onRows(event.from, event.to);
    else if (event.type === "changed") {
      if (event.rows.some((row) => this.columns.isRemoved(row))) {
        if (this.selected >= 0 && this.columns.isRemoved(this.selected)) this.selected = -1;
        this.visible.invalidate();
        this.#mark();
      }
    }
    if (this.selected < 0 && this.columns.order.first(-1) >= 0) this.selected = this.columns.order.first(-1);
    this.beyond.changed();
  };

  #onRows(from: number, to: number): void {
    if (this.hiddenKinds.size > 0) this.#applyHidden();
    this.visible.appended(from, to);
    if (this.#test !== null) {
      // The tables may have grown past what the test was made for.
      this.#test = compile(this.columns, this.filter, this.visible.hidden, this.#names, this.#hits);
      this.visible.mark(this.#test, this.visible.filtering, from);
    } else if (!this.#touched && (from === 0 || this.visible.length < OPENED_AT_FIRST)) this.visible.openSome(OPENED_AT_FIRST);
    if (this.follow && this.store.status === "ready") this.select(to - 1);
  }

  #makeApi(): Api {
    const { store, beyond } = this;
    return {
      columns: store.columns,
      node: (row: number): Promise<NodeDetail> => store.node(row),
      stamp: (row: number): number => store.stamp(row),
      value: (hash: string): Promise<Wire> => store.value(hash),
      talk: (row: number): Promise<Talk> => store.talk(row),
      locate: (uid: string): Promise<number | null> => store.locate(uid),
      select: (row, options) => {
        this.select(row, { reveal: options?.reveal ?? true, place: "middle" });
        beyond.went(row);
      },
      compare: (a, b) => beyond.compare(a, b),
      copy: (text) => beyond.copy(text),
      link: (uid) => beyond.link(store.info.id, uid),
      plotly: store.transport.plotly && (() => store.transport.plotly!()),
    };
  }
}
