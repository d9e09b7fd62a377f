/**
 * The fields of prompts: which words came from where.
 *
 * A prompt is read once into a tree of text and places; a place is one field at one position. All prompts of a chat
 * share a book, so that a field can be shown wherever it stands: places have the same name (all memories), or the
 * same name and text (this memory, in every message that repeats it).
 */
import { safeColor } from "../app/model";
import { thaw, type FormatPart, type Lookup, type Value } from "./stored";
import { nameColor } from "../parts/colors";
import { plainText } from "./writing";

export interface Place {
  id: number;
  name: string;
  color: string;
  /** Places with the same name, and with the same name and text, have the same number. */
  nameId: number;
  textId: number;
  /** Its place among those of its name, from 1. */
  ordinal: number;
  /** Names of the fields around it, the outermost first. */
  around: readonly string[];
  /** Whether nothing was put in yet. */
  isOpen: boolean;
  text: string;
}

export type Piece = string | { place: Place; inside: Piece[] } | { cut: Value & { type: "cut" } };

const MAX_PIECES = 20_000;
const MAX_CHARS = 5_000_000;
const DEEPEST = 20;

export interface Named {
  name: string;
  color: string;
  nameId: number;
  count: number;
}

/** The fields of some prompts that are shown together. */
export class FieldBook {
  readonly places: Place[] = [];
  readonly names: Named[] = [];
  readonly #nameIds = new Map<string, number>();
  readonly #textIds = new Map<string, number>();
  readonly #read = new Map<string, Piece[]>();
  #pieces = MAX_PIECES;
  #chars = MAX_CHARS;

  /** The tree of a prompt, read once for a path. */
  read(path: string, parts: readonly FormatPart[], lookup: Lookup): Piece[] {
    let read = this.#read.get(path);
    if (!read) this.#read.set(path, (read = this.#tree(parts, lookup, [])));
    return read;
  }

  /** How many places have the same name and text. */
  repeats(place: Place): number {
    return this.places.reduce((count, other) => count + Number(other.textId === place.textId), 0);
  }

  #tree(parts: readonly FormatPart[], lookup: Lookup, around: readonly string[]): Piece[] {
    const pieces: Piece[] = [];
    for (const part of parts) {
      if (this.#pieces-- <= 0 || this.#chars <= 0) {
        pieces.push("…"); // more than can be shown; the raw view has them
        break;
      }
      if (part.type === "field") pieces.push(this.#place(part.name, part.color, around, true, () => [`{${part.name}}`]));
      else if (part.type === "filled")
        pieces.push(this.#place(part.name, part.color, around, false, () => this.#inside(part.value, lookup, [...around, part.name])));
      else pieces.push(...this.#inside(part.text, lookup, around));
    }
    return pieces;
  }

  #inside(wire: Parameters<typeof thaw>[0], lookup: Lookup, around: readonly string[]): Piece[] {
    const value = thaw(wire, lookup);
    if (value.type === "cut") return [{ cut: value }];
    if (value.type === "format") return around.length < DEEPEST ? this.#tree(value.parts, lookup, around) : ["…"];
    const text = value.type === "text" ? value.value : plainText(value);
    this.#chars -= text.length;
    return [text];
  }

  #place(name: string, color: string | null, around: readonly string[], isOpen: boolean, inside: () => Piece[]): Piece {
    const nameId = number(this.#nameIds, name);
    const named = (this.names[nameId] ??= { name, color: safeColor(color, "") || nameColor(name), nameId, count: 0 });
    const place: Place = {
      id: this.places.length, name, color: safeColor(color, "") || named.color, nameId, textId: 0, ordinal: ++named.count,
      around, isOpen, text: "",
    };
    this.places.push(place);
    const pieces = inside();
    place.text = textOfPieces(pieces);
    place.textId = number(this.#textIds, `${nameId} ${place.text.length} ${place.text.slice(0, 300)} ${place.text.slice(-100)}`);
    return { place, inside: pieces };
  }
}

function number(ids: Map<string, number>, key: string): number {
  const known = ids.get(key);
  if (known !== undefined) return known;
  ids.set(key, ids.size);
  return ids.size - 1;
}

export function textOfPieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : "place" in piece ? piece.place.text : "…")).join("");
}
