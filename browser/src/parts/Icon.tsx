// The few signs of a conversation, drawn in the colour of the text beside them.

import type { JSX } from "preact";

const PATHS = {
  lock: "M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3.5 7h9v6.5h-9z",
  thought: "M4.2 9.8a3 3 0 0 1 .3-6 3.6 3.6 0 0 1 6.8.6 2.9 2.9 0 0 1-.3 5.6H4.6M4.4 12.2h.1M2.6 14h.1",
  eye: "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  event: "M8.8 1.8 3.5 9h4l-.6 5.2L12.5 7h-4z",
  go: "M6 3.5H3.5v9h9V10M9 3.5h3.5V7M12.2 3.8 7.5 8.5",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="il-talk-icon" viewBox="0 0 16 16" width="1em" height="1em" aria-hidden="true">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
