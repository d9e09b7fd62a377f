// The whole of a text of which a conversation has only the beginning.

import type { Api, Turn, Wire } from "../app/model";
import { asText, type Lookup, thaw } from "../data/thaw";

/** Values of a node that are looked at. */
const MOST_VALUES = 20_000;
/** Characters by which a beginning is known. */
const KNOWN_BY = 1_000;

/** The text that begins with a turn's text, from its node or the call behind it; null if it is in neither. */
export async function wholeText(api: Api, turn: Turn): Promise<string | null> {
  for (const row of turn.call === null ? [turn.row] : [turn.row, turn.call]) {
    const detail = await api.node(row);
    const { result, inputs, meta } = detail.fields;
    for (const field of [result, inputs, meta]) {
      const found = await textBeginning(turn.text.replace(/…$/, ""), field ?? null, detail, (hash) => api.value(hash));
      if (found !== null) return found;
    }
  }
  return null;
}

/** The first text within a value that begins like another and is longer. */
export async function textBeginning(
  beginning: string,
  wire: Wire,
  lookup: Lookup,
  value: (hash: string) => Promise<Wire>,
): Promise<string | null> {
  const known = beginning.slice(0, KNOWN_BY);
  const fits = (text: string): boolean => text.length > beginning.length && text.startsWith(beginning);
  const left: Wire[] = [wire];
  for (let looked = 0; left.length > 0 && looked < MOST_VALUES; looked++) {
    const one = thaw(left.pop(), lookup);
    if (one.type === "text") {
      if (fits(one.value)) return one.value;
    } else if (one.type === "cut") {
      const head = one.head?.slice(0, known.length).replace(/\ufffd+$/, "") ?? "";
      if (head === "" || !(known.startsWith(head) || head.startsWith('"') || head.startsWith("{") || head.startsWith("["))) continue;
      const whole = await value(one.hash);
      const text = asText(whole, lookup);
      if (text === null) left.push(whole);
      else if (fits(text)) return text;
    } else if (one.type === "format") {
      const text = asText(wireOf(one), lookup);
      if (text !== null && fits(text)) return text;
    } else for (const inside of within(one).reverse()) left.push(inside);
  }
  return null;
}

type Value = ReturnType<typeof thaw>;

function wireOf(value: Value & { type: "format" }): Wire {
  const parts = value.parts.map((part): Wire => {
    if (part.type === "text") return part.text;
    return part.type === "field" ? [part.name, part.color] : [part.name, part.color, part.value];
  });
  return { $: "format", v: parts };
}

function within(value: Value): Wire[] {
  switch (value.type) {
    case "list":
      return [...value.items];
    case "mapping":
    case "record":
      return value.entries.map(([, item]) => item);
    case "pairs":
      return value.pairs.map(([, item]) => item);
    case "markdown":
    case "html":
      return [value.source];
    default:
      return [];
  }
}
