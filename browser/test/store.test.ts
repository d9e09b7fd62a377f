import { afterEach, describe, expect, it, vi } from "vitest";
import type { Answer, ChangesValue } from "../src/data/protocol";
import { Store } from "../src/data/store";
import { Refused, type Request, type Transport } from "../src/transport/transport";
import { buffersOf, chunkOf, type MadeRow } from "./forest";

/** Another side whose rows can be added to, with what it was asked. */
class Other implements Transport {
  readonly live = true;
  readonly from = "server";
  rows: MadeRow[] = [{ parent: -1, state: 0 }, { parent: 0 }, { parent: 0 }];
  changed: number[] = [];
  asked: Request[] = [];
  perChunk = 2;
  failing: Error | null = null;

  async request<T>(request: Request): Promise<Answer<T>> {
    this.asked.push(request);
    if (this.failing) throw this.failing;
    return this.answer(request) as Answer<T>;
  }

  answer(request: Request): Answer<unknown> {
    switch (request.op) {
      case "columns":
      case "changes": {
        const from = Number(request.op === "columns" ? request.from : request.rows);
        const part = this.rows.slice(from, from + this.perChunk);
        const changed = request.op === "changes" ? this.changed.splice(0) : [];
        return {
          value: chunkOf(part.length, from, { total: this.rows.length, more: from + part.length < this.rows.length, changed }),
          buffers: [...buffersOf(part), ...buffersOf(changed.map((row) => this.rows[row]!))],
        };
      }
      case "node":
        return { value: { row: request.row, uid: `u${String(request.row)}`, parents: [], fields: {}, values: {}, cut: [], heads: {} }, buffers: [] };
      case "search":
        return { value: { total: 2, indexed: true }, buffers: [new DataView(Uint32Array.from([2, 1]).buffer)] };
      case "locate":
        return { value: request.uid === "u2" ? 2 : null, buffers: [] };
      case "remove":
        return { value: 1, buffers: [] };
      default:
        throw new Refused("no");
    }
  }

  listen(): () => void {
    return () => undefined;
  }
  close(): void {}

  count(op: string): number {
    return this.asked.filter((request) => request.op === op).length;
  }
}

function push(value?: ChangesValue, buffers: DataView[] = [], number?: number): Parameters<Store["push"]>[0] {
  return { type: "push", push: { push: "changes", store: "s", value, number }, buffers };
}

const storeOf = (other: Other, root: number | null = null): Store => new Store({ id: "s", name: "s.db", readOnly: false }, other, root);

afterEach(() => vi.useRealTimers());

describe("a store", () => {
  it("is read in chunks, once", async () => {
    const other = new Other();
    const store = storeOf(other);
    const events: string[] = [];
    store.listen((event) => events.push(event.type === "rows" ? `${event.from}-${event.to}` : event.type));
    await Promise.all([store.load(), store.load()]);
    expect([store.status, store.columns.length, other.count("columns")]).toEqual(["ready", 3, 2]);
    expect(events).toEqual(["status", "0-2", "2-3", "status"]);
    expect(other.asked[1]).toEqual({ store: "s", op: "columns", from: 2 });
  });

  it("says of which view it asks", async () => {
    const other = new Other();
    await storeOf(other, 7).load();
    expect(other.asked[0]).toMatchObject({ root: 7 });
  });

  it("asks for news at most ten times a second, and misses none", async () => {
    vi.useFakeTimers();
    const other = new Other();
    const store = storeOf(other);
    const loaded = store.load();
    await vi.runAllTimersAsync();
    await loaded;
    for (let tick = 0; tick < 100; tick++) {
      other.rows.push({ parent: 0 });
      store.push(push());
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.columns.length).toBe(103);
    // 100 rows in chunks of 2 at 10 a second take 5 s; nothing is asked in vain after that.
    expect(other.count("changes")).toBeLessThanOrEqual(62);
    const asked = other.count("changes");
    await vi.advanceTimersByTimeAsync(2000);
    expect(other.count("changes")).toBe(asked);
  });

  it("takes data that is pushed, asks after a gap, and knows a reset", async () => {
    vi.useFakeTimers();
    const other = new Other();
    other.perChunk = 10;
    const store = storeOf(other);
    await store.load();
    store.push(push(chunkOf(1, 3, { changed: [0] }), [...buffersOf([{ parent: 1 }]), ...buffersOf([{ parent: -1, state: 1 }])], 1));
    expect([store.columns.length, store.columns.state(0), store.running]).toEqual([4, 1, 0]);
    other.rows.push({ parent: 1 }, { parent: 1 }, { parent: 1 });
    store.push(push(chunkOf(1, 5), buffersOf([{ parent: 1 }]), 3));
    await vi.advanceTimersByTimeAsync(300);
    expect(store.columns.length).toBe(6);
    other.rows = [{ parent: -1, name: 2 }];
    const before = store.columns;
    store.push(push(chunkOf(0, 0, { reset: true })));
    await vi.advanceTimersByTimeAsync(300);
    expect(store.columns).not.toBe(before);
    expect([store.columns.length, store.columns.name(0)]).toEqual([1, "third"]);
  });

  it("takes data that is pushed before an answer comes", async () => {
    const other = new Other();
    const store = storeOf(other);
    store.push(push(chunkOf(2, 0), buffersOf([{ parent: -1, state: 0 }, { parent: 0 }])));
    expect([store.columns.length, store.status]).toEqual([2, "loading"]);
    await store.load();
    expect([store.columns.length, store.status]).toEqual([3, "ready"]);
  });

  it("takes what an answer says of rows that were pushed before it", async () => {
    const other = new Other();
    other.perChunk = 10;
    const store = storeOf(other);
    const loaded = store.load();
    store.push(push(chunkOf(2, 0, { names: ["older"] }), buffersOf([{ parent: -1, state: 0 }, { parent: 0 }])));
    other.rows[0] = { parent: -1, state: 1, name: 2 };
    await loaded;
    expect([store.columns.length, store.running, store.columns.counts]).toEqual([3, 1, [1, 2, 0, 0, 0]]);
  });

  it("asks what changed in the first chunks while the last ones came", async () => {
    vi.useFakeTimers();
    const other = new Other();
    const store = storeOf(other);
    let stamp = 0;
    const answer = other.answer.bind(other);
    other.answer = (request) => {
      const given = answer(request) as Answer<ChangesValue>;
      return { ...given, value: { ...given.value, stamp: `stamp ${++stamp}` } };
    };
    void store.load();
    await vi.advanceTimersByTimeAsync(500);
    const asked = other.asked.find((request) => request.op === "changes");
    expect(asked).toMatchObject({ rows: 3, stamp: "stamp 1" });
    store.push(push(chunkOf(0, 3, { stamp: "stamp 9" })));
    store.refresh();
    await vi.advanceTimersByTimeAsync(500);
    expect(other.asked.at(-1)).toMatchObject({ op: "changes", stamp: "stamp 9" });
  });

  it("keeps what is in a node until the node changes", async () => {
    vi.useFakeTimers();
    const other = new Other();
    other.perChunk = 10;
    const store = storeOf(other);
    await store.load();
    expect((await store.node(1)).parents).toEqual([0]);
    await store.node(1);
    expect([other.count("node"), store.stamp(1)]).toEqual([1, 0]);
    other.changed = [1];
    store.refresh();
    await vi.advanceTimersByTimeAsync(300);
    await store.node(1);
    expect([other.count("node"), store.stamp(1)]).toEqual([2, 1]);
  });

  it("asks again for what failed", async () => {
    const other = new Other();
    const store = storeOf(other);
    other.failing = new Error("gone");
    await store.load();
    expect([store.status, store.error?.message]).toEqual(["failed", "gone"]);
    other.failing = null;
    await store.load();
    expect(store.status).toBe("ready");
    other.failing = new Error("gone");
    await expect(store.node(1)).rejects.toThrow("gone");
    other.failing = null;
    expect((await store.node(1)).uid).toBe("u1");
  });

  it("searches, locates and removes", async () => {
    const other = new Other();
    const store = storeOf(other);
    await store.load();
    expect([...(await store.search("x")).rows]).toEqual([2, 1]);
    expect([await store.locate("u2"), await store.locate("elsewhere")]).toEqual([2, null]);
    await store.remove(1);
    expect([store.columns.isRemoved(1), store.columns.order.live]).toEqual([true, 2]);
  });
});
