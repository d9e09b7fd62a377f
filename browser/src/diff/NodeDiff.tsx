// Two nodes: what went in, what came out, what is known about them.

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type Api, STATE_NAMES } from "../app/model";
import { shortCost, shortCount, shortDuration } from "../data/format";
import { ChangeTree } from "./ChangeTree";
import { Reader } from "./plain";
import { useDetails } from "./use_details";
import { changeOf, countChanges } from "./values";

const FIELDS = [
  ["inputs", "Inputs"],
  ["result", "Result"],
  ["error", "Error"],
  ["meta", "Meta"],
] as const;

export function NodeDiff({ api, a, b, inline }: { api: Api; a: number; b: number; inline: boolean }): JSX.Element {
  const { details, error } = useDetails(api, a, b);
  const fields = useMemo(() => {
    if (!details) return [];
    const reader = new Reader();
    return FIELDS.flatMap(([field, title]) => {
      const [one, other] = [details.a.fields[field], details.b.fields[field]];
      if (one === undefined && other === undefined) return [];
      const change = changeOf(reader.read(one, details.a), reader.read(other, details.b));
      return [{ field, title, change, count: countChanges(change) }];
    });
  }, [details]);
  if (error !== null) return <p class="il-diff-none il-diff-failed">The nodes could not be read: {error}</p>;
  if (!details) return <p class="il-diff-none">Reading …</p>;
  return (
    <div class="il-diff-fields">
      {details.left > 0 && <p class="il-diff-note">Of {details.left} very large values only the beginning is compared.</p>}
      {fields.map(({ field, title, change, count }) => (
        <details key={`${a} ${b} ${field}`} open={count > 0}>
          <summary>
            {title} <small data-differs={count > 0}>{count === 0 ? "the same" : `${count} ${count === 1 ? "difference" : "differences"}`}</small>
          </summary>
          <ChangeTree change={change} inline={inline} />
        </details>
      ))}
      {fields.length === 0 && <p class="il-diff-none">Neither has anything in it.</p>}
    </div>
  );
}

/** What the columns know of both: states, times, tokens; only what differs is marked. */
export function Facts({ api: { columns }, a, b }: { api: Api; a: number; b: number }): JSX.Element {
  const facts: [string, (row: number) => string][] = [
    ["state", (row) => STATE_NAMES[columns.state(row)] ?? ""],
    ["took", (row) => shortDuration(columns.duration(row))],
    ["tokens in", (row) => (columns.tokensIn(row) ? shortCount(columns.tokensIn(row)) : "")],
    ["tokens out", (row) => (columns.tokensOut(row) ? shortCount(columns.tokensOut(row)) : "")],
    ["cost", (row) => shortCost(columns.cost(row))],
  ];
  return (
    <dl class="il-diff-facts">
      {facts.map(([name, of]) => {
        const [one, other] = [of(a), of(b)];
        if (!one && !other) return null;
        return (
          <div key={name} data-differs={one !== other}>
            <dt>{name}</dt>
            <dd>{one === other ? one : `${one || "–"} → ${other || "–"}`}</dd>
          </div>
        );
      })}
    </dl>
  );
}
