// What to look for: a text in names, and facets; compiled to one test a row.

import type { Columns } from "../data/columns";
import type { Named } from "../data/protocol";

/** Choices within one facet widen, facets narrow each other. */
export interface Filter {
  kinds: ReadonlySet<string>;
  states: ReadonlySet<number>;
  actors: ReadonlySet<string>;
  tags: ReadonlySet<string>;
  /** At least so many seconds. */
  slow: number | null;
  /** At least so many dollars of its own. */
  costly: number | null;
  /** At least so many tokens of its own. */
  wordy: number | null;
}

export const NO_FILTER: Filter = {
  kinds: new Set(),
  states: new Set(),
  actors: new Set(),
  tags: new Set(),
  slow: null,
  costly: null,
  wordy: null,
};

export function filterSize(filter: Filter): number {
  const { kinds, states, actors, tags, slow, costly, wordy } = filter;
  return kinds.size + states.size + actors.size + tags.size + +(slow !== null) + +(costly !== null) + +(wordy !== null);
}

/** Which entries of the tables of distinct names a text occurs in; kept up to date as the tables grow. */
export class NameSearch {
  readonly #names: Marked<string>;
  readonly #actors: Marked<Named>;
  readonly #tagsets: Marked<Named[]>;

  constructor(columns: Columns, readonly text: string) {
    const needle = text.toLowerCase();
    const has = (name: string): boolean => name.toLowerCase().includes(needle);
    this.#names = new Marked(columns.names, has);
    this.#actors = new Marked(columns.actors, (actor) => has(actor.name));
    this.#tagsets = new Marked(columns.tagsets, (tags) => tags.some((tag) => has(tag.name)));
  }

  /** Look at entries that are new. */
  update(): void {
    this.#names.update();
    this.#actors.update();
    this.#tagsets.update();
  }

  test(columns: Columns): (row: number) => boolean {
    const { name, actor, tags } = columns.raw;
    const [names, actors, tagsets] = [this.#names.marks, this.#actors.marks, this.#tagsets.marks];
    return (row) =>
      names[name[row]!] === 1 ||
      (actor[row]! > 0 && actors[actor[row]!] === 1) ||
      (tags[row]! > 0 && tagsets[tags[row]!] === 1);
  }
}

/** The test of a row; null when there is nothing to look for.
 *
 * @param hits rows whose values hold the text, besides those whose names do.
 */
export function compile(
  columns: Columns,
  filter: Filter,
  hidden: Uint8Array,
  names: NameSearch | null,
  hits: ReadonlySet<number> | null,
): ((row: number) => boolean) | null {
  const tests: ((row: number) => boolean)[] = [];
  const { raw } = columns;
  if (filter.kinds.size > 0) {
    const marks = marked(columns.kinds, (kind) => filter.kinds.has(kind));
    tests.push((row) => marks[raw.kind[row]!] === 1);
  }
  if (filter.states.size > 0) tests.push((row) => filter.states.has(raw.state[row]!));
  if (filter.actors.size > 0) {
    const marks = marked(columns.actors, (actor) => filter.actors.has(actor.name));
    tests.push((row) => raw.actor[row]! > 0 && marks[raw.actor[row]!] === 1);
  }
  if (filter.tags.size > 0) {
    const marks = marked(columns.tagsets, (tags) => tags.some((tag) => filter.tags.has(tag.name)));
    tests.push((row) => raw.tags[row]! > 0 && marks[raw.tags[row]!] === 1);
  }
  if (filter.slow !== null) {
    const limit = filter.slow;
    tests.push((row) => raw.duration[row]! >= limit);
  }
  if (filter.costly !== null) {
    const limit = filter.costly;
    tests.push((row) => raw.cost[row]! >= limit);
  }
  if (filter.wordy !== null) {
    const limit = filter.wordy;
    tests.push((row) => raw.tokensIn[row]! + raw.tokensOut[row]! >= limit);
  }
  if (names !== null) {
    names.update();
    const inNames = names.test(columns);
    tests.push(hits === null ? inNames : (row) => inNames(row) || hits.has(row));
  }
  if (tests.length === 0) return null;
  if (hidden.includes(1)) tests.unshift((row) => hidden[raw.kind[row]!] === 0);
  const [first, second, ...rest] = tests;
  if (second === undefined) return first!;
  if (rest.length === 0) return (row) => first!(row) && second(row);
  return (row) => tests.every((test) => test(row));
}

export interface Facets {
  kinds: Map<string, number>;
  states: number[];
  actors: Map<string, { count: number; color: string | null }>;
  tags: Map<string, { count: number; color: string | null }>;
  /** How many rows reach each limit. */
  slow: number[];
  costly: number[];
  wordy: number[];
}

export const SLOW_S = [0.1, 1, 10, 60, 600] as const;
export const COSTLY_USD = [0.0001, 0.001, 0.01, 0.1, 1] as const;
export const WORDY_TOKENS = [100, 1000, 10_000, 100_000] as const;

/** How many rows there are of each kind, state, actor, tag. */
export function facets(columns: Columns): Facets {
  const { raw, length } = columns;
  const kinds = new Uint32Array(256);
  const actors = new Uint32Array(columns.actors.length + 1);
  const tagsets = new Uint32Array(columns.tagsets.length + 1);
  const slow = SLOW_S.map(() => 0);
  const costly = COSTLY_USD.map(() => 0);
  const wordy = WORDY_TOKENS.map(() => 0);
  const reach = (counts: number[], limits: readonly number[], value: number): void => {
    for (let at = 0; at < limits.length && value >= limits[at]!; at++) counts[at]!++;
  };
  for (let row = 0; row < length; row++) {
    if (raw.state[row] === 4) continue;
    kinds[raw.kind[row]!]!++;
    actors[raw.actor[row]!]!++;
    tagsets[raw.tags[row]!]!++;
    reach(slow, SLOW_S, raw.duration[row]!);
    reach(costly, COSTLY_USD, raw.cost[row]!);
    const tokens = raw.tokensIn[row]! + raw.tokensOut[row]!;
    if (tokens > 0) reach(wordy, WORDY_TOKENS, tokens);
  }
  const found: Facets = { kinds: new Map(), states: [...columns.counts], actors: new Map(), tags: new Map(), slow, costly, wordy };
  columns.kinds.forEach((kind, index) => {
    if (kinds[index]! > 0) found.kinds.set(kind, kinds[index]!);
  });
  const add = (map: Map<string, { count: number; color: string | null }>, name: string, color: string | null, count: number): void => {
    const known = map.get(name);
    if (known) known.count += count;
    else map.set(name, { count, color });
  };
  columns.actors.forEach((actor, index) => {
    if (index > 0 && actors[index]! > 0) add(found.actors, actor.name, actor.color, actors[index]!);
  });
  columns.tagsets.forEach((tags, index) => {
    if (index > 0 && tagsets[index]! > 0) for (const tag of tags) add(found.tags, tag.name, tag.color, tagsets[index]!);
  });
  return found;
}

/** Marks of the entries of a growing table. */
class Marked<T> {
  marks = new Uint8Array(0);
  #done = 0;

  constructor(readonly table: readonly T[], readonly test: (entry: T) => boolean) {
    this.update();
  }

  update(): void {
    if (this.table.length > this.marks.length) {
      const larger = new Uint8Array(this.table.length + (this.table.length >> 2) + 16);
      larger.set(this.marks);
      this.marks = larger;
    }
    for (; this.#done < this.table.length; this.#done++) {
      const entry = this.table[this.#done];
      if (entry !== undefined && this.test(entry)) this.marks[this.#done] = 1;
    }
  }
}

function marked<T>(table: readonly T[], test: (entry: T) => boolean): Uint8Array {
  const marks = new Uint8Array(table.length);
  table.forEach((entry, index) => (marks[index] = +test(entry)));
  return marks;
}
