// One turn of two conversations: once where it is the same, else both with their words compared.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Api, Talk } from "../app/model";
import { visible } from "../data/text";
import { Icon } from "../parts/Icon";
import { beginning } from "../parts/beginning";
import { Avatar, speakerColor, speakerName } from "../parts/Speaker";
import type { Pair } from "./align";
import { areAlike, Side } from "./Texts";
import type { Whole } from "./use_aligned";
import { folded, type Piece, unfolded, wordDiff } from "./words";

const CHARACTERS = 1_500;
const LINES = 24;

interface Props {
  api: Api;
  a: Talk;
  b: Talk;
  pair: Pair;
  /** The step's number, where it is a new one. */
  step: number | null;
  /** It is the first that differs. */
  first: boolean;
  /** It is the one that was gone to. */
  current: boolean;
  /** The texts, once they were read whole. */
  whole: Whole | null;
  onWhole: () => void;
}

export function PairRow({ api, a, b, pair, step, first, current, whole, onWhole }: Props): JSX.Element {
  const [one, other] = [a.turns[pair.a], b.turns[pair.b]];
  const [textA, textB] = [whole?.a ?? one?.text ?? "", whole?.b ?? other?.text ?? ""];
  const pieces = useMemo(() => (pair.same || !one || !other ? null : wordDiff(textA, textB)), [pair.same, textA, textB]);
  const marked = pieces && areAlike(pieces) ? pieces : null;
  const cut = !whole && Boolean(one?.cut || other?.cut);
  const cell = (talk: Talk, place: number, side: "a" | "b"): JSX.Element => (
    <Cell key={side} api={api} talk={talk} place={place} side={pair.same ? "same" : side} text={side === "a" ? textA : textB} pieces={marked} cut={cut} onWhole={onWhole} />
  );
  return (
    <div class={`il-pair${pair.same ? " il-pair-same" : ""}${first ? " il-pair-first" : ""}${current ? " il-pair-current" : ""}`}>
      {first && <div class="il-pair-mark">first difference</div>}
      <span class="il-pair-step">{step}</span>
      {pair.same ? (pair.a >= 0 ? cell(a, pair.a, "a") : cell(b, pair.b, "b")) : [cell(a, pair.a, "a"), cell(b, pair.b, "b")]}
    </div>
  );
}

interface CellProps {
  api: Api;
  talk: Talk;
  place: number;
  side: "a" | "b" | "same";
  text: string;
  pieces: Piece[] | null;
  cut: boolean;
  onWhole: () => void;
}

function Cell({ api, talk, place, side, text, pieces, cut, onWhole }: CellProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const turn = talk.turns[place];
  if (!turn) return <div class={`il-pair-cell il-pair-${side} il-pair-empty`}>nothing here</div>;
  const begun = open ? text : beginning(text, CHARACTERS, LINES);
  const quiet = turn.kind === "thought" ? " thinks" : turn.kind === "observe" ? " was told" : "";
  const go = (event: MouseEvent): void => {
    if (!(event.target as Element).closest("button") && !getSelection()?.toString()) api.select(turn.call ?? turn.row);
  };
  return (
    <div class={`il-pair-cell il-pair-${side} il-pair-${turn.kind}`} style={{ "--c": speakerColor(talk, turn.speaker) }} onClick={go}>
      <header>
        <Avatar name={speakerName(talk, turn.speaker)} />
        <bdi>{speakerName(talk, turn.speaker)}</bdi>
        {quiet}
        {turn.private && <Icon name="lock" />}
        <button type="button" class="il-turn-go" title="Go to the call behind it" aria-label="Go to the call behind it" onClick={() => api.select(turn.call ?? turn.row)}>
          <Icon name="go" />
        </button>
      </header>
      <div class="il-diff-text" dir="auto">
        {pieces ? (
          <Side pieces={open ? unfolded(pieces) : folded(pieces)} side={side === "b" ? "new" : "gone"} onOpen={() => setOpen(true)} />
        ) : (
          visible(begun)
        )}
        {!pieces && begun.length < text.length && (
          <button type="button" class="il-diff-fold" onClick={() => setOpen(true)}>
            … show all
          </button>
        )}
        {cut && turn.cut && (
          <button type="button" class="il-diff-fold" onClick={onWhole}>
            … read the rest
          </button>
        )}
      </div>
    </div>
  );
}
