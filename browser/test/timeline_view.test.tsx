import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test } from "vitest";
import { append, HOSTILE, madeUpApi, someRuns } from "../dev/made_up";
import { Columns } from "../src/data/columns";
import { Timeline } from "../src/timeline/Timeline";

let place: HTMLElement | null = null;
afterEach(() => {
  if (place) render(null, place);
  place?.remove();
});

function show(rows: Parameters<typeof append>[1], row = -1) {
  const columns = new Columns();
  append(columns, rows, 0);
  const log: string[] = [];
  place = document.createElement("div");
  document.body.append(place);
  const api = madeUpApi(columns, () => ({ speakers: [], turns: [] }), () => ({}), (text) => log.push(text));
  act(() => render(<Timeline api={api} row={row} selected={2} />, place!));
  const all = (selector: string): HTMLElement[] => [...place!.querySelectorAll<HTMLElement>(selector)];
  const press = (target: HTMLElement, key: string): Promise<void> => act(() => void target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })));
  return { log, all, press };
}

test("the chart is walked by keyboard, says what it comes to, and opens it", async () => {
  const { log, all, press } = show(someRuns(50, 2));
  const chart = all("[role=application]")[0]!;
  for (const key of ["Home", "ArrowDown", "ArrowDown"]) await press(chart, key);
  expect(all(".il-timeline-said")[0]!.textContent).toMatch(/^ask \w+, query, by \w+, began at 80 ms, took/);
  await press(chart, "Enter");
  expect(log).toEqual(["select 2"]);
});

test("the list has every call as text, the selected one marked, and opens what is clicked", async () => {
  const { log, all, press } = show(someRuns(50, 2));
  await act(() => all(".il-segments button")[1]!.click());
  const rows = all(".il-list-row");
  expect(rows.length).toBeGreaterThan(10);
  expect(rows[0]!.textContent).toMatch(/^bargaining over a car, 1run/);
  expect(all("[aria-current]").length).toBe(1);
  all(".il-list-row .il-waterfall-row")[3]!.click();
  expect(log.length).toBe(1);
  await act(() => all(".il-waterfall-head button")[1]!.click());
  expect(all(".il-list-row")[0]!.textContent).toMatch(/^bargaining/);
  rows[0]!.focus();
  await press(all(".il-list-row")[1]!, "Enter");
  expect(log.length).toBe(2);
});

test("nothing is said to be nothing; hostile names stay text", async () => {
  expect(show([]).all(".il-timeline-none").length).toBe(1);
  render(null, place!);
  const { all } = show(HOSTILE.map((name, at) => ({ parent: -1, kind: name.slice(0, 30), start: at, duration: 2, name, actor: at % 5 })));
  await act(() => all(".il-segments button")[1]!.click());
  expect(all("img, script, iframe, a")).toEqual([]);
  expect(place!.textContent).not.toMatch(/[\u202e\u2066\u001b\0]/);
  expect(all("[style]").every((one) => !one.getAttribute("style")!.includes("url("))).toBe(true);
});
