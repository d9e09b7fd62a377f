// Text from models and files, made safe to look at: nothing in it steers or reorders what stands beside it.
// The same characters as interlab/ui/visible.py.

// Control characters, overrides of the writing direction, invisible tag characters, halves of surrogate pairs.
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
const MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]";
// A pile of marks on one letter covers other lines.
const PILE = new RegExp(`(${MARK}{4})${MARK}+`, "g");
const PLAIN = /^[\x20-\x7e]*$/;

function shown(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** A text whose invisible and steering characters are shown instead of obeyed, and whose piles of marks are thinned;
 * lines and tabs are kept. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(/\r\n/g, "\n").replace(HIDDEN, shown).replace(PILE, "$1");
}

/** The beginning of a text on one line. */
export function oneLine(text: string, limit = 300): string {
  if (text.length <= limit && PLAIN.test(text)) return text;
  const begun = visible(text.slice(0, limit * 4))
    .replace(/\s+/g, " ")
    .trim();
  const letters = begun.length > limit ? begun.slice(0, limit).replace(/[\ud800-\udbff]$/, "") : begun;
  return letters.length < begun.length || text.length > limit * 4 ? `${letters}…` : letters;
}
