// A choice among a few, all of them in view.

import type { JSX } from "preact";

interface Props<T extends string> {
  label: string;
  value: T;
  all: readonly (readonly [T, string])[];
  onPick: (one: T) => void;
  disabled?: T | null;
}

export function Segments<T extends string>({ label, value, all, onPick, disabled = null }: Props<T>): JSX.Element {
  return (
    <span class="il-segments" role="group" aria-label={label}>
      {all.map(([one, text]) => (
        <button key={one} type="button" aria-pressed={value === one} disabled={disabled === one} onClick={() => onPick(one)}>
          {text}
        </button>
      ))}
    </span>
  );
}
