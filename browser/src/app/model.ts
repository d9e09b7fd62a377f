// What every view is given.

import type { Columns } from "../data/columns";
import type { NodeDetail, Talk, Wire } from "../data/protocol";

export { safeColor } from "../data/color";
export type { Columns } from "../data/columns";
export { Flag, State, STATE_NAMES } from "../data/protocol";
export type { Head, Named, NodeDetail, Talk, Turn, Wire } from "../data/protocol";

/** The way of a view to a store's data and to the rest of the browser. */
export interface Api {
  columns: Columns;
  /** What is in a node: cached, and asked again once the node has changed. */
  node(row: number): Promise<NodeDetail>;
  /** Rises when a node's content may have changed: a dependency for effects that call `node`. */
  stamp(row: number): number;
  /** A value kept apart, by its hash. */
  value(hash: string): Promise<Wire>;
  talk(row: number): Promise<Talk>;
  /** The row of a node by its uid; null where this store does not have it. */
  locate(uid: string): Promise<number | null>;
  /** Go to a node; `reveal` (the default) opens the tree down to it and shows it. */
  select(row: number, options?: { reveal?: boolean }): void;
  /** Open the comparison of two nodes. */
  compare(a: number, b: number): void;
  copy(text: string): Promise<void>;
  /** A link to the node, for copying. */
  link(uid: string): string;
  /** The plotly.js library, where the host has it: it is larger than all of the browser and no part of it. */
  plotly?(): Promise<unknown>;
}
