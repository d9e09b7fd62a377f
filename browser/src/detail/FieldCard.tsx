/** The card about a field of a prompt: what was put in, and where that came from. */
import { useEffect, useState } from "preact/hooks";
import type { FieldBook, Place } from "./fields";
import { useGround } from "./ground";
import { RowLink } from "./NodeLink";
import { actorOf, findOrigin, stepOf, type Origin } from "./origin";
import { counted, visible } from "./words";

/** Fields that hold memories: their origin is looked for without being asked. */
const MEMORIES = /^(?:memory|memories|observation|remembered)$/i;

type Search = "looking" | "none" | Origin | null;

export function FieldCard({ place, book, pinned, close }: { place: Place; book: FieldBook; pinned: boolean; close(): void }) {
  const { api, row } = useGround();
  const [origin, setOrigin] = useState<Search>(null);
  const total = book.names[place.nameId]!.count;
  const repeats = book.repeats(place);
  const isMemory = MEMORIES.test(place.name);
  const lookFor = () => {
    setOrigin("looking");
    findOrigin(api, row, place.text, place.ordinal, total).then(
      (found) => setOrigin(found ?? "none"),
      () => setOrigin("none"),
    );
  };
  useEffect(() => {
    if (!isMemory || place.isOpen) return;
    const soon = setTimeout(lookFor, 150);
    return () => clearTimeout(soon);
  }, []);
  const expression = [...place.around, place.name].map((name) => `{${name.slice(0, 60)}}`).join(" › ");
  return (
    <>
      <div class="il-d-card-head">
        <span class="il-d-swatch" style={{ "--f": place.color }} />
        <code>{visible(expression)}</code>
        {total > 1 && <span class="il-d-note">{place.ordinal} of {total}</span>}
      </div>
      <div class="il-d-note">
        {place.isOpen ? "nothing was put in" : counted(place.text.length, "character")}
        {repeats > 1 && ` · the same text in ${repeats} places`}
      </div>
      {!place.isOpen && <From origin={origin} lookFor={lookFor} />}
      {pinned && (
        <div class="il-d-card-acts">
          <button type="button" class="il-d-link" onClick={() => void api.copy(place.text)}>
            Copy text
          </button>
          <button type="button" class="il-d-link" onClick={close}>
            Close
          </button>
        </div>
      )}
    </>
  );
}

/** Where the text came from. */
function From({ origin, lookFor }: { origin: Search; lookFor(): void }) {
  const { api, row } = useGround();
  if (origin === null)
    return (
      <button type="button" class="il-d-link" onClick={lookFor}>
        Where did this come from?
      </button>
    );
  if (origin === "looking") return <div class="il-d-note">looking through what was observed…</div>;
  if (origin === "none") return <div class="il-d-note">not observed in this trace: given at the start, or written by the program</div>;
  const who = visible(actorOf(api.columns, origin.row) ?? actorOf(api.columns, row) ?? "the actor");
  const step = stepOf(api.columns, origin.row);
  return (
    <div class="il-d-origin">
      {origin.whole ? "observed by" : "from what was observed by"} <b>{who}</b>
      {step && ` in ${visible(step.slice(0, 60))}`} <RowLink row={origin.row} label="Go there" />
    </div>
  );
}
