import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { append, HOSTILE, madeUpApi, someTalk } from "../dev/made_up";
import { type Api, State, type Talk as Conversation, type Turn } from "../src/app/model";
import { Columns } from "../src/data/columns";
import { Talk } from "../src/talk/Talk";
import { textBeginning } from "../src/parts/whole";

let place: HTMLElement | null = null;
afterEach(() => {
  if (place) render(null, place);
  place?.remove();
});

const pause = (milliseconds = 5): Promise<void> => act(() => new Promise((done) => setTimeout(done, milliseconds)));

async function show(talk: Conversation, details: Parameters<typeof madeUpApi>[2] = () => ({}), state: number = State.finished) {
  const columns = new Columns();
  append(columns, [{ parent: -1, kind: "run", start: 0, duration: 1, name: "run", state }], 0);
  const log: string[] = [];
  const store = { talk };
  const api: Api = madeUpApi(columns, () => store.talk, details, (text) => log.push(text));
  place = document.createElement("div");
  document.body.append(place);
  const draw = (): Promise<void> => (act(() => render(<Talk api={api} row={0} />, place!)), pause());
  await draw();
  return { log, draw, store, columns, all: (selector: string) => [...place!.querySelectorAll<HTMLElement>(selector)] };
}

const turn = (some: Partial<Turn>): Turn => ({ row: 1, step: 1, speaker: 0, to: null, private: false, kind: "say", text: "", cut: false, call: null, ...some });
const speakers = ["Ana", "Bo"].map((name) => ({ name, color: null }));

test("words lead to the call behind them, step numbers to the step", async () => {
  const { log, all } = await show({ speakers, turns: [turn({ row: 3, call: 5, text: "hello" }), turn({ row: 7, step: 2, text: "again" })] });
  all(".il-turn-words")[0]!.click();
  all(".il-turn-words")[1]!.click();
  all(".il-turn-step button")[1]!.click();
  expect(log).toEqual(["select 5", "select 7", "select 7"]);
});

test("of ten thousand turns only those in view exist", async () => {
  const { all } = await show(someTalk(10_000));
  expect(all(".il-list-row").length).toBeGreaterThan(3);
  expect(all(".il-list-row").length).toBeLessThan(80);
});

test("a whisper says to whom, a thought is folded until it is asked for", async () => {
  const { all } = await show({ speakers, turns: [turn({ private: true, to: [1], text: "psst" }), turn({ kind: "thought", text: `deep ${"x ".repeat(200)}end` })] });
  expect(all(".il-whispered")[0]!.textContent).toBe("to Bo");
  expect(all(".il-thought .il-turn-words")).toEqual([]);
  await act(() => all(".il-thought-head")[0]!.click());
  await pause();
  expect(all(".il-thought .il-turn-words")[0]!.textContent).toMatch(/end$/);
});

test("through an actor's eyes only what it could see is there, and how much is hidden is said", async () => {
  const { all } = await show({ speakers, turns: [turn({ text: "to all" }), turn({ private: true, to: [], text: "to nobody" }), turn({ speaker: 1, text: "answer" })] });
  const select = all("select")[0] as HTMLSelectElement;
  select.value = "1";
  await act(() => void select.dispatchEvent(new Event("change", { bubbles: true })));
  expect(all(".il-turn-words").map((one) => one.textContent)).toEqual(["to all", "answer"]);
  expect(all(".il-talk-hidden")[0]!.textContent).toBe("1 hidden");
});

test("a search counts, marks and goes round", async () => {
  const { all } = await show({ speakers, turns: ["a price", "no", "the PRICE"].map((text, at) => turn({ text, step: at })) });
  const input = all("input")[0] as HTMLInputElement;
  input.value = "price";
  await act(() => void input.dispatchEvent(new Event("input", { bubbles: true })));
  const count = (): string => all(".il-talk-count")[0]!.textContent!;
  expect(count()).toBe("1 of 2");
  expect(all("mark").map((one) => one.textContent)).toEqual(["price", "PRICE"]);
  for (const expected of ["2 of 2", "1 of 2"]) {
    await act(() => void input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true })));
    expect(count()).toBe(expected);
  }
});

test("a cut text is read whole from its node when all of it is asked for", async () => {
  const whole = `${"word ".repeat(900)}the very end`;
  const { all } = await show({ speakers, turns: [turn({ text: whole.slice(0, 4_000), cut: true })] }, () => ({ result: { other: "word", message: whole } }));
  await act(() => all(".il-talk-more")[0]!.click());
  await pause();
  expect(all(".il-turn-words")[0]!.textContent).toContain("the very end");
});

test("the beginning of a text finds it wherever it is", async () => {
  const lookup = { values: { aa: { x: ["long text", "other"] } }, heads: { bb: { bytes: 9, head: "\"far" } } };
  const value = async () => "far away";
  expect(await textBeginning("long", [1, { $: "ref", h: "aa", n: 1 }], lookup, value)).toBe("long text");
  expect(await textBeginning("long text", { $: "ref", h: "aa", n: 1 }, lookup, value)).toBeNull();
  expect(await textBeginning("far", { $: "ref", h: "bb", n: 9 }, lookup, value)).toBe("far away");
  expect(await textBeginning("Hi B", { $: "format", v: ["Hi ", ["who", null, "Bo"]] }, lookup, value)).toBe("Hi Bo");
});

test("what is said while one looks on appears", async () => {
  const { all, draw, store, columns } = await show({ speakers, turns: [turn({ text: "one" })] }, undefined, State.open);
  store.talk = { speakers, turns: [...store.talk.turns, turn({ text: "two" })] };
  columns.version++;
  await draw();
  await pause(300);
  expect(all(".il-turn-words").map((one) => one.textContent)).toEqual(["one", "two"]);
});

test("hostile names, texts and colours stay text", async () => {
  const turns = HOSTILE.flatMap((text, at) => (["say", "thought", "observe", "event"] as const).map((kind) => turn({ kind, text, speaker: at, step: at, private: true, to: [0, 99] })));
  const { all } = await show({ speakers: HOSTILE.map((name) => ({ name, color: name })), turns });
  expect(all("img, script, iframe, a")).toEqual([]);
  expect(all("*").some((one) => [...one.attributes].some((attribute) => attribute.name.startsWith("on")))).toBe(false);
  expect(all("[style]").every((one) => !one.getAttribute("style")!.includes("url("))).toBe(true);
  expect(place!.textContent).not.toMatch(/[\u202e\u2066\u001b\0]/);
});

test("nothing said, and what could not be read, is said", async () => {
  const { all } = await show({ speakers, turns: [] });
  expect(all(".il-talk-none")[0]!.textContent).toBe("Nothing was said here.");
});
