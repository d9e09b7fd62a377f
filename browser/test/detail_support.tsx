// A node in a store of nodes, drawn as the browser draws it.

import { render } from "preact";
import { act } from "preact/test-utils";
import { vi } from "vitest";
import type { Api, Named, NodeDetail, Wire } from "../src/app/model";
import { Columns } from "../src/data/columns";
import { Detail } from "../src/detail/Detail";

export interface MadeNode {
  name?: string;
  kind?: string;
  parent?: number;
  state?: number;
  actor?: Named;
  tags?: Named[];
  fields?: NodeDetail["fields"];
  values?: Record<string, Wire>;
  cut?: string[];
  heads?: NodeDetail["heads"];
  uid?: string;
}

export function columnsOf(nodes: readonly MadeNode[]): Columns {
  const columns = new Columns();
  const column = (bytes: number, put: (view: DataView, at: number, node: MadeNode, row: number) => void): DataView => {
    const view = new DataView(new ArrayBuffer(bytes * nodes.length));
    nodes.forEach((node, row) => put(view, row * bytes, node, row));
    return view;
  };
  const kinds = [...new Set(nodes.map(({ kind = "call" }) => kind))];
  columns.append(
    {
      from: 0, rows: nodes.length, total: nodes.length, more: false, stamp: null, kinds, kindsFrom: 0, names: nodes.map(({ name = "node" }) => name), namesFrom: 0,
      actors: [{ name: "", color: null }, ...nodes.map(({ actor }) => actor ?? { name: "", color: null })], actorsFrom: 0,
      tagsets: [[], ...nodes.map(({ tags = [] }) => tags.map(({ name, color }) => [name, color] as [string, string | null]))], tagsetsFrom: 0,
    },
    [
      column(4, (view, at, { parent = -1 }) => view.setInt32(at, parent, true)),
      column(1, (view, at, { kind = "call" }) => view.setUint8(at, kinds.indexOf(kind))),
      column(1, (view, at, { state = 1 }) => view.setUint8(at, state)),
      column(8, (view, at, _, row) => view.setFloat64(at, 1_760_000_000 + row, true)),
      column(4, (view, at) => view.setFloat32(at, 0.5, true)),
      column(4, (view, at, _, row) => view.setUint32(at, row, true)),
      column(2, (view, at, { actor }, row) => view.setUint16(at, actor ? row + 1 : 0, true)),
      column(2, (view, at, _, row) => view.setUint16(at, row + 1, true)),
      column(4, (view, at) => view.setUint32(at, 10, true)),
      column(4, (view, at) => view.setUint32(at, 20, true)),
      column(4, (view, at) => view.setFloat32(at, NaN, true)),
      column(1, () => undefined),
    ],
  );
  return columns;
}

/** What the browser gives its views, over made-up nodes. `away` are values that do not come with their node. */
export function apiOf(nodes: readonly MadeNode[], away: Record<string, Wire> = {}) {
  const api = {
    columns: columnsOf(nodes),
    node: vi.fn(async (row: number): Promise<NodeDetail> => {
      const { fields = {}, values = {}, cut = [], heads = {}, uid = `uid-${row}` } = nodes[row]!;
      return { row, uid, parents: [], fields, values, cut, heads };
    }),
    stamp: () => 0,
    value: vi.fn(async (hash: string): Promise<Wire> => {
      if (!Object.hasOwn(away, hash)) throw new Error(`there is no value ${hash}`);
      return away[hash]!;
    }),
    talk: async () => ({ speakers: [], turns: [] }),
    locate: vi.fn(async (uid: string) => (uid.startsWith("uid-") ? Number(uid.slice(4)) : null)),
    select: vi.fn(),
    compare: vi.fn(),
    copy: vi.fn(async () => undefined),
    link: (uid: string) => `#${uid}`,
  };
  return api satisfies Api;
}

export async function settle(): Promise<void> {
  for (let round = 0; round < 2; round++) await act(async () => new Promise((done) => setTimeout(done, 0)));
}

/** Draw a row; what is on the page, and how to take it off. */
export async function draw(api: Api, row = 0): Promise<{ root: HTMLElement; clear(): void }> {
  const root = document.createElement("div");
  document.body.append(root);
  await act(() => render(<Detail api={api} row={row} />, root));
  await settle();
  return {
    root,
    clear() {
      render(null, root);
      root.remove();
    },
  };
}

/** A node with a result. */
export async function drawValue(value: Wire, values: Record<string, Wire> = {}, more: Partial<MadeNode> = {}) {
  const api = apiOf([{ fields: { result: value }, values, ...more }]);
  return { api, ...(await draw(api)) };
}

export async function click(element: Element | null | undefined): Promise<void> {
  if (!element) throw new Error("There is nothing to click.");
  await act(() => void element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })));
  await settle();
}

export function button(root: Element, words: string | RegExp): HTMLButtonElement {
  const is = (text: string): boolean => (typeof words === "string" ? text.trim() === words : words.test(text));
  const found = [...root.querySelectorAll("button")].find((one) => is(one.textContent ?? ""));
  if (!found) throw new Error(`There is no button ${words}: ${root.textContent?.slice(0, 300)}`);
  return found;
}
