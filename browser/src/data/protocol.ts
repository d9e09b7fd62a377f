// Made by scripts/make_browser_types.py from interlab/ui/browser/protocol.py, where the operations are described too.
// Change it there.

/** A JSON value in a store's stored form: plain JSON, with objects tagged by the key "$" for what JSON lacks. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

export const PROTOCOL = 1;
export const FILE_FORMAT = 1;

export const State = { open: 0, finished: 1, error: 2, interrupted: 3, removed: 4 } as const;
export type State = (typeof State)[keyof typeof State];
export const STATE_NAMES = ["open", "finished", "error", "interrupted", "removed"] as const;

export const Flag = { replayed: 1, retried: 2, private: 4 } as const;

/** The columns of a chunk, in the order of its buffers. */
export const COLUMNS = [
  ["parent", "i32"],
  ["kind", "u8"],
  ["state", "u8"],
  ["start", "f64"],
  ["duration", "f32"],
  ["name", "u32"],
  ["actor", "u16"],
  ["tags", "u16"],
  ["tokensIn", "u32"],
  ["tokensOut", "u32"],
  ["cost", "f32"],
  ["flags", "u8"],
] as const;

/** A name with the colour it was given; the colour comes from data and is checked before use. */
export interface Named {
  name: string;
  color: string | null;
}

/** A store that can be asked about. */
export interface StoreInfo {
  id: string;
  name: string;
  readOnly: boolean;
}

/** What to show first. */
export interface Focus {
  store: string;
  /** Only this row of the store, and what is below it. */
  root?: number | null;
}

/** What there is to look at. */
export interface Hello {
  protocol: number;
  title: string;
  stores: StoreInfo[];
  focus: Focus | null;
  canRemove: boolean;
}

/**
 * New entries of the tables of distinct values, and where in the tables they begin. Entry 0 of `actors` and of
 * `tagsets` stands for none.
 */
export interface Tables {
  kinds: string[];
  kindsFrom: number;
  names: string[];
  namesFrom: number;
  actors: Named[];
  actorsFrom: number;
  tagsets: [string, string | null][][];
  tagsetsFrom: number;
}

/** A chunk of rows. */
export interface ColumnsValue {
  kinds: string[];
  kindsFrom: number;
  names: string[];
  namesFrom: number;
  actors: Named[];
  actorsFrom: number;
  tagsets: [string, string | null][][];
  tagsetsFrom: number;
  from: number;
  rows: number;
  total: number;
  more: boolean;
  /** To be given back with `changes`, as it is. */
  stamp: string | null;
}

/** What is new since an earlier answer. */
export interface ChangesValue {
  kinds: string[];
  kindsFrom: number;
  names: string[];
  namesFrom: number;
  actors: Named[];
  actorsFrom: number;
  tagsets: [string, string | null][][];
  tagsetsFrom: number;
  from: number;
  rows: number;
  total: number;
  more: boolean;
  /** To be given back with `changes`, as it is. */
  stamp: string | null;
  /** Rows that were known already and are different now; their columns are the second set of buffers. */
  changed: number[];
  /** The rows are numbered anew: forget all of this store and ask for `columns` from 0. */
  reset?: boolean;
}

/** The beginning of a value that was too large to be sent at once. */
export interface Head {
  bytes: number;
  head: string;
}

/** A node's values in their stored form. */
export interface Fields {
  meta?: Wire;
  inputs?: Wire;
  result?: Wire;
  error?: Wire;
}

/**
 * What is in a node. Bytes (of images, files, arrays) stand among the values as `{"$": "bytes", "v": base64}`.
 */
export interface NodeDetail {
  row: number;
  uid: string;
  /** The whole name, where the columns have only its beginning. */
  name?: string;
  /** The rows above it, the root first. */
  parents: number[];
  fields: Fields;
  /** Values the fields refer to, directly or not, by hash. */
  values: Record<string, Wire>;
  /** Hashes of values that were left out; `value` gives them. */
  cut: string[];
  heads: Record<string, Head>;
}

/** One thing said, noticed, thought or done in a run. */
export interface Turn {
  row: number;
  step: number | null;
  /** Index into the speakers. */
  speaker: number;
  /** Who heard it; null when that is not known. */
  to: number[] | null;
  private: boolean;
  kind: "say" | "observe" | "thought" | "event";
  text: string;
  cut: boolean;
  /** The row of the model call behind it. */
  call: number | null;
}

/** Where a run was forked from. */
export interface Origin {
  /** The run's uid; it may be in another store. */
  run: string;
  /** What was up to and with this step, both runs have in common. */
  step: number;
}

/** A run as a conversation. */
export interface Talk {
  speakers: Named[];
  turns: Turn[];
  /** Of the node whose conversation it is. */
  uid?: string;
  origin?: Origin;
  /** Steps that are left out at the end. */
  more?: number;
}

/** What a search found; the rows are the buffer. */
export interface SearchValue {
  total: number;
  /** False when the store has no text index and none can be made. */
  indexed: boolean;
}

/**
 * Sent without being asked: new data waits. A widget is sent the data itself with it, as of `changes`, since a
 * kernel that is at work can't be asked; then there are buffers. `start` comes with the first rows.
 */
export interface Push {
  push: "changes" | "start";
  store: string;
  /** Counts up by one a push; a gap tells that one was lost. */
  number?: number;
  value?: ChangesValue;
  hello?: Hello;
}

/**
 * The block `il-manifest` of a file. All blocks are gzip in base64, in `<script
 * type="application/octet-stream;base64" id="…">`: `il-columns-N` (a packed answer to `columns`),
 * `il-details-N` (`DetailsBlock`), `il-values-N` (`ValuesBlock`), `il-talk-N` (`Talk`); the others are JSON.
 */
export interface FileManifest {
  format: number;
  hello: Hello;
  rows: number;
  /** The first row of each block of columns. */
  columns: number[];
  /** Nodes in a block of details: row R is in block floor(R / detailsPer). */
  detailsPer: number;
  /** Blocks of values. */
  values: number;
  /** The block of a run's conversation, by the run's row. */
  talks: Record<string, number>;
  made: string;
}

/** A node in a file. */
export interface FileNode {
  uid: string;
  name?: string;
  fields: Fields;
}

/** Nodes of a file, and where the values are that they refer to directly. */
export interface DetailsBlock {
  nodes: FileNode[];
  /** The block of values, by hash. */
  where: Record<string, number>;
}

/** Values of a file, and in which other blocks the values are that they refer to directly. */
export interface ValuesBlock {
  values: Record<string, Wire>;
  where: Record<string, number>;
}

export interface Answer<T> {
  value: T;
  buffers: DataView[];
}
