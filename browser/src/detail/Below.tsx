/** What a node called: the rungs of a query, its attempts and what was done to the answers. */
import { useEffect, useState } from "preact/hooks";
import { STATE_NAMES, type Api, type NodeDetail } from "../app/model";
import { longCount, shortCount, shortDuration } from "../data/format";
import { Glyph } from "../parts/Glyph";
import { gist } from "./gist";
import { useGround } from "./ground";
import { entriesOf } from "./messages";
import { oneLine } from "./words";

const FIRST = 12;
const MORE = 100;

export const STATE_SIGNS = { open: "…", finished: "✓", error: "✗", interrupted: "†", removed: "·" } as const;

export function Below({ rows }: { rows: readonly number[] }) {
  const { api, row } = useGround();
  const [shown, setShown] = useState(FIRST);
  const listed = rows.slice(0, shown);
  const start = api.columns.start(row);
  const took = api.columns.duration(row);
  return (
    <>
      <ol class="il-d-rungs">
        {listed.map((child) => (
          <Rung key={child} api={api} row={child} start={start} took={took} />
        ))}
      </ol>
      {rows.length > listed.length && (
        <button type="button" class="il-d-link" onClick={() => setShown(shown + MORE)}>
          Show {longCount(Math.min(MORE, rows.length - shown))} more of {longCount(rows.length)}
        </button>
      )}
    </>
  );
}

function Rung({ api, row, start, took }: { api: Api; row: number; start: number; took: number }) {
  const { columns } = api;
  const stamp = api.stamp(row);
  const [words, setWords] = useState({ text: "", isError: false });
  useEffect(() => {
    let gone = false;
    api.node(row).then(
      (detail) => gone || setWords(did(detail)),
      () => gone || setWords({ text: "", isError: false }),
    );
    return () => void (gone = true);
  }, [api, row, stamp]);
  const state = STATE_NAMES[columns.state(row)];
  const kind = columns.kind(row);
  const long = columns.duration(row);
  const tokens = columns.tokensOut(row);
  // When it ran within the call it belongs to.
  const from = took > 0 ? Math.min(1, Math.max(0, (columns.start(row) - start) / took)) : 0;
  const share = took > 0 && long >= 0 ? Math.min(1 - from, long / took) : 0;
  return (
    <li>
      <button type="button" class={`il-d-rung il-d-state-${state}`} onClick={() => api.select(row, { reveal: true })}>
        <Glyph kind={kind} />
        <span class="il-d-rung-name">
          {kind !== "event" && (
            <span class="il-d-sign" title={state}>
              {STATE_SIGNS[state]}{" "}
            </span>
          )}
          {oneLine(columns.name(row), 60) || kind}
        </span>
        <span class="il-d-rung-facts">
          {kind === "event" ? "" : shortDuration(long)}
          {tokens > 0 && ` · ${shortCount(columns.tokensIn(row))} → ${shortCount(tokens)}`}
        </span>
        <span class={`il-d-gist${words.isError ? " il-d-is-error" : ""}`}>{words.text}</span>
        {share > 0 && (
          <span class="il-d-when" aria-hidden="true">
            <span style={{ marginLeft: `${from * 100}%`, width: `${Math.max(0.5, share * 100)}%` }} />
          </span>
        )}
      </button>
    </li>
  );
}

/** What a node did: its error, else its result, else what it got. */
export function did({ fields, ...lookup }: NodeDetail): { text: string; isError: boolean } {
  if (fields.error !== undefined && fields.error !== null) return { text: gist(fields.error, lookup, 200), isError: true };
  if (fields.result !== undefined && fields.result !== null) return { text: gist(fields.result, lookup, 200), isError: false };
  const inputs = [...(entriesOf(fields.inputs, lookup) ?? [])].filter(([name]) => name !== "params");
  return { text: inputs.length ? gist(inputs[0]![1], lookup, 200) : "", isError: false };
}
