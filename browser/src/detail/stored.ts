/** Stored values one level deep, whatever a damaged store or a stranger put there. */
import type { Wire } from "../app/model";
import { thaw as read, type Lookup, type Value } from "../data/thaw";

export { chainItems, type FormatPart, type Lookup, type Value } from "../data/thaw";

/** A value out of its stored form; what can't be read at all is shown as damaged, and the values around it as ever. */
export function thaw(wire: Wire | undefined, lookup: Lookup): Value {
  try {
    return read(wire, lookup);
  } catch {
    return { type: "opaque", of: "damaged value", repr: "⚠ a damaged value; see the raw view", why: "" };
  }
}
