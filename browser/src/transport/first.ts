// What is asked first, answered before it was asked: it comes with the widget or the page.

import type { Answer, ColumnsValue, Hello } from "../data/protocol";
import { unpack } from "./packed";
import type { Request } from "./transport";

interface Both {
  hello: Hello;
  columns: ColumnsValue;
}

export class FirstAnswers {
  #both: Answer<Both> | null;

  constructor(packed: ArrayBuffer | null) {
    this.#both = packed !== null && packed.byteLength > 0 ? unpack<Both>(packed) : null;
  }

  /** The answer to a request, if it came; each is given once. */
  take<T>(request: Request): Answer<T> | null {
    if (this.#both === null) return null;
    const { value, buffers } = this.#both;
    if (request.op === "hello") return { value: value.hello, buffers: [] } as unknown as Answer<T>;
    // Whatever else is asked: from now on these rows are old.
    this.#both = null;
    if (request.op !== "columns" || request.store !== "0" || request.from !== 0 || request.root !== undefined) return null;
    return { value: value.columns, buffers } as unknown as Answer<T>;
  }
}
