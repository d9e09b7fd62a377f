// Pictures of kinds: drawn here, so that nothing is fetched and they take the colour of the text.

import type { JSX } from "preact";
import { visible } from "../data/text";

/** Strokes on a field of 16 by 16. */
const PATHS: Record<string, string> = {
  run: "M4.5 2.5v11M4.5 3.5h7.2l-1.8 2.6 1.8 2.6H4.5",
  step: "M3 8h7M7.5 4.5 11 8l-3.5 3.5M13.5 4v8",
  query: "M2.5 3.5h11v7.5H8l-3 2.5V11H2.5zM5.5 6.2h5M5.5 8.5h3",
  model: "M8 1.8 9.5 6.5 14.2 8 9.5 9.5 8 14.2 6.5 9.5 1.8 8 6.5 6.5z",
  observe: "M1.5 8S3.8 3.8 8 3.8 14.5 8 14.5 8 12.2 12.2 8 12.2 1.5 8 1.5 8zM8 6.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4",
  call: "M9.8 2.8C8 2.3 7.3 3.2 7.1 4.6L5.9 11.5C5.7 12.9 5 13.7 3.4 13.2M4.7 6.5h5M9.5 9.5l3.5 3.7M13 9.5l-3.5 3.7",
  event: "M8.8 1.8 3.5 9h4l-.6 5.2L12.5 7h-4z",
  auction: "M3 13.5h6M6.6 2.6l4.8 4.8M5.2 6.9l3.9-3.9M8.4 10.1l3.9-3.9M9 7.5l4.5 4.5",
  bid: "M8 1.8v12.4M11 4.5C10.4 3.6 9.3 3.2 8 3.2 6.2 3.2 5 4.1 5 5.5 5 8.9 11.2 7 11.2 10.5 11.2 12 9.8 12.8 8 12.8c-1.5 0-2.7-.5-3.3-1.6",
  memory: "M3 4.5C3 3.3 5.2 2.3 8 2.3s5 1 5 2.2-2.2 2.2-5 2.2-5-1-5-2.2zM3 4.5v7c0 1.2 2.2 2.2 5 2.2s5-1 5-2.2v-7M3 8c0 1.2 2.2 2.2 5 2.2S13 9.2 13 8",
  tool: "M13.2 4.8 11 7 9 5l2.2-2.2C9.5 2 7.5 3 7.2 4.9c-.1.6 0 1.1.2 1.6L2.8 11.1a1.5 1.5 0 0 0 2.1 2.1l4.6-4.6c2.4 1 4.7-1.5 3.7-3.8z",
  message: "M2.5 3.5h11v8H8.5l-3 2.3v-2.3h-3z",
  fork: "M5 2.5v5.5c0 2 6 1 6 5.5M5 8v5.5M5 2.5 3.5 4M5 2.5 6.5 4",
  actor: "M8 8.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 13.7c.5-2.6 2.5-4 5.2-4s4.7 1.4 5.2 4",
  survey: "M3.5 2.5h9v11h-9zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
};
const ALIASES: Record<string, string> = {
  "": "call",
  function: "call",
  agent: "actor",
  say: "message",
  act: "actor",
  search: "observe",
  retrieve: "memory",
  experiment: "survey",
  interview: "survey",
  branch: "fork",
};

/** The picture of a kind; a letter for kinds that have none. */
export function Glyph({ kind }: { kind: string }): JSX.Element {
  // A kind comes from the data: "constructor" is none of ours.
  const own = Object.hasOwn(PATHS, kind);
  const path = own ? PATHS[kind] : Object.hasOwn(ALIASES, kind) ? PATHS[ALIASES[kind]!] : undefined;
  return (
    <svg class="il-glyph" data-kind={own ? kind : "other"} viewBox="0 0 16 16" aria-hidden="true">
      {path ? <path d={path} /> : <Letter kind={kind} />}
    </svg>
  );
}

function Letter({ kind }: { kind: string }): JSX.Element {
  return (
    <>
      <rect x="2" y="2" width="12" height="12" rx="3" />
      <text x="8" y="11.4" text-anchor="middle">
        {[...visible(kind.slice(0, 8))][0]?.toUpperCase()}
      </text>
    </>
  );
}
