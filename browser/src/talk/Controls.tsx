// What is above a conversation: how it is laid out, what of it is shown, through whose eyes, and a search.

import type { JSX } from "preact";
import type { Talk, Turn } from "../app/model";
import { Icon } from "../parts/Icon";
import { Segments } from "../parts/Segments";
import type { Wanted } from "./selection";
import { speakerName } from "../parts/Speaker";

export type Layout = "bubbles" | "columns";

const LAYOUTS = [["bubbles", "bubbles"], ["columns", "columns"]] as const;

interface Props {
  talk: Talk;
  actors: readonly number[];
  counts: Record<Turn["kind"], number>;
  layout: Layout;
  onLayout: (layout: Layout) => void;
  canColumns: boolean;
  wanted: Wanted;
  onWanted: (wanted: Wanted) => void;
  /** Turns that the viewer could not see. */
  hidden: number;
  text: string;
  hit: number;
  hits: number;
  onText: (text: string) => void;
  onHit: (number: number) => void;
}

export function Controls(props: Props): JSX.Element {
  const { talk, actors, counts, layout, wanted, onWanted, hidden } = props;
  const toggle = (name: "thoughts" | "events" | "observations", count: number): JSX.Element | null =>
    count === 0 ? null : (
      <button type="button" class="il-chip" aria-pressed={wanted[name]} onClick={() => onWanted({ ...wanted, [name]: !wanted[name] })}>
        {name} <small>{count.toLocaleString("en-US")}</small>
      </button>
    );
  return (
    <div class="il-talk-controls" role="toolbar" aria-label="How the conversation is shown">
      <Segments label="Layout" value={layout} all={LAYOUTS} onPick={props.onLayout} disabled={props.canColumns ? null : "columns"} />
      {toggle("thoughts", counts.thought)}
      {toggle("events", counts.event)}
      {toggle("observations", counts.observe)}
      {actors.length > 1 && (
        <label class="il-talk-viewer">
          <Icon name="eye" />
          <select
            aria-label="Seen by"
            value={String(wanted.viewer ?? "")}
            onChange={(event) => {
              const chosen = event.currentTarget.value;
              const viewer = chosen === "" ? null : Number(chosen);
              onWanted({ ...wanted, viewer, observations: viewer === null ? wanted.observations : true });
            }}
          >
            <option value="">all that happened</option>
            {actors.map((actor) => (
              <option key={actor} value={String(actor)}>
                only what {speakerName(talk, actor)} could see
              </option>
            ))}
          </select>
        </label>
      )}
      {hidden > 0 && <span class="il-talk-hidden">{hidden.toLocaleString("en-US")} hidden</span>}
      <Search {...props} />
    </div>
  );
}

function Search({ text, hit, hits, onText, onHit }: Props): JSX.Element {
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter") onHit(hit + (event.shiftKey ? -1 : 1));
    else if (event.key === "Escape" && text) onText("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span class="il-talk-search" role="search">
      <Icon name="search" />
      <input type="search" placeholder="find in the conversation" aria-label="Find in the conversation" value={text} onInput={(event) => onText(event.currentTarget.value)} onKeyDown={keys} />
      {text.trim() !== "" && (
        <span class="il-talk-count" role="status">
          {hits === 0 ? "none" : `${(hit + 1).toLocaleString("en-US")} of ${hits.toLocaleString("en-US")}`}
        </span>
      )}
      <button type="button" aria-label="Previous" title="Previous (Shift+Enter)" disabled={hits === 0} onClick={() => onHit(hit - 1)}>
        <Icon name="up" />
      </button>
      <button type="button" aria-label="Next" title="Next (Enter)" disabled={hits === 0} onClick={() => onHit(hit + 1)}>
        <Icon name="down" />
      </button>
    </span>
  );
}
