/** The line to look for words inside a node. */
import { useEffect, useRef } from "preact/hooks";
import { longCount } from "../data/format";

interface FindBarProps {
  needle: string;
  /** Which of the places is shown, from 0. */
  at: number;
  total: number;
  cut: boolean;
  look(needle: string): void;
  go(by: number): void;
  close(): void;
}

export function FindBar({ needle, at, total, cut, look, go, close }: FindBarProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") close();
    else if (["ArrowUp", "ArrowDown"].includes(event.key)) go(event.key === "ArrowUp" ? -1 : 1);
    else {
      event.stopPropagation(); // letters are not keys of the tree here
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="il-d-find" role="search">
      <input ref={input} type="search" value={needle} placeholder="Find in this node" aria-label="Find in this node" onInput={(event) => look(event.currentTarget.value)} onKeyDown={press} />
      <span class="il-d-note" aria-live="polite">
        {needle && (total ? `${longCount(at + 1)} of ${longCount(total)}${cut ? "+" : ""}` : "nothing found")}
      </span>
      <button type="button" class="il-d-tool" disabled={!total} onClick={() => go(-1)} aria-label="Previous place">
        ↑
      </button>
      <button type="button" class="il-d-tool" disabled={!total} onClick={() => go(1)} aria-label="Next place">
        ↓
      </button>
      <button type="button" class="il-d-tool" onClick={close} aria-label="Close find">
        ✕
      </button>
    </div>
  );
}
