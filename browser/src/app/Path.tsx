// Where the chosen node is, and what can be done with it.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { oneLine } from "../data/text";
import { Glyph } from "../parts/Glyph";
import { IconButton } from "./Icon";
import type { Browser } from "./state";
import type { View } from "./view";

const ENDS = 2;

export function Path({ browser, view, row }: { browser: Browser; view: View; row: number }): JSX.Element {
  const { columns } = view;
  const [whole, setWhole] = useState(false);
  useEffect(() => setWhole(false), [row]);
  const path = columns.path(row);
  const cut = !whole && path.length > ENDS + 3;
  const shown = cut ? [path[0]!, ...path.slice(-ENDS - 1)] : path;
  const withUid = (act: (uid: string) => void): void => {
    view.store.node(row).then(
      ({ uid }) => act(uid),
      (error: Error) => browser.say(error.message),
    );
  };
  return (
    <header class="il-path">
      <nav aria-label="Path of the node">
        <ol>
          {shown.map((at, index) => (
            <li key={at}>
              {index > 0 && (
                <span class="il-path-sign" aria-hidden="true">
                  ›
                </span>
              )}
              {cut && index === 1 && (
                <>
                  <button type="button" class="il-crumb" title={`${path.length - shown.length} more`} onClick={() => setWhole(true)}>
                    …
                  </button>
                  <span class="il-path-sign" aria-hidden="true">
                    ›
                  </span>
                </>
              )}
              <button
                type="button"
                class="il-crumb"
                aria-current={at === row ? "page" : undefined}
                onClick={() => view.select(at, { place: "middle" })}
              >
                <Glyph kind={columns.kind(at)} />
                <bdi>{oneLine(columns.name(at), 60) || "(no name)"}</bdi>
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <div class="il-group">
        {browser.tab !== "tree" && (
          <IconButton
            icon="tree"
            label="Show in the tree"
            onClick={() => {
              browser.show("tree");
              view.select(row, { place: "middle" });
            }}
          />
        )}
        <IconButton
          icon="compare"
          label={
            browser.pinned === row
              ? "Put aside for comparison: choose another node, then press this again (c)"
              : browser.pinned >= 0
                ? "Compare with the node put aside (c)"
                : "Compare: put this node aside, then choose another (c)"
          }
          pressed={browser.pinned === row}
          class={browser.pinned >= 0 && browser.pinned !== row ? "il-calling" : ""}
          onClick={() => browser.compareChosen()}
        />
        <IconButton icon="copy" label="Copy the id (y)" onClick={() => withUid((uid) => void browser.copy(uid, `Copied ${uid}`))} />
        <IconButton
          icon="link"
          label="Copy a link to this node"
          onClick={() => withUid((uid) => void browser.copy(browser.link(view.store.info.id, uid), "Link copied"))}
        />
        {browser.canRemove(row) && <IconButton icon="trash" label="Delete this run …" class="il-danger" onClick={() => browser.askRemove(row)} />}
      </div>
    </header>
  );
}
