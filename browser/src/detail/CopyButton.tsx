/** A button that copies, and says that it did. */
import { useEffect, useState } from "preact/hooks";
import type { Api } from "../app/model";

interface CopyProps {
  api: Api;
  /** Made when it is asked for: writing out a value takes time. */
  text: () => string;
  label: string;
  title?: string;
}

export function CopyButton({ api, text, label, title }: CopyProps) {
  const [state, setState] = useState<"" | "Copied" | "Not copied">("");
  useEffect(() => {
    if (!state) return;
    const later = setTimeout(() => setState(""), 1_300);
    return () => clearTimeout(later);
  }, [state]);
  const copy = () =>
    api.copy(text()).then(
      () => setState("Copied"),
      () => setState("Not copied"),
    );
  return (
    <button type="button" class="il-d-tool" title={title} onClick={() => void copy()}>
      <span aria-live="polite">{state || label}</span>
    </button>
  );
}
