// Keys that work everywhere in the browser.

import type { Browser } from "./state";
import { TABS } from "./Header";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true]") !== null;
}

export function appKey(browser: Browser, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  if (act(browser, event)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function search(app: Element): boolean {
  const input = app.querySelector<HTMLInputElement>("[data-search]");
  input?.focus({ preventScroll: true });
  input?.select();
  return input !== null;
}

function act(browser: Browser, event: KeyboardEvent): boolean {
  const app = event.currentTarget as HTMLElement;
  const { view, dialog } = browser;
  if (dialog !== null) {
    // It may not have the focus yet; and what is behind it takes no keys.
    if (event.key !== "Escape" || (dialog.type === "remove" && dialog.busy)) return false;
    browser.dialog = null;
    browser.changed();
    return true;
  }
  const focus = (selector: string): boolean => {
    const found = app.querySelector<HTMLElement>(selector);
    found?.focus({ preventScroll: true });
    return found !== null;
  };
  switch (event.key) {
    case "?":
      browser.dialog = { type: "help" };
      browser.changed();
      return true;
    case "/":
      if (view === null) return false;
      if (browser.tab !== "tree") browser.show("tree");
      // At once where it is there: what is typed next belongs to it.
      if (!search(app)) requestAnimationFrame(() => search(app));
      return true;
    case "Enter":
      // On the tree only: a button that has the focus is pressed by it.
      if (!(event.target instanceof Element) || event.target.closest("[role=tree]") === null) return false;
      return focus("[data-detail]");
    case "Escape":
      if (event.target instanceof Element && event.target.closest("[role=tree]") !== null) {
        if (view === null || (!view.isSearching && browser.pinned < 0)) return false;
        if (browser.pinned >= 0) browser.pinned = -1;
        else view.clearSearch();
        browser.changed();
        return true;
      }
      return focus(".il-tree");
    case "c":
      browser.compareChosen();
      return true;
    case "f":
      if (browser.tab !== "tree") return false;
      browser.filtersOpen = !browser.filtersOpen;
      browser.changed();
      return true;
    case "y":
      if (view === null || view.selected < 0) return false;
      view.store.node(view.selected).then(
        ({ uid }) => browser.copy(uid, `Copied ${uid}`),
        (error: Error) => browser.say(error.message),
      );
      return true;
    default: {
      const chosen = TABS[Number(event.key) - 1];
      if (chosen === undefined) return false;
      browser.show(chosen.tab);
      return true;
    }
  }
}
