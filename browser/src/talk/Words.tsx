// A text of a conversation: its beginning, with what was searched for marked, and all of it when it is asked for.

import type { JSX } from "preact";
import { visible } from "../data/text";
import { beginning } from "../parts/beginning";
import { around } from "./selection";

export const CHARACTERS = 900;
export const LINES = 14;

interface Props {
  text: string;
  /** The text goes on after what is here. */
  cut: boolean;
  open: boolean;
  wanted: RegExp | null;
  onOpen: () => void;
  onClose: () => void;
}

export function Words({ text, cut, open, wanted, onOpen, onClose }: Props): JSX.Element {
  const begun = open ? text : beginning(text, CHARACTERS, LINES);
  const more = text.length - begun.length;
  return (
    <>
      <Marked text={begun} wanted={wanted} />
      {(more > 0 || cut) && !open && (
        <>
          {"… "}
          <button type="button" class="il-talk-more" onClick={onOpen}>
            show all{cut ? "" : ` (${more.toLocaleString("en-US")} more characters)`}
          </button>
        </>
      )}
      {open && (text.length > CHARACTERS * 1.2 || begun !== beginning(text, CHARACTERS, LINES)) && (
        <>
          {" "}
          <button type="button" class="il-talk-more" onClick={onClose}>
            show less
          </button>
        </>
      )}
    </>
  );
}

/** A text with the occurrences of another marked. */
export function Marked({ text, wanted }: { text: string; wanted: RegExp | null }): JSX.Element {
  return <>{around(visible(text), wanted).map((piece, at) => (at % 2 === 1 ? <mark key={at}>{piece}</mark> : piece))}</>;
}
