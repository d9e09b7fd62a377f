// A run as the conversation it is.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Api, Talk as Conversation } from "../app/model";
import { Controls, type Layout } from "./Controls";
import { Icon } from "../parts/Icon";
import { actorsOf, countKinds, findTurns, needle, shownTurns, sides, turnOf, type Wanted } from "./selection";
import { Avatar, speakerColor, speakerName } from "../parts/Speaker";
import { type Opened, TurnRow } from "./TurnRow";
import { useTalk } from "../parts/use_talk";
import { type ListHandle, VirtualList } from "../parts/VirtualList";
import { wholeText } from "../parts/whole";
import { CHARACTERS } from "./Words";

/** More columns than this can't be read beside each other. */
const MOST_COLUMNS = 12;

/**
 * @param row of the run.
 * @param selected row of the chosen node, whose turn is marked.
 */
export function Talk({ api, row, selected = -1 }: { api: Api; row: number; selected?: number }): JSX.Element {
  const { talk, error, live } = useTalk(api, row);
  if (error !== null) return <p class="il-talk-none il-talk-error">The conversation could not be read: {error}</p>;
  if (!talk) return <p class="il-talk-none">Reading the conversation …</p>;
  if (talk.turns.length === 0) return <p class="il-talk-none">Nothing was said here{live ? " yet" : ""}.</p>;
  return <Spoken key={row} api={api} talk={talk} live={live} selected={selected} />;
}

function Spoken({ api, talk, live, selected }: { api: Api; talk: Conversation; live: boolean; selected: number }): JSX.Element {
  const [layout, setLayout] = useState<Layout>("bubbles");
  const [wanted, setWanted] = useState<Wanted>({ thoughts: true, events: true, observations: false, viewer: null });
  const [text, setText] = useState("");
  const [hit, setHit] = useState(0);
  const [opened, setOpened] = useState<ReadonlyMap<number, Opened>>(new Map());
  const [seen, setSeen] = useState({ atEnd: true, turns: talk.turns.length });
  const list = useRef<ListHandle>(null);

  const actors = useMemo(() => actorsOf(talk), [talk]);
  const counts = useMemo(() => countKinds(talk.turns), [talk]);
  const places = useMemo(() => shownTurns(talk.turns, wanted), [talk, wanted]);
  const search = useMemo(() => needle(text), [text]);
  const hits = useMemo(() => findTurns(talk.turns, places, search), [talk, places, search]);
  const side = sides(actors, wanted.viewer);
  const columns = layout === "columns" && actors.length <= MOST_COLUMNS ? actors : null;
  const current = hits.length ? hits[Math.min(hit, hits.length - 1)]! : -1;

  const chosen = useMemo(() => turnOf(talk.turns, selected, (one) => api.columns.parent(one)), [talk, selected, api]);
  const came = useRef(true);
  useEffect(() => {
    // What was chosen elsewhere comes into view; a run that goes on is shown at its end.
    const position = places.indexOf(chosen);
    if (position > 0 && !(came.current && live)) list.current?.show(position, { place: came.current ? "middle" : "nearest" });
    came.current = false;
  }, [chosen]);

  const goToHit = (number: number): void => {
    if (!hits.length) return;
    const next = (number + hits.length) % hits.length;
    setHit(next);
    list.current?.show(hits[next]!, { place: "middle" });
  };
  const find = (searched: string): void => {
    setText(searched);
    const from = list.current?.first() ?? 0;
    const found = findTurns(talk.turns, places, needle(searched));
    const next = Math.max(0, found.findIndex((position) => position >= from));
    setHit(next);
    if (found.length) list.current?.show(found[next]!, { place: "middle" });
  };
  const open = async (place: number): Promise<void> => {
    const turn = talk.turns[place]!;
    const put = (one: Opened): void => setOpened((before) => new Map(before).set(place, one));
    put({ text: turn.text, cut: turn.cut });
    if (!turn.cut) return;
    const whole = await wholeText(api, turn).catch(() => null);
    if (whole === null) api.select(turn.call ?? turn.row);
    else put({ text: whole, cut: false });
  };
  const close = (place: number): void =>
    setOpened((before) => {
      const after = new Map(before);
      after.delete(place);
      return after;
    });
  const unseen = seen.atEnd ? 0 : talk.turns.length - seen.turns;
  return (
    <div class="il-talk" data-layout={columns ? "columns" : "bubbles"}>
      <Controls
        talk={talk} actors={actors} counts={counts} layout={layout} onLayout={setLayout} wanted={wanted} onWanted={setWanted}
        canColumns={actors.length <= MOST_COLUMNS} hidden={wanted.viewer === null ? 0 : hiddenFrom(talk, wanted, places.length)}
        text={text} hit={hits.length ? Math.min(hit, hits.length - 1) : -1} hits={hits.length} onText={find} onHit={goToHit}
 />
      {talk.origin && (
        <p class="il-talk-origin">
          Forked after step {talk.origin.step.toLocaleString("en-US")}: what was said before stands in the run it was forked from.
        </p>
      )}
      <div class="il-talk-body">
        <VirtualList
          keys={places}
          estimate={(index) => estimate(talk.turns[places[index]!]!, columns !== null)}
          label="Conversation"
          class="il-talk-list"
          header={columns && <Heads talk={talk} columns={columns} />}
          follow={live}
          handle={list}
          onEnd={(atEnd) => setSeen({ atEnd, turns: talk.turns.length })}
          onEnter={(index) => {
            const turn = talk.turns[places[index]!]!;
            api.select(turn.call ?? turn.row);
          }}
          onSpace={(index) => (opened.has(places[index]!) ? close(places[index]!) : void open(places[index]!))}
          layout={`${layout} ${actors.length}`}
        >
          {(index) => {
            const place = places[index]!;
            const turn = talk.turns[place]!;
            const above = index > 0 ? talk.turns[places[index - 1]!]! : null;
            return (
              <TurnRow
                api={api} talk={talk} turn={turn} step={above?.step === turn.step ? null : turn.step}
                side={side(turn.speaker)} columns={columns} opened={opened.get(place) ?? null}
                goesOn={above?.kind === "say" && above.speaker === turn.speaker && !above.private}
                wanted={search} found={index === current} chosen={place === chosen} onOpen={() => void open(place)} onClose={() => close(place)}
 />
            );
          }}
        </VirtualList>
        {live && unseen > 0 && (
          <button type="button" class="il-talk-new" onClick={() => list.current?.toEnd()}>
            <Icon name="down" /> {unseen.toLocaleString("en-US")} new
          </button>
        )}
      </div>
      {(talk.more ?? 0) > 0 && <p class="il-talk-rest">{talk.more!.toLocaleString("en-US")} more steps are left out here.</p>}
    </div>
  );
}

function Heads({ talk, columns }: { talk: Conversation; columns: readonly number[] }): JSX.Element {
  return (
    <div class="il-talk-heads" style={{ "--columns": String(columns.length) }}>
      <span />
      {columns.map((speaker) => (
        <b key={speaker} style={{ "--c": speakerColor(talk, speaker) }}>
          <Avatar name={speakerName(talk, speaker)} />
          <bdi>{speakerName(talk, speaker)}</bdi>
        </b>
      ))}
    </div>
  );
}

/** Turns that the viewer could not see, of those that would be shown. */
function hiddenFrom({ turns }: Conversation, wanted: Wanted, shown: number): number {
  return shownTurns(turns, { ...wanted, viewer: null }).length - shown;
}

/** About how high a turn will be, in pixels. */
function estimate({ kind, text }: Conversation["turns"][number], columns: boolean): number {
  if (kind === "thought") return 34;
  const letters = columns ? 32 : 80;
  const lines = Math.min(18, Math.ceil(Math.min(text.length, CHARACTERS) / letters));
  return kind === "say" ? 48 + 19 * lines : 24 + 18 * lines;
}
