// Colours come from data that strangers wrote: only plain ones reach a style.

const HEX = /^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const WORD = /^[a-z]{3,24}$/i;
const CALL = /^(?:rgb|rgba|hsl|hsla)\(\s*[\d.]+(?:deg|%)?(?:\s*[,/\s]\s*[\d.]+%?){2,3}\s*\)$/i;

/** The colour if it is a plain one (hex, a name, rgb() or hsl() of numbers), else the fallback. */
export function safeColor(color: unknown, fallback = "var(--il-muted)"): string {
  if (typeof color !== "string" || color.length > 64) return fallback;
  const text = color.trim();
  return HEX.test(text) || WORD.test(text) || CALL.test(text) ? text : fallback;
}
