/** Prompts whose fields are coloured, and say what they are. */
import type { ComponentChildren } from "preact";
import { createContext } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { longCount } from "../data/format";
import type { FormatPart } from "./stored";
import { Cut } from "./Cut";
import { FieldScope } from "./FieldScope";
import { FieldBook, textOfPieces, type Piece } from "./fields";
import { useFind, useGround } from "./ground";
import { Marked, useFoundHere } from "./Marked";
import type { Path } from "./paths";
import { cutAt } from "./words";

/** The fields of a chat, for the prompts in it. */
export const BookContext = createContext<FieldBook | null>(null);

const FOLD_CHARS = 6_000;
const FOLD_LINES = 90;
const SHOWN_CHARS = 2_400;
const SHOWN_LINES = 32;
const PAGE_CHARS = 50_000;
/** Characters that a field counts as, beside its text: elements are dearer than letters. */
const FIELD_COST = 16;

interface PromptProps {
  parts: readonly FormatPart[];
  path: Path;
}

export function Prompt({ parts, path }: PromptProps) {
  const chat = useContext(BookContext);
  const ground = useGround();
  const own = useMemo(() => {
    const book = new FieldBook();
    book.read(JSON.stringify(path), parts, ground.lookup);
    return book;
    // Read again when a value has arrived; the parts are made anew with every look at them.
  }, [JSON.stringify(path), ground, ground.version]);
  if (chat) return <Body book={chat} parts={parts} path={path} />;
  return (
    <FieldScope book={own}>
      <Body book={own} parts={parts} path={path} />
    </FieldScope>
  );
}

function Body({ book, parts, path }: PromptProps & { book: FieldBook }) {
  const { lookup } = useGround();
  const { needle } = useFind();
  const { ref, isHere } = useFoundHere(path);
  const pieces = book.read(JSON.stringify(path), parts, lookup);
  const text = useMemo(() => textOfPieces(pieces), [pieces]);
  const long = text.length > FOLD_CHARS || countLines(text, FOLD_LINES) >= FOLD_LINES;
  const [room, setRoom] = useState(0);
  useEffect(() => {
    const at = isHere && needle ? text.toLowerCase().indexOf(needle.toLowerCase()) : -1;
    if (at >= 0) setRoom((now) => Math.max(now, Math.ceil((at + 1_000) / PAGE_CHARS) * PAGE_CHARS));
  }, [isHere, needle, text]);
  const folded = long && room === 0;
  const limit = long ? (folded ? foldedEnd(text) : room) : Infinity;
  return (
    <div ref={ref} class="il-d-long">
      <div class={`il-d-text il-d-prompt${folded ? " il-d-folded" : ""}`} dir="auto">
        {draw(pieces, { left: limit })}
      </div>
      {long && (
        <div class="il-d-more">
          {!folded && room < text.length && (
            <button type="button" class="il-d-link" onClick={() => setRoom(room + PAGE_CHARS)}>
              Show {longCount(Math.min(PAGE_CHARS, text.length - room))} more of {longCount(text.length)} characters
            </button>
          )}
          <button type="button" class="il-d-link" aria-expanded={!folded} onClick={() => setRoom(folded ? PAGE_CHARS : 0)}>
            {folded ? `Show all ${longCount(text.length)} characters` : "Show less"}
          </button>
        </div>
      )}
    </div>
  );
}

function countLines(text: string, most: number): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && lines < most; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

function foldedEnd(text: string): number {
  let at = -1;
  for (let line = 0; line < SHOWN_LINES; line++) {
    const next = text.indexOf("\n", at + 1);
    if (next < 0) return SHOWN_CHARS;
    at = next;
  }
  return Math.min(at, SHOWN_CHARS);
}

function draw(pieces: readonly Piece[], room: { left: number }): ComponentChildren {
  const drawn: ComponentChildren[] = [];
  for (const piece of pieces) {
    if (room.left <= 0) break;
    if (typeof piece === "string") {
      drawn.push(<Marked text={cutAt(piece, Math.max(1, room.left))} />);
      room.left -= piece.length;
    } else if ("cut" in piece) drawn.push(<Cut value={piece.cut} />);
    else {
      const { place, inside } = piece;
      room.left -= FIELD_COST;
      drawn.push(
        <span
          class={`il-d-field${place.isOpen ? " il-d-unfilled" : ""}${inside.some((one) => typeof one !== "string") ? " il-d-outer" : ""}`}
          style={{ "--f": place.color }}
          data-place={place.id}
          data-name={place.nameId}
          data-text={place.textId}
          tabIndex={-1}
        >
          {draw(inside, room)}
        </span>,
      );
    }
  }
  return drawn;
}
