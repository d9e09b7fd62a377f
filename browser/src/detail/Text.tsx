/** Texts of any length: short ones whole, long ones folded, huge ones in pages. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { longCount } from "../data/format";
import { useFind, useShow } from "./ground";
import { Marked, useFoundHere } from "./Marked";
import { later } from "../parts/later";
import { looksLikeMarkdown } from "./looks";
import type { Path } from "./paths";
import { cutAt } from "./words";
import { readJson } from "./writing";

const Markdown = later("Markdown");

/** Characters and lines from which a text is folded. */
const FOLD_CHARS = 1_500;
const FOLD_LINES = 24;
const SHOWN_CHARS = 900;
const SHOWN_LINES = 14;
/** Characters on one page of a huge text: more at once would keep the browser busy. */
export const PAGE_CHARS = 50_000;

export function isLong(text: string): boolean {
  return text.length > FOLD_CHARS || lineEnd(text, FOLD_LINES) >= 0;
}

/** The place where so many lines end, or -1 when there are fewer. */
function lineEnd(text: string, lines: number): number {
  let at = -1;
  for (let line = 0; line < lines; line++) {
    at = text.indexOf("\n", at + 1);
    if (at < 0) return -1;
  }
  return at;
}

/** What a folded text shows. */
export function beginning(text: string): string {
  const end = lineEnd(text, SHOWN_LINES);
  return cutAt(end >= 0 ? text.slice(0, end) : text, SHOWN_CHARS);
}

interface TextProps {
  text: string;
  path: Path;
  mono?: boolean;
  /** Whether the ways to read it otherwise (as JSON, as Markdown) are offered. */
  plain?: boolean;
}

type Reading = "text" | "json" | "markdown";

export function Text({ text, path, mono, plain }: TextProps) {
  const Show = useShow();
  const [reading, setReading] = useState<Reading>("text");
  const json = useMemo(() => (plain ? undefined : readJson(text)), [text, plain]);
  const asMarkdown = !plain && json === undefined && looksLikeMarkdown(text);
  const readings: Reading[] = json !== undefined ? ["text", "json"] : asMarkdown ? ["text", "markdown"] : ["text"];
  const shown = readings.includes(reading) ? reading : "text";
  return (
    <div class="il-d-textual">
      {readings.length > 1 && <Choice readings={readings} shown={shown} choose={setReading} />}
      {shown === "json" ? (
        <Show wire={json} path={[...path, "(as JSON)"]} depth={0} />
      ) : shown === "markdown" ? (
        <Markdown source={text} />
      ) : (
        <LongText text={text} path={path} mono={mono || json !== undefined} />
      )}
    </div>
  );
}

const WORDS: Record<Reading, string> = { text: "text", json: "JSON", markdown: "Markdown" };

function Choice({ readings, shown, choose }: { readings: Reading[]; shown: Reading; choose(reading: Reading): void }) {
  return (
    <span class="il-d-choice" role="group" aria-label="Read as">
      {readings.map((one) => (
        <button type="button" aria-pressed={one === shown} onClick={() => choose(one)}>
          {WORDS[one]}
        </button>
      ))}
    </span>
  );
}

export function LongText({ text, path, mono }: { text: string; path: Path; mono?: boolean | undefined }) {
  const { needle } = useFind();
  const { ref, isHere } = useFoundHere(path);
  const [opened, setOpened] = useState(false);
  const [page, setPage] = useState(0);
  const long = isLong(text);
  const pages = Math.ceil(text.length / PAGE_CHARS);
  useEffect(() => {
    if (!isHere || !needle) return;
    const at = text.toLowerCase().indexOf(needle.toLowerCase());
    if (at < 0) return;
    if (at > SHOWN_CHARS / 2) setOpened(true);
    setPage(Math.floor(at / PAGE_CHARS));
  }, [isHere, needle, text]);
  const folded = long && !opened;
  const from = page * PAGE_CHARS;
  const shown = folded ? beginning(text) : pages > 1 ? text.slice(from, from + PAGE_CHARS) : text;
  return (
    <div ref={ref} class="il-d-long">
      <div class={`il-d-text${mono ? " il-d-mono" : ""}${folded ? " il-d-folded" : ""}`} dir="auto">
        <Marked text={shown} />
      </div>
      {long && (
        <div class="il-d-more">
          {!folded && pages > 1 && <Pages page={page} pages={pages} go={setPage} />}
          <button type="button" class="il-d-link" aria-expanded={!folded} onClick={() => setOpened(!opened)}>
            {folded ? `Show all ${longCount(text.length)} characters` : "Show less"}
          </button>
        </div>
      )}
    </div>
  );
}

/** Earlier and later pages of what is too long for one. */
export function Pages({ page, pages, go }: { page: number; pages: number; go(page: number): void }) {
  return (
    <span class="il-d-pages">
      <button type="button" disabled={page === 0} onClick={() => go(page - 1)} aria-label="Earlier page">
        ‹
      </button>
      <span>
        page {longCount(page + 1)} of {longCount(pages)}
      </span>
      <button type="button" disabled={page >= pages - 1} onClick={() => go(page + 1)} aria-label="Later page">
        ›
      </button>
    </span>
  );
}
