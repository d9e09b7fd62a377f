// The whole browser: header, view in front, detail beside it, status.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { Detail } from "../detail/Detail";
import { later, LaterStyle } from "../parts/later";
import { treeKey } from "../tree/keys";
import { Tree } from "../tree/Tree";
import { Dialogs } from "./Dialogs";
import { Frozen } from "./Frozen";
import { Guard } from "./Guard";
import { Header } from "./Header";
import { IconButton } from "./Icon";
import { appKey } from "./keys";
import { Beginning, NoMatches, Notice, NoRows } from "./Notice";
import { Path } from "./Path";
import { Split } from "./Split";
import type { Browser } from "./state";
import { Status } from "./Status";
import { useTheme } from "./theme";
import { Toolbar } from "./Toolbar";
import type { View } from "./view";

const NARROW_PX = 760;
/** A key that is held down passes many nodes: their content is read once it rests. */
const REST_MS = 90;

const Diff = later("Diff");
const Talk = later("Talk");
const Timeline = later("Timeline");

let apps = 0;

export function App({ browser }: { browser: Browser }): JSX.Element {
  const [, draw] = useReducer<number, void>((count) => count + 1, 0);
  const [id] = useState(() => `il${++apps}`);
  const [narrow, setNarrow] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const theme = useTheme(browser.theme);

  // At once: an effect runs a frame later, and what is told until then would never be drawn.
  useLayoutEffect(() => browser.listen(() => draw()), [browser]);
  useLayoutEffect(() => {
    const measure = (): void => setNarrow(root.current!.clientWidth < NARROW_PX);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(root.current!);
    return () => observer.disconnect();
  }, []);

  const { view, options } = browser;
  const { host } = options;
  const ready = view !== null && view.columns.order.live > 0;
  const begun = useRef(false);
  useLayoutEffect(() => {
    // Keys work at once, and go on working when what had the focus went away with its view.
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (lost && ready && (begun.current || host !== "notebook"))
      (root.current!.querySelector<HTMLElement>(".il-tree") ?? root.current!).focus({ preventScroll: true });
    if (ready) begun.current = true;
  }, [browser.tab, ready]);
  return (
    <div
      class="il-app"
      ref={root}
      data-theme={theme}
      data-choice={browser.theme}
      data-host={host}
      data-narrow={narrow ? "" : undefined}
      tabIndex={-1}
      // JupyterLab's own keys stay out of here.
      data-lm-suppress-shortcuts="true"
      // It looks at the focused element before it looks at those around it.
      onFocusIn={(event) => (event.target as Element).setAttribute("data-lm-suppress-shortcuts", "true")}
      style={host === "notebook" ? { height: `${options.height ?? 560}px` } : undefined}
      onKeyDown={(event) => appKey(browser, event)}
    >
      <LaterStyle />
      <Header browser={browser} id={id} />
      <div class="il-main" id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-tab-${browser.tab}`}>
        {view === null ? <Beginning browser={browser} /> : <Front browser={browser} view={view} id={id} narrow={narrow} />}
      </div>
      {view !== null && <Status view={view} />}
      <Dialogs browser={browser} />
      <div class="il-toast" role="status" aria-live="polite" data-shown={browser.toast ? "" : undefined}>
        {browser.toast}
      </div>
    </div>
  );
}

function Front({ browser, view, id, narrow }: { browser: Browser; view: View; id: string; narrow: boolean }): JSX.Element {
  const row = useRested(view);
  useEffect(() => {
    if (row >= 0) browser.nameAddress(view, row).catch(() => undefined);
  }, [view, row]);

  if (view.columns.order.live === 0) return <NoRows view={view} />;
  if (browser.tab === "compare") return <Compare browser={browser} view={view} />;
  const detail = (
    <section class="il-beside" aria-label="Node" data-detail="" tabIndex={-1}>
      {row >= 0 && (
        <>
          <Path browser={browser} view={view} row={row} />
          <div class="il-scroll">
            <Guard of={row} what="This node">
              <Frozen of={[view.api, row, view.store.stamp(row), view.columns.state(row), view.columns.size(row)]}>{() => <Detail api={view.api} row={row} />}</Frozen>
            </Guard>
          </div>
        </>
      )}
    </section>
  );
  return (
    <Split
      share={browser.splits[browser.tab]}
      stacked={narrow}
      onShare={(share) => browser.setSplit(share)}
      first={<Master browser={browser} view={view} id={id} />}
      second={detail}
    />
  );
}

function Master({ browser, view, id }: { browser: Browser; view: View; id: string }): JSX.Element {
  const { columns, visible } = view;
  const selected = view.selected;
  const { version } = columns;
  if (browser.tab === "talk") {
    const run = view.runOf(selected);
    return (
      <Guard key="talk" of={run} what="The conversation">
        <Frozen of={[view.api, run, selected, version]}>{() => <Talk api={view.api} row={run} selected={selected} />}</Frozen>
      </Guard>
    );
  }
  if (browser.tab === "timeline") {
    const root = view.rootOf(selected);
    return (
      <Guard key="timeline" of={root} what="The timeline">
        <Frozen of={[view.api, root, selected, version]}>{() => <Timeline api={view.api} row={root} selected={selected} />}</Frozen>
      </Guard>
    );
  }
  const empty = visible.filtering && visible.matches === 0;
  return (
    <>
      <Toolbar browser={browser} view={view} />
      {browser.pinned >= 0 && <Pinned browser={browser} view={view} />}
      {empty ? (
        <NoMatches view={view} />
      ) : (
        <Tree
          key={view.store.info.id}
          id={id}
          columns={columns}
          visible={visible}
          selected={selected}
          pinned={browser.pinned}
          aim={view.aim}
          live={view.store.transport.live}
          searching={view.isSearching}
          needle={view.text.trim()}
          onPoint={(row) => view.point(row)}
          onToggle={(row, open, below) => (below ? view.setOpenBelow(row, open) : view.setOpen(row, open))}
          onKey={(event, page) => {
            if (event.ctrlKey || event.metaKey || event.altKey || !treeKey(view, event.key, page)) return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      )}
    </>
  );
}

function Pinned({ browser, view }: { browser: Browser; view: View }): JSX.Element {
  return (
    <div class="il-banner" role="status">
      <span>
        Comparing <bdi>{view.columns.name(browser.pinned).slice(0, 80)}</bdi>: choose another node and press <kbd>c</kbd>
      </span>
      <span class="il-grow" />
      {view.selected !== browser.pinned && (
        <button type="button" class="il-button il-button-main" onClick={() => browser.compareChosen()}>
          Compare
        </button>
      )}
      <IconButton
        icon="close"
        label="Compare nothing"
        onClick={() => {
          browser.pinned = -1;
          browser.changed();
        }}
      />
    </div>
  );
}

function Compare({ browser, view }: { browser: Browser; view: View }): JSX.Element {
  const { compared } = browser;
  if (compared === null)
    return (
      <Notice title="Nothing to compare yet">
        <p>
          In the tree, press <kbd>c</kbd> on one node and then on another: two calls, two steps, or two runs.
        </p>
        <button type="button" class="il-button" onClick={() => browser.show("tree")}>
          To the tree
        </button>
      </Notice>
    );
  const { a, b } = compared;
  return (
    <Guard key="compare" of={compared} what="The comparison">
      <Frozen of={[view.api, a, b, view.columns.version]}>{() => <Diff api={view.api} a={a} b={b} />}</Frozen>
    </Guard>
  );
}

/** The chosen row, once the choice has rested: at once after a pause, later while a key is held down. */
function useRested(view: View): number {
  const [rested, setRested] = useState({ view, row: view.selected });
  const last = useRef(0);
  const row = view.selected;
  const quick = performance.now() - last.current < REST_MS;
  useEffect(() => {
    if (rested.view === view && rested.row === row) return;
    last.current = performance.now();
    if (!quick) {
      setRested({ view, row });
      return;
    }
    const timer = setTimeout(() => setRested({ view, row }), REST_MS);
    return () => clearTimeout(timer);
  }, [view, row]);
  return rested.view === view && rested.row < view.columns.length ? rested.row : row;
}
