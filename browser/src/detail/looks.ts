/** What a text was written as. Apart from what reads Markdown, which is loaded when it is needed. */

/** Whether a text was plainly written as Markdown. */
export function looksLikeMarkdown(text: string): boolean {
  const begun = text.slice(0, 4_000);
  return (
    /^ {0,3}#{1,6} \S/m.test(begun) || /^ {0,3}```/m.test(begun) || /\*\*[^*\s][^*\n]*\*\*/.test(begun) ||
    /^ {0,3}\|.*\|[ \t]*\n {0,3}\|[ \t:|-]+\|/m.test(begun) || (begun.match(/^ {0,3}(?:[-*+]|\d{1,3}\.) \S/gm)?.length ?? 0) >= 3
  );
}
