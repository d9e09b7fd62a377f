// The one way to data: requests that are answered, and pushes that come unasked.

import type { Answer, Push } from "../data/protocol";
import type { MakeMore } from "../parts/later";

export interface Request {
  op: "hello" | "columns" | "changes" | "node" | "value" | "search" | "talk" | "locate" | "remove" | "more";
  store?: string;
  [argument: string]: unknown;
}

export type TransportEvent =
  | { type: "push"; push: Push; buffers: DataView[] }
  /** The other side can be reached again, or can't for now. */
  | { type: "connection"; up: boolean };

export interface Transport {
  /** Whether data can still come in. */
  readonly live: boolean;
  /** Where it comes from, for messages. */
  readonly from: "server" | "kernel" | "file";
  request<T>(request: Request): Promise<Answer<T>>;
  listen(listener: (event: TransportEvent) => void): () => void;
  /** The browser's second script. */
  more?(): Promise<MakeMore>;
  /** The plotly.js library, where it can be had; it is no part of the browser. */
  plotly?(): Promise<unknown>;
  close(): void;
}

/** The other side answered that it can't or won't. */
export class Refused extends Error {}

/** The other side could not be reached. */
export class Unreachable extends Error {}
