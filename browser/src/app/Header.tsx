// The top line: which store, which view of it, and whether it moves.

import type { JSX } from "preact";
import { longCount } from "../data/format";
import { oneLine } from "../data/text";
import { IconButton, Icon } from "./Icon";
import type { Browser, Tab, Theme } from "./state";

export const TABS: { tab: Tab; label: string }[] = [
  { tab: "tree", label: "Tree" },
  { tab: "talk", label: "Conversation" },
  { tab: "timeline", label: "Timeline" },
  { tab: "compare", label: "Compare" },
];
const THEMES: Theme[] = ["auto", "light", "dark"];

export function Header({ browser, id }: { browser: Browser; id: string }): JSX.Element {
  const next = THEMES[(THEMES.indexOf(browser.theme) + 1) % THEMES.length]!;
  return (
    <header class="il-header">
      <StorePicker browser={browser} />
      <div class="il-tabs" role="tablist" aria-label="Views" onKeyDown={(event) => onTabKey(browser, event)}>
        {TABS.map(({ tab, label }) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${id}-tab-${tab}`}
            aria-selected={browser.tab === tab}
            aria-controls={`${id}-panel`}
            tabIndex={browser.tab === tab ? 0 : -1}
            onClick={() => browser.show(tab)}
          >
            {label}
          </button>
        ))}
      </div>
      <span class="il-grow" />
      <Live browser={browser} />
      <IconButton
        icon={browser.theme}
        label={`Colours: ${browser.theme === "auto" ? "as around" : browser.theme}. Change to ${next === "auto" ? "as around" : next}`}
        onClick={() => browser.setTheme(next)}
      />
      <IconButton
        icon="help"
        label="Keyboard (?)"
        onClick={() => {
          browser.dialog = { type: "help" };
          browser.changed();
        }}
      />
    </header>
  );
}

function StorePicker({ browser }: { browser: Browser }): JSX.Element {
  const stores = browser.hello?.stores ?? [];
  const id = browser.view?.store.info.id;
  const name = oneLine(browser.view?.store.info.name || browser.hello?.title || "InterLab", 60);
  return (
    <div class="il-store">
      <Icon name="store" />
      {stores.length > 1 ? (
        <>
          <bdi>{name}</bdi>
          <Icon name="down" />
          <select aria-label="Store" value={id} onChange={(event) => browser.open(event.currentTarget.value)}>
            {stores.map((store) => (
              <option key={store.id} value={store.id}>
                {oneLine(store.name, 100)}
              </option>
            ))}
          </select>
        </>
      ) : (
        <bdi title={browser.hello?.title}>{name}</bdi>
      )}
    </div>
  );
}

function Live({ browser }: { browser: Browser }): JSX.Element | null {
  const { view, transport } = browser;
  if (!transport.live || view === null) return null;
  if (!browser.connected)
    return (
      <span class="il-live il-live-lost" role="status" title="Trying again. What is shown stays as it is.">
        not connected
      </span>
    );
  const { running } = view.store;
  if (running === 0) return null;
  return (
    <span class="il-live" role="status">
      <i class="il-state-open il-moving" />
      {longCount(running)} running
    </span>
  );
}

function onTabKey(browser: Browser, event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? TABS.length - 1 : 0;
  if (step === 0) return;
  event.preventDefault();
  event.stopPropagation();
  const at = TABS.findIndex(({ tab }) => tab === browser.tab);
  const { tab } = TABS[(at + step) % TABS.length]!;
  browser.show(tab);
  (event.currentTarget as Element).querySelectorAll<HTMLElement>("[role=tab]")[TABS.findIndex((one) => one.tab === tab)]?.focus();
}
