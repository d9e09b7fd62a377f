// Looking for nodes: a text, filters, and stepping through what was found.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { longCount, shortCount } from "../data/format";
import { filterSize } from "../tree/filter";
import { Filters } from "./Filters";
import { Icon, IconButton } from "./Icon";
import type { Browser } from "./state";
import type { View } from "./view";

export function Toolbar({ browser, view }: { browser: Browser; view: View }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const chosen = filterSize(view.filter) + view.hiddenKinds.size;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") view.step(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape" && view.text !== "") view.setText("");
    else if (event.key === "Escape" || event.key === "ArrowDown") focusTree(event.currentTarget as Element);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="il-toolbar" role="toolbar" aria-label="Search and filter">
      <div class="il-search">
        <Icon name="search" />
        <input
          ref={input}
          type="text"
          role="searchbox"
          data-search=""
          placeholder="Search names and contents"
          aria-label="Search names and contents"
          value={view.text}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => view.setText(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        {view.isSearching && <Found view={view} />}
        {view.text !== "" && (
          <IconButton
            icon="close"
            label="Clear the search"
            onClick={() => {
              view.setText("");
              input.current?.focus();
            }}
          />
        )}
      </div>
      {view.isSearching && (
        <div class="il-group">
          <IconButton icon="up" label="Previous match (N)" disabled={view.visible.matches === 0} onClick={() => view.step(-1)} />
          <IconButton icon="down" label="Next match (n)" disabled={view.visible.matches === 0} onClick={() => view.step(1)} />
        </div>
      )}
      {view.text.trim() !== "" && (
        <button
          type="button"
          class="il-button"
          aria-pressed={view.onlyMatches}
          title="Leave only matches in the tree, and what is above them"
          onClick={() => view.setOnlyMatches(!view.onlyMatches)}
        >
          Only matches
        </button>
      )}
      <div class="il-popover-place">
        <button
          type="button"
          class="il-button"
          aria-expanded={browser.filtersOpen}
          aria-haspopup="dialog"
          data-filters=""
          onClick={() => {
            browser.filtersOpen = !browser.filtersOpen;
            browser.changed();
          }}
        >
          <Icon name="filter" />
          <span class="il-wide">Filter</span>
          {chosen > 0 && <b class="il-badge">{chosen}</b>}
        </button>
        {browser.filtersOpen && <Filters browser={browser} view={view} />}
      </div>
      <span class="il-grow" />
      <div class="il-group">
        <IconButton icon="expand" label="Expand all" onClick={() => view.setOpenBelow(-1, true)} />
        <IconButton icon="collapse" label="Collapse all" onClick={() => view.setOpenBelow(-1, false)} />
      </div>
      {view.store.transport.live && (
        <IconButton
          icon="follow"
          label="Follow: go to new nodes as they arrive"
          pressed={view.follow}
          onClick={() => {
            view.follow = !view.follow;
            browser.changed();
          }}
        />
      )}
    </div>
  );
}

function Found({ view }: { view: View }): JSX.Element {
  const { matches } = view.visible;
  const number = view.visible.matchNumber(view.selected);
  const busy = view.searching === "waiting";
  const title =
    view.searching === "failed"
      ? "Only names were searched: the contents can't be searched here"
      : `${longCount(matches)} nodes${busy ? " so far: contents are being searched" : ""}`;
  return (
    <span class="il-found" role="status" title={title}>
      {matches === 0 ? (busy ? "…" : "none") : `${number > 0 ? `${shortCount(number)}/` : ""}${shortCount(matches)}${busy ? " …" : ""}`}
    </span>
  );
}

/** Give the keyboard to the tree of the browser that an element is in. */
export function focusTree(inside: Element): void {
  inside.closest(".il-app")?.querySelector<HTMLElement>(".il-tree")?.focus({ preventScroll: true });
}
