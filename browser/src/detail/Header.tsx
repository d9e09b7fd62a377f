/** Who and what a node is. */
import { useEffect, useState } from "preact/hooks";
import { safeColor, STATE_NAMES, type Api, type NodeDetail } from "../app/model";
import { longCount, shortCost, shortDuration } from "../data/format";
import { Glyph } from "../parts/Glyph";
import { STATE_SIGNS } from "./Below";
import { nameColor } from "../parts/colors";
import { CopyButton } from "./CopyButton";
import { cutAt, oneLine, visible } from "./words";

const MAX_NAME = 300;
const MAX_TAGS = 20;

export function Header({ api, row, detail }: { api: Api; row: number; detail: NodeDetail | null }) {
  const { columns } = api;
  const state = STATE_NAMES[columns.state(row)];
  const kind = columns.kind(row);
  const actor = columns.actor(row);
  const tags = columns.tags(row);
  const name = detail?.name ?? columns.name(row);
  const cost = columns.cost(row);
  const [tokensIn, tokensOut] = [columns.tokensIn(row), columns.tokensOut(row)];
  return (
    <header class={`il-d-head il-d-state-${state}`}>
      <div class="il-d-title">
        <Glyph kind={kind} />
        <h2 dir="auto">{visible(cutAt(name, MAX_NAME)) || oneLine(kind, 40) || "·"}{name.length > MAX_NAME && "…"}</h2>
        <span class="il-d-kind">{oneLine(kind, 24)}</span>
      </div>
      <div class="il-d-head-facts">
        <span class="il-d-state">
          <span aria-hidden="true">{STATE_SIGNS[state]}</span> {state === "open" ? "running" : state}
        </span>
        <Took api={api} row={row} />
        {tokensIn + tokensOut > 0 && (
          <span title="tokens in → tokens out">
            {longCount(tokensIn)} → {longCount(tokensOut)} tokens
          </span>
        )}
        {cost >= 0 && <span>{shortCost(cost)}</span>}
        <Started seconds={columns.start(row)} />
        {actor && (
          <span class="il-d-tag il-d-actor" style={{ "--f": safeColor(actor.color, "") || nameColor(actor.name) }}>
            {oneLine(actor.name, 40)}
          </span>
        )}
        {tags.slice(0, MAX_TAGS).map((tag) => (
          <span class="il-d-tag" style={{ "--f": safeColor(tag.color, "") || nameColor(tag.name) }}>
            {oneLine(tag.name, 40)}
          </span>
        ))}
        {detail && (
          <span class="il-d-uid">
            <code title="uid">{oneLine(detail.uid, 40)}</code>
            <CopyButton api={api} label="copy" title="Copy the uid" text={() => detail.uid} />
          </span>
        )}
        {tags.length > MAX_TAGS && <span class="il-d-note">{tags.length - MAX_TAGS} more tags</span>}
      </div>
    </header>
  );
}

/** How long it took, or has been running. */
function Took({ api, row }: { api: Api; row: number }) {
  const took = api.columns.duration(row);
  const isOpen = api.columns.state(row) === 0;
  const [, tick] = useState(0);
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(() => tick((now) => now + 1), 1_000);
    return () => clearInterval(timer);
  }, [isOpen]);
  if (isOpen) {
    const since = Math.max(0, Date.now() / 1000 - api.columns.start(row));
    // A clock elsewhere may differ, and a store may be of a run that was left.
    return since < 86_400 ? <span>for {shortDuration(Math.floor(since)) || "0 s"}</span> : null;
  }
  return took >= 0 ? <span title={`${took} s`}>{shortDuration(took)}</span> : null;
}

function Started({ seconds }: { seconds: number }) {
  const date = new Date(seconds * 1000);
  if (!(seconds > 0) || Number.isNaN(date.getTime())) return null;
  const pad = (number: number, digits = 2) => String(number).padStart(digits, "0");
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  const isToday = new Date().toDateString() === date.toDateString();
  return (
    <time dateTime={date.toISOString()} title={`started ${day} ${time}.${pad(date.getMilliseconds(), 3)}`}>
      {isToday ? time : `${day} ${time.slice(0, 5)}`}
    </time>
  );
}
