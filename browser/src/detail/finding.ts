/** Looking for words inside a node's values. */
import type { NodeDetail, Wire } from "../app/model";
import { thaw, type Lookup } from "./stored";
import { gist } from "./gist";
import type { Path } from "./paths";
import { isFlat } from "./Tree";
import { plainText, promptText, textOf } from "./writing";

export interface Found {
  paths: Path[];
  /** Whether there may be more than were looked at. */
  cut: boolean;
}

const MAX_FOUND = 1_000;
const MAX_LOOKED_AT = 300_000;
const DEEPEST = 60;

export const SECTIONS = ["inputs", "result", "error", "meta"] as const;

/** The places of values that hold a text, upper or lower case. Values that have not come are not looked into. */
export function findIn(fields: NodeDetail["fields"], lookup: Lookup, needle: string): Found {
  const paths: Path[] = [];
  const wanted = needle.toLowerCase();
  let left = MAX_LOOKED_AT;
  const has = (text: string) => text.toLowerCase().includes(wanted);
  const look = (wire: Wire | undefined, path: Path): void => {
    if (left-- <= 0 || paths.length >= MAX_FOUND || path.length > DEEPEST) return;
    const value = thaw(wire, lookup);
    const found = (isIt: boolean) => void (isIt && paths.push(path));
    switch (value.type) {
      case "list":
        // Written on one line, it is one place.
        if (isFlat(value)) return found(value.items.some((item) => has(String(item))));
        return value.items.forEach((item, place) => look(item, [...path, place]));
      case "mapping":
      case "record":
        for (const [key, item] of value.entries) {
          const before = paths.length;
          look(item, [...path, key]);
          if (paths.length === before && has(key)) paths.push([...path, key]);
        }
        return;
      case "pairs":
        for (const [key, item] of value.pairs) look(item, [...path, gist(key, lookup, 100)]);
        return;
      case "format":
        return found(has(promptText(value.parts, lookup)));
      case "html":
      case "markdown":
        return found(has(textOf(value.source, lookup) ?? ""));
      case "opaque":
        return found(has(textOf(value.repr, lookup) ?? ""));
      case "exception":
        look(value.message, [...path, "message"]);
        look(value.traceback, [...path, "traceback"]);
        if (value.cause !== null) look(value.cause, [...path, "cause"]);
        if (value.exceptions !== null) look(value.exceptions, [...path, "exceptions"]);
        return;
      case "table": {
        const before = paths.length;
        look(value.rows, path);
        const isInside = paths.length > before;
        paths.length = before;
        return found(isInside || has(gist(value.columns, lookup, 4_000)));
      }
      case "image":
      case "blob":
        return found(has(`${value.mime} ${value.name ?? ""}`));
      case "figure":
      case "array":
      case "cut":
        return;
      default:
        return found(has(plainText(value)));
    }
  };
  for (const section of SECTIONS) if (fields[section] !== undefined) look(fields[section], [section]);
  return { paths, cut: left <= 0 || paths.length >= MAX_FOUND };
}
