// The way to a kernel: custom messages of a widget.

import type { Answer, Push } from "../data/protocol";
import type { MakeMore } from "../parts/later";
import { FirstAnswers } from "./first";
import { answerOf, fromBase64 } from "./packed";
import { type Request, type Transport, type TransportEvent, Unreachable } from "./transport";

/** What is used of a widget's model. */
export interface WidgetModel {
  get(name: string): unknown;
  on(event: "msg:custom", listener: (content: unknown, buffers?: DataView[]) => void): void;
  off(event: "msg:custom", listener: (content: unknown, buffers?: DataView[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

interface Message {
  id?: number;
  ok?: boolean;
  value?: unknown;
  error?: string;
  push?: Push["push"];
  more?: string;
  /** Buffers in base64, for front ends that do not pass binary ones on. */
  base64?: string[];
}

interface Waiting {
  resolve(answer: Answer<unknown>): void;
  reject(error: Error): void;
}

export class WidgetTransport implements Transport {
  readonly live = true;
  readonly from = "kernel";
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: TransportEvent) => void>();
  #send: (text: string) => void = () => undefined;
  /** The second script, from a kernel that is too busy to answer. */
  readonly #sent = new Promise<string>((resolve) => (this.#send = resolve));
  #id = Math.floor(Math.random() * 1e6) * 1000; // several views of one widget share its messages

  readonly #first: FirstAnswers;

  constructor(private readonly model: WidgetModel) {
    this.#first = new FirstAnswers(bytesOf(model.get("_first")));
    model.on("msg:custom", this.#receive);
  }

  async request<T>(request: Request): Promise<Answer<T>> {
    return this.#first.take<T>(request) ?? this.#ask<T>(request);
  }

  #ask<T>(request: Request): Promise<Answer<T>> {
    const id = ++this.#id;
    return new Promise<Answer<T>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      try {
        this.model.send({ id, ...request });
      } catch {
        this.#waiting.delete(id);
        reject(new Unreachable("There is no kernel to ask. Start it and run the cell again."));
      }
    });
  }

  listen(listener: (event: TransportEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asked of the kernel, unless it was sent unasked, and loaded as anywidget loads the first script. */
  async more(): Promise<MakeMore> {
    const text = await Promise.race([this.#sent, this.request<string>({ op: "more" }).then(({ value }) => value)]);
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    try {
      return ((await import(/* @vite-ignore */ address)) as { default: MakeMore }).default;
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  close(): void {
    this.model.off("msg:custom", this.#receive);
    for (const waiting of this.#waiting.values()) waiting.reject(new Unreachable("The view was closed."));
    this.#waiting.clear();
    this.#listeners.clear();
  }

  readonly #receive = (content: unknown, buffers?: DataView[]): void => {
    if (typeof content !== "object" || content === null) return;
    const message = content as Message;
    const views = message.base64
      ? message.base64.map((text) => new DataView(fromBase64(text).buffer))
      : (buffers ?? []).map(asView);
    if (typeof message.more === "string") this.#send(message.more);
    if (message.push) {
      for (const listener of this.#listeners) listener({ type: "push", push: message as Push, buffers: views });
      return;
    }
    const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (waiting === undefined) return; // an answer to another view
    this.#waiting.delete(message.id!);
    try {
      waiting.resolve(answerOf(message as { ok: boolean }, views));
    } catch (error) {
      waiting.reject(error as Error);
    }
  };
}

// Columns are read where a multiple of eight begins.
function bytesOf(view: unknown): ArrayBuffer | null {
  return view instanceof DataView ? (view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer) : null;
}

// Front ends differ in what they hand on: views, arrays or plain buffers.
function asView(buffer: DataView | ArrayBufferView | ArrayBuffer): DataView {
  if (buffer instanceof DataView) return buffer;
  if (ArrayBuffer.isView(buffer)) return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  return new DataView(buffer);
}
