// What asks or explains in front of everything else.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { longCount } from "../data/format";
import { State } from "../data/protocol";
import { oneLine } from "../data/text";
import type { Browser } from "./state";

export function Dialogs({ browser }: { browser: Browser }): JSX.Element | null {
  const { dialog } = browser;
  const close = (): void => {
    browser.dialog = null;
    browser.changed();
  };
  if (dialog === null) return null;
  if (dialog.type === "help") return <Help onClose={close} />;
  const { columns } = browser.view!;
  const { row, busy, error } = dialog;
  const size = columns.size(row);
  return (
    <Modal label="Delete this run?" onClose={close}>
      <h2>Delete this run?</h2>
      <p>
        <b>
          <bdi>{oneLine(columns.name(row), 120)}</bdi>
        </b>{" "}
        and everything in it, {longCount(size)} {size === 1 ? "node" : "nodes"}, will be deleted from{" "}
        <bdi>{browser.view!.store.info.name}</bdi>. This can't be undone.
      </p>
      {columns.state(row) === State.open && <p class="il-warning">It is still running.</p>}
      {error !== null && (
        <p class="il-failure" role="alert">
          It was not deleted: {error}
        </p>
      )}
      <footer>
        <button type="button" class="il-button" data-first="" onClick={close}>
          Keep it
        </button>
        <button type="button" class="il-button il-button-danger" disabled={busy} onClick={() => void browser.remove(row)}>
          {busy ? "Deleting …" : "Delete"}
        </button>
      </footer>
    </Modal>
  );
}

const KEYS: [string, [string, string][]][] = [
  [
    "Tree",
    [
      ["↑ ↓ or k j", "one node up or down"],
      ["→ ←", "open, or go in; close, or go out"],
      ["Enter", "to the node's content; Esc back"],
      ["Home End PgUp PgDn", "further"],
      ["* or Alt-click", "open all below"],
      ["-", "close all below"],
    ],
  ],
  [
    "Find",
    [
      ["/", "search"],
      ["n N", "next match, previous match"],
      ["f", "filters"],
      ["Esc", "leave the search, then clear it"],
    ],
  ],
  [
    "Everywhere",
    [
      ["1 2 3 4", "tree, conversation, timeline, comparison"],
      ["c", "compare: once on each of two nodes"],
      ["y", "copy the node's id"],
      ["?", "this list"],
    ],
  ],
];

function Help({ onClose }: { onClose(): void }): JSX.Element {
  return (
    <Modal label="Keyboard" onClose={onClose}>
      <h2>Keyboard</h2>
      <div class="il-help">
        {KEYS.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <footer>
        <button type="button" class="il-button" data-first="" onClick={onClose}>
          Close
        </button>
      </footer>
    </Modal>
  );
}

/** A dialog that keeps the keyboard until it is closed, and gives it back to where it was. */
function Modal({ label, onClose, children }: { label: string; onClose(): void; children: ComponentChildren }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    } else if (event.key === "Tab") {
      const stops = [...box.current!.querySelectorAll<HTMLElement>("button:not([disabled])")];
      const at = stops.indexOf(document.activeElement as HTMLElement);
      event.preventDefault();
      stops[(at + (event.shiftKey ? stops.length - 1 : 1)) % stops.length]?.focus();
    }
  };
  return (
    <div
      class="il-veil"
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="il-dialog" ref={box} role="dialog" aria-modal="true" aria-label={label} onKeyDown={onKey}>
        {children}
      </div>
    </div>
  );
}
