// What is loaded later: shown as soon as it is there, tried again when it did not come.
import { render } from "preact";
import { beforeEach, expect, it, vi } from "vitest";

beforeEach(() => vi.resetModules());

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

async function draw(load: () => Promise<unknown>): Promise<{ root: HTMLElement; forget: () => void }> {
  vi.doMock("../src/more", () => ({ shared: "of the first script", then: undefined }));
  const { later, LaterStyle, loadFrom } = await import("../src/parts/later");
  const forget = loadFrom(load as () => Promise<never>);
  const Talk = later("Talk");
  const root = document.createElement("div");
  render([<LaterStyle />, <Talk api={null as never} row={3} />], root);
  return { root, forget };
}

it("stands in until it is there", async () => {
  const given: unknown[] = [];
  let come!: () => void;
  const waiting = new Promise<void>((resolve) => (come = resolve));
  const { root } = await draw(async () => {
    await waiting;
    return (shared: { shared: string }) => {
      given.push(shared.shared);
      return { style: ".x{}", Talk: ({ row }: { row: number }) => <b>talk {row}</b> };
    };
  });
  await settled();
  expect(root.textContent).toBe("…");
  come();
  await settled();
  expect(root.querySelector("b")?.textContent).toBe("talk 3");
  expect(root.querySelector("style")?.textContent).toBe(".x{}");
  expect(given).toEqual(["of the first script"]);
});

it("says why it did not come, and is tried again", async () => {
  let tries = 0;
  const { root } = await draw(async () => {
    if (tries++ === 0) throw new Error("the server is gone");
    return () => ({ style: "", Talk: () => <b>here</b> });
  });
  await settled();
  expect(root.querySelector("[role=alert]")?.textContent).toContain("the server is gone");
  root.querySelector("button")!.click();
  await settled();
  expect(root.textContent).toBe("here");
  expect(tries).toBe(2);
});
