/**
 * Markdown read into plain data, from which elements are made one by one. No HTML is written or read: tags in the
 * source are text, so there is nothing to sanitise.
 *
 * Headings, paragraphs, lists, quotes, code, tables, rules; emphasis, code, links, and addresses that stand alone.
 * Reading takes time in proportion to the text: a mark that is never closed is looked for once.
 */

export type Inline =
  | string
  | { mark: "em" | "strong" | "s"; inside: Inline[] }
  | { mark: "code"; text: string }
  | { mark: "link" | "image"; address: string; inside: Inline[] }
  | { mark: "br" };

export type Block =
  | { block: "heading"; level: number; inside: Inline[] }
  | { block: "paragraph"; inside: Inline[] }
  | { block: "code"; language: string; text: string }
  | { block: "quote"; inside: Block[] }
  | { block: "list"; start: number | null; items: { done: boolean | null; inside: Block[] }[] }
  | { block: "table"; align: (string | null)[]; head: Inline[][]; rows: Inline[][][] }
  | { block: "rule" };

const DEEPEST = 12;
const MAX_COLUMNS = 60;

const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(?:([ \t]+)(.*))?$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const DIVIDER = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

export function readMarkdown(source: string): Block[] {
  return blocks(source.replace(/\r\n?/g, "\n").replace(/\t/g, "    ").split("\n"), 0);
}

function blocks(lines: readonly string[], depth: number): Block[] {
  const found: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length) found.push({ block: "paragraph", inside: inline(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    if (!line.trim()) {
      flush();
      at++;
      continue;
    }
    const taken = special(lines, at, depth, paragraph.length > 0);
    if (taken) {
      flush();
      found.push(taken.block);
      at = taken.next;
      continue;
    }
    const under = /^ {0,3}(=+|-+)[ \t]*$/.exec(line);
    if (under && paragraph.length) {
      found.push({ block: "heading", level: under[1]![0] === "=" ? 1 : 2, inside: inline(paragraph.join("\n")) });
      paragraph = [];
    } else paragraph.push(line.trimStart());
    at++;
  }
  flush();
  return found;
}

interface Taken {
  block: Block;
  next: number;
}

/** A block that begins with a mark of its own, or null for a line of a paragraph. */
function special(lines: readonly string[], at: number, depth: number, inParagraph: boolean): Taken | null {
  const line = lines[at]!;
  const fence = FENCE.exec(line);
  if (fence) return fenced(lines, at, fence[1]!, fence[2]!.trim());
  const heading = HEADING.exec(line);
  if (heading) {
    const text = (heading[2] ?? "").trimEnd().replace(/(^|[ \t])#+$/, "");
    return { block: { block: "heading", level: heading[1]!.length, inside: inline(text.trim()) }, next: at + 1 };
  }
  const isUnderline = inParagraph && /^ {0,3}-+[ \t]*$/.test(line);
  if (RULE.test(line) && !isUnderline) return { block: { block: "rule" }, next: at + 1 };
  if (depth < DEEPEST) {
    if (QUOTE.test(line)) return quoted(lines, at, depth);
    const item = ITEM.exec(line);
    if (item && (!inParagraph || item[4]?.trim())) return listed(lines, at, depth);
  }
  if (!inParagraph && line.startsWith("    ")) {
    let next = at;
    while (next < lines.length && (lines[next]!.startsWith("    ") || !lines[next]!.trim())) next++;
    const text = lines.slice(at, next).map((one) => one.slice(4)).join("\n").trimEnd();
    return { block: { block: "code", language: "", text }, next };
  }
  if (line.includes("|") && isDivider(lines[at + 1] ?? ""))
    return tabled(lines, at);
  return null;
}

/** Whether a line parts a table's head from its rows. Long lines are not tried: trying takes the square of them. */
function isDivider(line: string): boolean {
  return line.length < 2_000 && line.includes("|") && DIVIDER.test(line);
}

function fenced(lines: readonly string[], at: number, mark: string, language: string): Taken {
  let next = at + 1;
  const inside: string[] = [];
  for (; next < lines.length; next++) {
    const end = FENCE.exec(lines[next]!);
    if (end && !end[2]!.trim() && end[1]![0] === mark[0] && end[1]!.length >= mark.length) break;
    inside.push(lines[next]!);
  }
  return { block: { block: "code", language: language.split(/\s/)[0]!.slice(0, 40), text: inside.join("\n") }, next: next + 1 };
}

function quoted(lines: readonly string[], at: number, depth: number): Taken {
  const inside: string[] = [];
  for (; at < lines.length; at++) {
    const found = QUOTE.exec(lines[at]!);
    if (!found) break;
    inside.push(found[1]!);
  }
  return { block: { block: "quote", inside: blocks(inside, depth + 1) }, next: at };
}

function listed(lines: readonly string[], at: number, depth: number): Taken {
  const first = ITEM.exec(lines[at]!)!;
  const kind = first[2]!.at(-1)!;
  const list: Block & { block: "list" } = { block: "list", start: /\d/.test(first[2]!) ? parseInt(first[2]!, 10) : null, items: [] };
  while (at < lines.length) {
    const item = ITEM.exec(lines[at]!);
    if (!item || item[2]!.at(-1) !== kind || RULE.test(lines[at]!)) break;
    const indent = item[1]!.length + item[2]!.length + Math.min(item[3]?.length ?? 1, 4);
    const inside = [item[4] ?? ""];
    for (at++; at < lines.length; at++) {
      const line = lines[at]!;
      const isDeeper = line.startsWith(" ".repeat(indent));
      const goesOn = !line.trim() ? nextIsDeeper(lines, at, indent) : isDeeper || (!ITEM.test(line) && inside.at(-1) !== "" && !special([line], 0, DEEPEST, true));
      if (!goesOn) break;
      inside.push(isDeeper ? line.slice(indent) : line.trimStart());
    }
    const box = /^\[([ xX])\] /.exec(inside[0]!);
    if (box) inside[0] = inside[0]!.slice(4);
    list.items.push({ done: box ? box[1] !== " " : null, inside: blocks(inside, depth + 1) });
    while (at < lines.length && !lines[at]!.trim() && ITEM.test(lines[at + 1] ?? "")) at++;
  }
  return { block: list, next: at };
}

/** Whether a list's item goes on behind an empty line. One line is looked at, so that many empty ones cost little. */
function nextIsDeeper(lines: readonly string[], at: number, indent: number): boolean {
  const next = lines[at + 1];
  return next !== undefined && next.trim() !== "" && next.startsWith(" ".repeat(indent));
}

function tabled(lines: readonly string[], at: number): Taken {
  const align = cells(lines[at + 1]!).map((cell) => (/^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : null));
  const head = cells(lines[at]!).map((cell) => inline(cell));
  const rows: Inline[][][] = [];
  for (at += 2; at < lines.length && lines[at]!.includes("|") && lines[at]!.trim(); at++)
    rows.push(cells(lines[at]!).slice(0, head.length).map((cell) => inline(cell)));
  return { block: { block: "table", align, head, rows }, next: at };
}

function cells(line: string): string[] {
  const text = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return text.split(/(?<!\\)\|/, MAX_COLUMNS).map((cell) => cell.trim().replace(/\\\|/g, "|"));
}

interface Opened {
  mark: string;
  /** How many pieces there were before it. */
  before: number;
}

const TOKEN = /\\[!-/:-@[-`{-~]|\\?\n|`+|\*\*|__|~~|[*_]|!?\[|\]|https?:\/\/[^\s<>"'`\\{}|^[\]]+|<https?:\/\/[^\s<>]+>/g;

/** The marks inside a paragraph. */
export function inline(text: string): Inline[] {
  const pieces: Inline[] = [];
  const opened: Opened[] = [];
  const unclosed = new Set<number>(); // lengths of runs of backticks that nothing closes from here on
  const tokens = new RegExp(TOKEN);
  let from = 0;
  const say = (words: string) => {
    if (words) pieces.push(words);
  };
  for (let found = tokens.exec(text); found; found = tokens.exec(text)) {
    const [token] = found;
    const at = found.index;
    say(text.slice(from, at));
    from = at + token.length;
    if (token[0] === "\\" || token === "\n") {
      if (token.endsWith("\n")) pieces.push(token === "\n" && !(text[at - 1] === " " && text[at - 2] === " ") ? "\n" : { mark: "br" });
      else say(token.slice(1));
    } else if (token[0] === "`") {
      const end = unclosed.has(token.length) ? -1 : runEnd(text, token, from);
      if (end < 0) {
        unclosed.add(token.length);
        say(token);
      } else {
        pieces.push({ mark: "code", text: unpadded(text.slice(from, end).replace(/\n/g, " ")) });
        from = end + token.length;
      }
    } else if (token === "[" || token === "![") {
      opened.push({ mark: token, before: pieces.length });
      say(token);
    } else if (token === "]") {
      from = closeLink(text, from, pieces, opened);
    } else if (token[0] === "h" || token[0] === "<") {
      const address = token[0] === "<" ? token.slice(1, -1) : token.replace(/[.,;:!?)]+$/, "");
      pieces.push({ mark: "link", address, inside: [address] });
      if (token[0] === "h") from = at + address.length;
    } else emphasise(token, text, at, pieces, opened);
    tokens.lastIndex = from;
  }
  say(text.slice(from));
  return pieces;
}

/** Code without the one space on either side that lets it begin and end with a backtick. */
function unpadded(code: string): string {
  return code.startsWith(" ") && code.endsWith(" ") && code.trim() ? code.slice(1, -1) : code;
}

function runEnd(text: string, run: string, from: number): number {
  for (let at = text.indexOf(run, from); at >= 0; ) {
    let end = at;
    while (text[end] === "`") end++;
    if (end - at === run.length) return at;
    at = text.indexOf(run, end);
  }
  return -1;
}

const MAX_OPEN = 40;

function emphasise(token: string, text: string, at: number, pieces: Inline[], opened: Opened[]): void {
  const before = text[at - 1] ?? " ";
  const after = text[at + token.length] ?? " ";
  const isWord = /[\p{L}\p{N}]/u;
  const inWord = token[0] === "_" && isWord.test(before) && isWord.test(after);
  const canClose = /\S/.test(before) && !inWord;
  if (canClose) {
    const low = Math.max(0, opened.length - MAX_OPEN);
    for (let place = opened.length - 1; place >= low; place--) {
      const one = opened[place]!;
      if (one.mark.endsWith("[")) break;
      if (one.mark !== token || one.before + 1 >= pieces.length) continue;
      const inside = pieces.splice(one.before).slice(1);
      opened.length = place;
      pieces.push({ mark: token === "~~" ? "s" : token.length === 2 ? "strong" : "em", inside });
      return;
    }
  }
  if (/\S/.test(after) && !inWord) opened.push({ mark: token, before: pieces.length });
  pieces.push(token);
}

const TARGET = /\(\s{0,20}(?:<([^<>\n]{0,2000})>|([^\s()<>]{0,2000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,2000})?))(?:\s{1,20}(?:"[^"\n]{0,400}"|'[^'\n]{0,400}'))?\s{0,20}\)/y;

/** Close a link or a picture at a "]", if it is one; the place to go on from. */
function closeLink(text: string, from: number, pieces: Inline[], opened: Opened[]): number {
  let place = opened.length - 1;
  const low = Math.max(0, opened.length - MAX_OPEN);
  while (place >= low && !opened[place]!.mark.endsWith("[")) place--;
  TARGET.lastIndex = from;
  const target = place >= low ? TARGET.exec(text) : null;
  if (!target) {
    pieces.push("]");
    if (place >= low) opened.length = place;
    return from;
  }
  const one = opened[place]!;
  const inside = pieces.splice(one.before).slice(1);
  opened.length = place;
  pieces.push({ mark: one.mark === "[" ? "link" : "image", address: target[1] ?? target[2] ?? "", inside });
  return from + target[0].length;
}
