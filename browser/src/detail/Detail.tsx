/** All that is known of one node. */
import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";
import type { Api, NodeDetail } from "../app/model";
import { Header } from "./Header";
import { findIn } from "./finding";
import { FindBar } from "./FindBar";
import { FindContext, Ground, GroundContext, NOT_LOOKING, ShowContext, type Find } from "./ground";
import { Sections } from "./Sections";
import { Show } from "./Value";
import { visible } from "./words";

export function Detail({ api, row }: { api: Api; row: number }) {
  const stamp = api.stamp(row);
  const [ground, setGround] = useState<Ground | null>(null);
  const [failure, setFailure] = useState("");
  const [tries, retry] = useReducer((count: number, _: void) => count + 1, 0);
  const [, redraw] = useReducer((count: number, _: void) => count + 1, 0);
  useEffect(() => {
    let gone = false;
    setFailure("");
    const arrived = (detail: NodeDetail) => {
      if (gone) return;
      setGround((before) => {
        const next = new Ground(api, row, detail, () => redraw());
        // What was asked for before stays when the node has only gone on.
        if (before?.row === row && before.api === api) next.keep(before);
        return next;
      });
    };
    api.node(row).then(arrived, (error: unknown) => gone || setFailure(error instanceof Error ? error.message : String(error)));
    return () => void (gone = true);
  }, [api, row, stamp, tries]);
  const here = ground?.row === row && ground.api === api ? ground : null;
  // The path above is the app's, and so is the box that scrolls.
  const article = useRef<HTMLElement>(null);
  useEffect(() => article.current?.parentElement?.scrollTo?.(0, 0), [api, row]);
  return (
    <article class="il-detail" ref={article} aria-label="Node" tabIndex={-1}>
      {here ? <Found key={row} ground={here} /> : <Header api={api} row={row} detail={null} />}
      {failure && (
        <div class="il-d-wrong-note" role="alert">
          This node could not be read: {visible(failure)}{" "}
          <button type="button" class="il-d-button" onClick={() => retry()}>
            Try again
          </button>
        </div>
      )}
    </article>
  );
}

/** The node's values, and what is looked for in them. */
function Found({ ground }: { ground: Ground }) {
  const [needle, setNeedle] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const found = useMemo(
    () => (needle ? findIn(ground.detail.fields, ground.lookup, needle) : { paths: [], cut: false }),
    [needle, ground, ground.version],
  );
  const place = found.paths.length ? at % found.paths.length : 0;
  const find = useMemo<Find>(() => (needle ? { needle, current: found.paths[place] ?? null } : NOT_LOOKING), [needle, found, place]);
  return (
    <GroundContext.Provider value={ground}>
      <ShowContext.Provider value={Show}>
        <FindContext.Provider value={find}>
          {/* Before the header, and always in view: typing would scroll to it. */}
          <div class="il-d-finding">
            {needle === null ? (
              <button type="button" class="il-d-tool il-d-find-open" onClick={() => setNeedle("")}>
                find in node
              </button>
            ) : (
              <FindBar
                needle={needle}
                at={place}
                total={found.paths.length}
                cut={found.cut}
                look={(words) => {
                  setNeedle(words);
                  setAt(0);
                }}
                go={(by) => found.paths.length && setAt((place + by + found.paths.length) % found.paths.length)}
                close={() => setNeedle(null)}
              />
            )}
          </div>
          <Header api={ground.api} row={ground.row} detail={ground.detail} />
          <Sections />
        </FindContext.Provider>
      </ShowContext.Provider>
    </GroundContext.Provider>
  );
}
