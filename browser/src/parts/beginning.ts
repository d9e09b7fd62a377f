// Long texts, shown by their beginning.

/** The beginning of a long text, cut at a word; the text itself if it is not much longer. */
export function beginning(text: string, characters: number, lines: number): string {
  let end = text.length > characters * 1.2 ? characters : text.length;
  let line = -1;
  for (let count = 0; count < lines && line < end; count++) {
    line = text.indexOf("\n", line + 1);
    if (line < 0) break;
  }
  if (line >= 0 && line < end) end = line;
  else if (end < text.length) {
    const space = text.lastIndexOf(" ", end);
    if (space > end * 0.7) end = space;
  }
  const code = text.charCodeAt(end);
  return text.slice(0, code >= 0xdc00 && code <= 0xdfff ? end - 1 : end);
}
