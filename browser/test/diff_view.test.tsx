import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { append, HOSTILE, madeUpApi, otherTalk, someTalk } from "../dev/made_up";
import type { NodeDetail, Talk } from "../src/app/model";
import { Columns } from "../src/data/columns";
import { Diff } from "../src/diff/Diff";

let place: HTMLElement | null = null;
afterEach(() => {
  if (place) render(null, place);
  place?.remove();
});

async function show(kind: string, talks: Talk[], details: NodeDetail["fields"][]) {
  const columns = new Columns();
  append(columns, [0, 1].map((at) => ({ parent: -1, kind, start: at, duration: 1 + at, name: `${kind} ${at}` })), 0);
  const log: string[] = [];
  const api = madeUpApi(columns, (row) => talks[row]!, (row) => details[row]!, (text) => log.push(text));
  place = document.createElement("div");
  document.body.append(place);
  act(() => render(<Diff api={api} a={0} b={1} />, place!));
  // Effects run when `act` ends: the first reads the conversations, the second what is cut in them.
  for (let round = 0; round < 3; round++) await act(() => new Promise((done) => setTimeout(done, 10)));
  return { log, all: (selector: string) => [...place!.querySelectorAll<HTMLElement>(selector)] };
}

const texts = (elements: HTMLElement[]): (string | null)[] => elements.map((one) => one.textContent);

test("two nodes: what differs is open and marked word by word, what is the same is folded", async () => {
  const { all, log } = await show("model", [], [
    { inputs: { prompt: "pay 3,000 now", a: 1, b: 2, c: 3 }, result: "yes", meta: { region: "eu" } },
    { inputs: { prompt: "pay 3,500 now", a: 1, b: 2, c: 4 }, result: "yes", meta: { region: "eu" } },
  ]);
  expect(texts(all("summary"))).toEqual(["Inputs 2 differences", "Result the same", "Meta the same"]);
  expect(all("details").map((one) => (one as HTMLDetailsElement).open)).toEqual([true, false, false]);
  expect([texts(all("del"))[0], texts(all("ins"))[0]]).toEqual(["3,000", "3,500"]);
  expect(texts(all(".il-diff-fold"))).toContain("2 the same: a, b");
  all(".il-diff-title")[1]!.click();
  all(".il-diff-swap")[0]!.click();
  expect(log).toEqual(["select 1", "compare 1 0"]);
});

test("in one text what is gone stands before what is new", async () => {
  const { all } = await show("model", [], [{ result: "a red car" }, { result: "a blue car" }]);
  await act(() => all(".il-segments button")[1]!.click());
  expect(texts(all(".il-diff-one"))).toEqual(["a redblue car"]);
});

test("two runs: the first difference is marked, equal turns are folded, and one can go from difference to difference", async () => {
  const talk = someTalk(60);
  const { all } = await show("run", [talk, otherTalk(talk, 20)], [{}, {}]);
  expect(all(".il-pair-mark").length).toBe(1);
  expect(all(".il-diff-folded").length).toBeGreaterThan(0);
  expect(texts(all(".il-diff-bar b"))[0]).toMatch(/^\d+ differences in \d+ steps, the first in step 2\d$/);
  await act(() => void all(".il-diff-runs")[0]!.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true })));
  expect(all(".il-diff-steps")[0]!.textContent).toMatch(/1 of \d+$/);
  expect(all(".il-pair-current.il-pair-first").length).toBe(1);
  const before = all(".il-pair-same").length;
  await act(() => all(".il-diff-folded")[0]!.click());
  expect(all(".il-pair-same").length).toBeGreaterThan(before);
});

test("cut texts that begin alike are read whole before they count as the same", async () => {
  const begun = "same ".repeat(800);
  const talk = (): Talk => ({ speakers: [{ name: "Ana", color: null }], turns: [{ row: 0, step: 1, speaker: 0, to: null, private: false, kind: "say", text: begun, cut: true, call: null }] });
  const talks = [talk(), talk()];
  talks[1]!.turns[0]!.row = 1;
  const { all } = await show("run", talks, [{ result: `${begun}and so on` }, { result: `${begun}but not here` }]);
  expect(texts(all(".il-diff-bar b"))).toEqual(["1 difference in 1 step, the first in step 1"]);
});

test("runs that are the same say so", async () => {
  const { all } = await show("run", [someTalk(9), someTalk(9)], [{}, {}]);
  expect(texts(all(".il-diff-bar b"))).toEqual(["They are the same"]);
});

test("hostile values stay text in both comparisons", async () => {
  const fields = (at: number): NodeDetail["fields"] => ({ inputs: Object.fromEntries(HOSTILE.map((text, key) => [text, HOSTILE[(key + at) % HOSTILE.length]!])), result: HOSTILE });
  for (const kind of ["model", "run"]) {
    const turns = HOSTILE.map((text, at) => ({ row: at, step: at, speaker: at, to: null, private: false, kind: "say" as const, text, cut: false, call: null }));
    const talk = { speakers: HOSTILE.map((name) => ({ name, color: name })), turns };
    const { all } = await show(kind, [talk, { ...talk, turns: turns.map((turn) => ({ ...turn, text: `${turn.text}!` })) }], [fields(0), fields(3)]);
    expect(all("img, script, iframe, a")).toEqual([]);
    expect(place!.textContent).not.toMatch(/[\u202e\u2066\u001b\0]/);
    place!.remove();
  }
});
