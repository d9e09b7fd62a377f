// One turn of a conversation: a bubble, a thought, or a note of what was noticed or happened.

import type { JSX } from "preact";
import type { Api, Talk, Turn } from "../app/model";
import { oneLine } from "../data/text";
import { Icon } from "../parts/Icon";
import { Avatar, speakerColor, speakerName } from "../parts/Speaker";
import { Marked, Words } from "./Words";

/** The whole of a text, once it was asked for. */
export interface Opened {
  text: string;
  cut: boolean;
}

export interface TurnProps {
  api: Api;
  talk: Talk;
  turn: Turn;
  /** The step's number, when it is not that of the turn above. */
  step: number | null;
  side: "left" | "right";
  /** Columns of actors; null for bubbles. */
  columns: readonly number[] | null;
  /** The one above is by the same speaker: no need to say again who it is. */
  goesOn: boolean;
  opened: Opened | null;
  wanted: RegExp | null;
  found: boolean;
  /** The node chosen in the browser is this turn's, or is in it. */
  chosen: boolean;
  onOpen: () => void;
  onClose: () => void;
}

export function TurnRow(props: TurnProps): JSX.Element {
  const { api, talk, turn, step, side, columns } = props;
  const at = columns ? columns.indexOf(turn.speaker) : -1;
  const kind = turn.kind === "say" || turn.kind === "thought" ? turn.kind : "note";
  const classes = ["il-turn", `il-turn-${kind}`, columns ? "il-turn-columns" : `il-turn-${side}`];
  if (turn.private) classes.push("il-turn-private");
  if (props.goesOn) classes.push("il-turn-on");
  if (props.found) classes.push("il-turn-found");
  if (props.chosen) classes.push("il-turn-chosen");
  const style: Record<string, string> = { "--c": speakerColor(talk, turn.speaker) };
  if (columns) Object.assign(style, { "--columns": String(columns.length), "--at": at >= 0 ? `${at + 2}` : "2 / -1" });
  return (
    <div class={classes.join(" ")} style={style} aria-current={props.chosen ? "true" : undefined}>
      <span class="il-turn-step">
        {step !== null && (
          <button type="button" title={`Go to step ${step}`} onClick={() => api.select(turn.row)}>
            {step}
          </button>
        )}
      </span>
      {kind === "say" && <Bubble {...props} />}
      {kind === "thought" && <Thought {...props} />}
      {kind === "note" && <Note {...props} />}
      {columns && turn.private && turn.kind === "say" && <Heard talk={talk} turn={turn} columns={columns} />}
    </div>
  );
}

function Bubble({ api, talk, turn, goesOn, ...rest }: TurnProps): JSX.Element {
  const name = speakerName(talk, turn.speaker);
  return (
    <div class="il-bubble" onClick={(event) => goTo(event, api, turn)}>
      {(!goesOn || turn.private) && (
        <header>
          <Avatar name={name} />
          <b>
            <bdi>{name}</bdi>
          </b>
          {turn.private && <Whispered talk={talk} turn={turn} />}
        </header>
      )}
      <div class="il-turn-words" dir="auto">
        <Text turn={turn} {...rest} />
      </div>
      <Go api={api} turn={turn} />
    </div>
  );
}

function Thought({ api, talk, turn, opened, wanted, onOpen, onClose, found }: TurnProps): JSX.Element {
  const open = opened !== null || found;
  return (
    <div class="il-thought" onClick={(event) => goTo(event, api, turn)}>
      <button type="button" class="il-thought-head" aria-expanded={open} onClick={opened ? onClose : onOpen}>
        <Icon name="thought" />
        <bdi>{speakerName(talk, turn.speaker)}</bdi> thinks
        {!open && <span class="il-thought-gist">{oneLine(turn.text, 160)}</span>}
      </button>
      {open && (
        <div class="il-turn-words" dir="auto">
          <Marked text={opened?.text ?? turn.text} wanted={wanted} />
          {(opened?.cut ?? turn.cut) && "…"}
        </div>
      )}
      <Go api={api} turn={turn} />
    </div>
  );
}

function Note({ api, talk, turn, ...rest }: TurnProps): JSX.Element {
  const observed = turn.kind === "observe";
  const name = speakerName(talk, turn.speaker);
  return (
    <div class={`il-note il-note-${observed ? "observe" : "event"}`} onClick={(event) => goTo(event, api, turn)}>
      <Icon name={observed ? "eye" : "event"} />
      <div class="il-turn-words" dir="auto">
        {name && (
          <b>
            <bdi>{name}</bdi>
            {observed ? " was told " : " "}
          </b>
        )}
        {turn.private && !observed && <Whispered talk={talk} turn={turn} />}
        <Text turn={turn} {...rest} />
      </div>
      <Go api={api} turn={turn} />
    </div>
  );
}

function Text({ turn, opened, wanted, onOpen, onClose }: Pick<TurnProps, "turn" | "opened" | "wanted" | "onOpen" | "onClose">): JSX.Element {
  if (turn.text === "" && !opened) return <i class="il-talk-silent">says nothing</i>;
  return <Words text={opened?.text ?? turn.text} cut={opened?.cut ?? turn.cut} open={opened !== null} wanted={wanted} onOpen={onOpen} onClose={onClose} />;
}

function Whispered({ talk, turn }: { talk: Talk; turn: Turn }): JSX.Element {
  const names = (turn.to ?? []).filter((one) => one !== turn.speaker).map((one) => speakerName(talk, one));
  const shown = names.slice(0, 4).map((name) => oneLine(name, 24)).join(", ") + (names.length > 4 ? ` and ${names.length - 4} more` : "");
  return (
    <span class="il-whispered" title={names.join(", ")}>
      <Icon name="lock" />
      <span>
        {shown ? "to " : "private"}
        <bdi>{shown}</bdi>
      </span>
    </span>
  );
}

/** In columns: a sign in the columns of those who heard what was whispered. */
function Heard({ talk, turn, columns }: { talk: Talk; turn: Turn; columns: readonly number[] }): JSX.Element {
  const others = (turn.to ?? []).filter((one) => one !== turn.speaker && columns.includes(one));
  return (
    <>
      {others.map((one) => (
        <span key={one} class="il-heard" style={{ gridColumn: columns.indexOf(one) + 2, "--c": speakerColor(talk, one) }}>
          <Icon name="lock" /> hears it
        </span>
      ))}
    </>
  );
}

function Go({ api, turn }: { api: Api; turn: Turn }): JSX.Element {
  const what = turn.call === null ? "Go to the node" : "Go to the call behind it";
  return (
    <button type="button" class="il-turn-go" title={what} aria-label={what} onClick={() => api.select(turn.call ?? turn.row)}>
      <Icon name="go" />
    </button>
  );
}

/** A click goes to the call behind the words, unless words are being marked or a button was meant. */
function goTo(event: MouseEvent, api: Api, turn: Turn): void {
  if ((event.target as Element).closest("button")) return;
  if (getSelection()?.toString()) return;
  api.select(turn.call ?? turn.row);
}
