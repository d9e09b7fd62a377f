// The whole browser in a document: what a person or a screen reader finds, and what keys and clicks do.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer, Hello } from "../src/data/protocol";
import { mount } from "../src/index";
import { type Request, type Transport, type TransportEvent, Unreachable } from "../src/transport/transport";
import { buffersOf, chunkOf, type MadeRow } from "./forest";

const NAMES = ["a run", "step one", "<img src=x onerror=alert(1)>", "ask \u202egnp.exe", "second run"];
const ROWS: MadeRow[] = [
  { parent: -1, name: 0, kind: 0, duration: 5 },
  { parent: 0, name: 1, kind: 1, tags: 1 },
  { parent: 1, name: 2, kind: 2, actor: 1 },
  { parent: 2, name: 3, kind: 3, actor: 1, tokensIn: 1200, tokensOut: 30, cost: 0.004, state: 2 },
  { parent: -1, name: 4, kind: 0, state: 0, duration: NaN },
  { parent: 4, name: 1, kind: 1, state: 0, duration: NaN },
];

class Made implements Transport {
  readonly live = true;
  readonly from = "server";
  rows = [...ROWS];
  hits: number[] = [];
  hello: Hello = { protocol: 1, title: "t", stores: [{ id: "0", name: "lab.db", readOnly: false }, { id: "1", name: "other.db", readOnly: true }], focus: null, canRemove: true };
  failing: Error | null = null;
  asked: Request[] = [];
  #listeners = new Set<(event: TransportEvent) => void>();

  async request<T>(request: Request): Promise<Answer<T>> {
    this.asked.push(request);
    if (this.failing) throw this.failing;
    return this.#answer(request) as Answer<T>;
  }

  #answer(request: Request): Answer<unknown> {
    const plain = (value: unknown): Answer<unknown> => ({ value, buffers: [] });
    const row = Number(request.row);
    switch (request.op) {
      case "hello":
        return plain(this.hello);
      case "columns":
      case "changes": {
        const from = Number(request.from ?? request.rows);
        const part = request.store === "0" ? this.rows.slice(from) : [];
        return { value: chunkOf(part.length, from, { names: NAMES }), buffers: buffersOf(part) };
      }
      case "node":
        return plain({ row, uid: `uid-${row}`, parents: [], fields: { result: `the result of ${row}` }, values: {}, cut: [], heads: {} });
      case "search":
        return { value: { total: 1, indexed: true }, buffers: [new DataView(Uint32Array.from(this.hits).buffer)] };
      case "locate":
        return plain(Number(String(request.uid).slice(4)));
      case "talk":
        return plain({ speakers: [], turns: [] });
      default:
        return plain(4);
    }
  }

  listen(listener: (event: TransportEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  close(): void {}
  tell(event: TransportEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

let element: HTMLElement;
let unmount: () => void = () => undefined;
let transport: Made;

// In several waits: on a busy machine one may end before what it was for has begun.
const settle = async (ms = 60): Promise<void> => {
  for (let part = 0; part < 4; part++) await new Promise((resolve) => setTimeout(resolve, ms / 4));
};
const open = async (change?: (transport: Made) => void): Promise<void> => {
  transport = new Made();
  change?.(transport);
  unmount = mount(element, transport, { host: "page" });
  await settle();
};
const all = (selector: string): HTMLElement[] => [...element.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string): HTMLElement => element.querySelector<HTMLElement>(selector)!;
const names = (): string[] => all(".il-tree-rows .il-name").map((name) => name.textContent!);
const chosen = (): string | undefined => all('.il-tree-rows [aria-selected="true"] .il-name')[0]?.textContent ?? undefined;
const press = async (key: string, on: HTMLElement = one(".il-tree"), more: KeyboardEventInit = {}): Promise<void> => {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  await settle(40);
};
const button = (label: string): HTMLElement => all("button").find((found) => (found.getAttribute("aria-label") ?? found.textContent)!.startsWith(label))!;
const click = async (target: HTMLElement): Promise<void> => {
  target.click();
  await settle(40);
};
const type = async (text: string): Promise<void> => {
  const input = one("[data-search]") as HTMLInputElement;
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await settle(260);
};

beforeEach(() => {
  location.hash = "";
  localStorage.clear();
  element = document.createElement("div");
  document.body.append(element);
});
afterEach(() => {
  unmount();
  element.remove();
  vi.restoreAllMocks();
});

describe("the beginning", () => {
  it("is drawn too where all of it came before the first frame", async () => {
    const frames: FrameRequestCallback[] = [];
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1200); // wide: nothing else draws it anew
    vi.spyOn(globalThis, "requestAnimationFrame").mockImplementation((frame) => frames.push(frame));
    unmount = mount(element, new Made(), { host: "notebook" });
    // No timer is let pass: as in a busy notebook, the answers are there before anything is painted.
    for (let turn = 0; turn < 200; turn++) await Promise.resolve();
    for (const frame of frames.splice(0)) frame(performance.now());
    vi.restoreAllMocks();
    await settle();
    expect(names()).toContain("a run");
  });
});

describe("the tree", () => {
  it("has the roles and the state that a screen reader tells", async () => {
    await open();
    const items = all('[role="treeitem"]');
    expect(items.map((item) => [item.getAttribute("aria-level"), item.getAttribute("aria-expanded")])).toEqual([
      ["1", "true"], ["2", "true"], ["3", "true"], ["4", null], ["1", "true"], ["2", null],
    ]); // prettier-ignore
    expect(one('[role="tree"]').getAttribute("aria-activedescendant")).toBe(one('[aria-selected="true"].il-row').id);
    expect(all('[role="tab"]').map((tab) => tab.getAttribute("aria-selected"))).toEqual(["true", "false", "false", "false"]);
  });

  it("shows names as text, with tricks made visible", async () => {
    await open();
    expect(names()).toEqual(["a run", "step one", "<img src=x onerror=alert(1)>", "ask \\u202egnp.exe", "second run", "step one"]);
    expect(all("img, script")).toEqual([]);
  });

  it("is walked by keys", async () => {
    await open();
    await press("ArrowDown");
    expect(chosen()).toBe("step one");
    await press("ArrowLeft");
    expect(names()).toEqual(["a run", "step one", "second run", "step one"]);
    await press("ArrowRight");
    await press("ArrowRight");
    expect(chosen()).toContain("<img");
    await press("h");
    await press("k");
    await press("k");
    expect(chosen()).toBe("a run");
    await press("-");
    expect(names()).toHaveLength(3);
    await press("*");
    expect(names()).toHaveLength(6);
    await press("End");
    expect(chosen()).toBe("step one");
    await press("Home");
    expect(chosen()).toBe("a run");
    await press("Enter");
    expect(document.activeElement).toBe(one("[data-detail]"));
    await press("Escape", one("[data-detail]"));
    expect(document.activeElement).toBe(one(".il-tree"));
  });

  it("leaves keys with modifiers to the browser", async () => {
    await open();
    await press("ArrowDown", one(".il-tree"), { ctrlKey: true });
    expect(chosen()).toBe("a run");
  });

  it("shows what is chosen beside it, and in the address", async () => {
    await open();
    await click(all(".il-tree-rows .il-row")[2]!);
    await settle(120);
    expect(one(".il-detail").textContent).toContain("the result of 2");
    expect(all(".il-path li").length).toBe(3);
    expect(location.hash).toBe("#0/uid-2");
    await click(all(".il-crumb")[0]!);
    expect(chosen()).toBe("a run");
  });

  it("follows a link to a node", async () => {
    location.hash = "#0/uid-3";
    await open();
    await settle();
    expect(chosen()).toContain("gnp.exe");
  });

  it("takes new rows without moving the choice", async () => {
    await open();
    await click(all(".il-tree-rows .il-row")[1]!);
    transport.rows.push({ parent: 0, name: 1 });
    transport.tell({ type: "push", push: { push: "changes", store: "0", number: 1 }, buffers: [] });
    await settle(200);
    expect(names()).toHaveLength(7);
    expect(chosen()).toBe("step one");
    expect(one(".il-live").textContent).toContain("2 running");
  });
});

describe("search and filters", () => {
  it("find names at once and contents soon, and step through both", async () => {
    await open((made) => (made.hits = [4]));
    await type("STEP");
    expect(one(".il-found").textContent).toBe("3");
    expect(all(".il-tree-rows .il-match mark").map((mark) => mark.textContent)).toEqual(["step", "step"]);
    await press("Enter", one("[data-search]"));
    expect([chosen(), one(".il-found").textContent]).toEqual(["step one", "1/3"]);
    await press("n");
    expect(chosen()).toBe("second run");
    await press("N");
    expect(chosen()).toBe("step one");
    await click(button("Only matches"));
    expect(names()).toEqual(["a run", "step one", "second run", "step one"]);
    await press("Escape");
    expect(names()).toHaveLength(6);
  });

  it("count what each choice stands for, and narrow the tree", async () => {
    await open();
    await press("f");
    const choice = (word: string): HTMLElement => all(".il-choice").find((found) => found.textContent!.startsWith(word))!;
    expect(choice("running").textContent).toBe("running2");
    expect(choice("Alice").textContent).toBe("Alice2");
    expect(choice("deal").textContent).toBe("deal1");
    await click(choice("error"));
    expect(names()).toEqual(["a run", "step one", "<img src=x onerror=alert(1)>", "ask \\u202egnp.exe"]);
    await click(button("Clear"));
    await click(button("Leave out step"));
    expect(names()).not.toContain("step one");
    await press("Escape", one(".il-filters"));
    expect(all(".il-filters")).toEqual([]);
  });

  it("say so when nothing is left, and how to go on", async () => {
    await open();
    await type("no such thing");
    await click(button("Only matches"));
    expect(one(".il-notice").textContent).toContain("No node matches");
    await click(button("Clear search and filters"));
    expect(names()).toHaveLength(6);
  });

  it("give way to a node that is gone to", async () => {
    await open();
    await press("f");
    await click(all(".il-choice").find((found) => found.textContent!.startsWith("error"))!);
    location.hash = "#0/uid-5";
    window.dispatchEvent(new Event("hashchange"));
    await settle(120);
    expect(chosen()).toBe("step one");
    expect(names()).toHaveLength(6);
  });
});

describe("around the tree", () => {
  it("asks before a run is deleted", async () => {
    await open();
    await settle();
    await click(button("Delete this run"));
    expect(one('[role="dialog"]').textContent).toContain("4 nodes");
    expect(transport.asked.some((request) => request.op === "remove")).toBe(false);
    await press("Escape", one('[role="dialog"]'));
    expect(all('[role="dialog"]')).toEqual([]);
    await click(button("Delete this run"));
    await click(all(".il-button-danger")[0]!);
    await settle(120);
    expect(transport.asked.find((request) => request.op === "remove")).toMatchObject({ store: "0", row: 0 });
    expect(names()).toEqual(["second run", "step one"]);
    expect(chosen()).toBe("second run");
  });

  it("says why a run could not be deleted", async () => {
    await open();
    await click(button("Delete this run"));
    transport.failing = new Error("the store is locked");
    await click(all(".il-button-danger")[0]!);
    expect(one('[role="dialog"]').textContent).toContain("the store is locked");
  });

  it("offers no deleting in a store that is only read", async () => {
    await open((made) => (made.hello.stores[0]!.readOnly = true));
    expect(button("Delete this run")).toBeUndefined();
  });

  it("compares two nodes", async () => {
    await open();
    await press("c");
    expect(one(".il-banner").textContent).toContain("a run");
    await press("End");
    await press("c");
    expect(one('[role="tab"][aria-selected="true"]').textContent).toBe("Compare");
    expect(all(".il-diff").length).toBe(1);
  });

  it("changes views and stores, and tells an empty one", async () => {
    await open();
    await press("2");
    expect(one('[role="tab"][aria-selected="true"]').textContent).toBe("Conversation");
    const select = one("select") as HTMLSelectElement;
    select.value = "1";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await settle(120);
    expect(one(".il-notice").textContent).toContain("Nothing is recorded here yet");
  });

  it("tells a server that is gone, and tries again when asked", async () => {
    await open((made) => (made.failing = new Unreachable("The server does not answer.")));
    expect(one(".il-notice").textContent).toContain("does not answer");
    transport.failing = null;
    await click(button("Try again"));
    await settle(120);
    expect(names()).toHaveLength(6);
    transport.tell({ type: "connection", up: false });
    await settle();
    expect(one(".il-live").textContent).toBe("not connected");
  });

  it("keeps the chosen colours", async () => {
    await open();
    await click(button("Colours"));
    await click(button("Colours"));
    expect(one(".il-app").dataset.theme).toBe("dark");
    unmount();
    await open();
    expect(one(".il-app").dataset.theme).toBe("dark");
  });

  it("explains its keys", async () => {
    await open();
    await press("?");
    expect(one('[role="dialog"]').getAttribute("aria-label")).toBe("Keyboard");
  });
});
