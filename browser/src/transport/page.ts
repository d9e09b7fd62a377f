// The way to a server on this machine: requests by POST, news by server-sent events.

import type { Answer, Push } from "../data/protocol";
import type { MakeMore } from "../parts/later";
import { FirstAnswers } from "./first";
import { fromBase64, unpack } from "./packed";
import { Refused, type Request, type Transport, type TransportEvent, Unreachable } from "./transport";

export class PageTransport implements Transport {
  readonly live = true;
  readonly from = "server";
  readonly #base: URL;
  readonly #token: string | null;
  readonly #listeners = new Set<(event: TransportEvent) => void>();
  #events: EventSource | null = null;
  readonly #first: FirstAnswers;
  #up = true;
  #plotly: Promise<unknown> | null = null;
  #id = 0;

  /**
   * @param base address of the page; `api` and `events` are beside it.
   * @param token sent with each request where the server does not keep it in a cookie.
   * @param first what is asked first, packed and in base64, where the page brings it.
   */
  constructor(base: string = document.baseURI, token: string | null = null, first = "") {
    this.#first = new FirstAnswers(fromBase64(first).buffer);
    this.#base = new URL(base);
    this.#token = token;
  }

  async request<T>(request: Request): Promise<Answer<T>> {
    const first = this.#first.take<T>(request);
    if (first !== null) return first;
    let response: Response;
    let data: ArrayBuffer;
    try {
      response = await fetch(this.#address("api"), {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}) },
        body: JSON.stringify({ id: ++this.#id, ...request }),
      });
      data = await response.arrayBuffer();
    } catch {
      this.#say(false);
      throw new Unreachable("The server does not answer. It may have been stopped: start it again, then reload.");
    }
    this.#say(true);
    if (!response.ok && !(response.headers.get("Content-Type") ?? "").startsWith("application/octet-stream")) {
      const why = response.status === 401 || response.status === 403;
      throw new Refused(
        why
          ? "The server does not know this page: open the whole address it printed, with its token."
          : `The server answered ${response.status} ${response.statusText}.`,
      );
    }
    return unpack<T>(data);
  }

  listen(listener: (event: TransportEvent) => void): () => void {
    this.#listeners.add(listener);
    this.#events ??= this.#connect();
    return () => this.#listeners.delete(listener);
  }

  async more(): Promise<MakeMore> {
    return ((await import(/* @vite-ignore */ this.#address("more.js").href)) as { default: MakeMore }).default;
  }

  /** The server has plotly.js where Python's plotly is installed. It puts itself into the window. */
  plotly(): Promise<unknown> {
    const known = (globalThis as { Plotly?: unknown }).Plotly;
    if (known) return Promise.resolve(known);
    return (this.#plotly ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = this.#address("plotly.min.js").href;
      script.onload = () => resolve((globalThis as { Plotly?: unknown }).Plotly);
      script.onerror = () => {
        script.remove();
        this.#plotly = null;
        reject(new Error("it is not installed where the page is served: pip install plotly"));
      };
      document.head.append(script);
    }));
  }

  close(): void {
    this.#events?.close();
    this.#events = null;
    this.#listeners.clear();
  }

  #connect(): EventSource {
    const address = this.#address("events");
    if (this.#token) address.searchParams.set("token", this.#token);
    const events = new EventSource(address, { withCredentials: true });
    events.onmessage = (event: MessageEvent<string>) => {
      const push = JSON.parse(event.data) as Push;
      if (push.push) this.#tell({ type: "push", push, buffers: [] });
    };
    events.onopen = () => this.#say(true);
    events.onerror = () => {
      this.#say(false);
      // A browser gives up for good when the server answers with an error; a server started again is worth a try.
      if (events.readyState === EventSource.CLOSED && this.#events === events) {
        setTimeout(() => {
          if (this.#events === events) this.#events = this.#connect();
        }, 3000);
      }
    };
    return events;
  }

  #address(name: string): URL {
    const address = new URL(name, this.#base);
    address.hash = "";
    return address;
  }

  #say(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    this.#tell({ type: "connection", up });
  }

  #tell(event: TransportEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
