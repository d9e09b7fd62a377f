/** Markdown on the page, element by element. */
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { longCount } from "../data/format";
import { Marked } from "./Marked";
import { readMarkdown, type Block, type Inline } from "./markdown";
import { Outside } from "./Outside";
import { Picture, pictureAddress } from "./Picture";
import { cutAt } from "./words";

const MAX_CHARS = 100_000;
const FOLD_BLOCKS = 24;

export function Markdown({ source }: { source: string }) {
  const [all, setAll] = useState(false);
  const read = useMemo(() => readMarkdown(cutAt(source, MAX_CHARS)), [source]);
  const folded = read.length > FOLD_BLOCKS && !all;
  return (
    <div class="il-d-markdown" dir="auto">
      <Blocks blocks={folded ? read.slice(0, FOLD_BLOCKS) : read} />
      {folded && (
        <button type="button" class="il-d-link" onClick={() => setAll(true)}>
          Show all {longCount(source.length)} characters
        </button>
      )}
      {!folded && source.length > MAX_CHARS && (
        <p class="il-d-note">… {longCount(source.length - MAX_CHARS)} more characters; see the raw view.</p>
      )}
    </div>
  );
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return <>{blocks.map(one)}</>;
}

function one(block: Block): ComponentChildren {
  switch (block.block) {
    case "heading":
      // Not headings of the page: their place in its outline would be wrong.
      return (
        <p class={`il-d-h il-d-h${block.level}`} role="heading" aria-level={Math.min(6, block.level + 3)}>
          {inlines(block.inside)}
        </p>
      );
    case "paragraph":
      return <p>{inlines(block.inside)}</p>;
    case "code":
      return (
        <pre>
          <code>
            <Marked text={block.text} />
          </code>
        </pre>
      );
    case "quote":
      return (
        <blockquote>
          <Blocks blocks={block.inside} />
        </blockquote>
      );
    case "list": {
      const items = block.items.map((item) => (
        <li class={item.done === null ? undefined : "il-d-task"}>
          {item.done !== null && <span aria-label={item.done ? "done" : "to do"}>{item.done ? "☑ " : "☐ "}</span>}
          {/* The items of most lists are one paragraph, which needs no element. */}
          {item.inside.length && item.inside[0]!.block === "paragraph" ? (
            <>
              {inlines(item.inside[0]!.inside)}
              <Blocks blocks={item.inside.slice(1)} />
            </>
          ) : (
            <Blocks blocks={item.inside} />
          )}
        </li>
      ));
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case "table":
      return (
        <div class="il-d-scroll" tabIndex={0}>
          <table>
            <thead>
              <tr>{block.head.map((cell, at) => <th style={aligned(block.align[at])}>{inlines(cell)}</th>)}</tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr>{row.map((cell, at) => <td style={aligned(block.align[at])}>{inlines(cell)}</td>)}</tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case "rule":
      return <hr />;
  }
}

function aligned(align: string | null | undefined) {
  return align ? { textAlign: align as "center" } : undefined;
}

function inlines(pieces: readonly Inline[], depth = 0): ComponentChildren {
  return pieces.map((piece) => {
    if (typeof piece === "string") return <Marked text={piece} />;
    switch (piece.mark) {
      case "br":
        return <br />;
      case "code":
        return (
          <code>
            <Marked text={piece.text} />
          </code>
        );
      case "em":
      case "strong":
      case "s": {
        const Tag = piece.mark;
        return <Tag>{depth < 40 ? inlines(piece.inside, depth + 1) : null}</Tag>;
      }
      case "image": {
        const alt = flat(piece.inside);
        // A picture from elsewhere would tell that place who reads this.
        return pictureAddress(piece.address) ? (
          <Picture address={piece.address} alt={alt || "picture"} />
        ) : (
          <Outside address={piece.address} label={alt || "picture"} />
        );
      }
      case "link":
        return <Outside address={piece.address} label={flat(piece.inside)} />;
    }
  });
}

function flat(pieces: readonly Inline[], depth = 0): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if ("text" in piece) return piece.text;
      return "inside" in piece && depth < 40 ? flat(piece.inside, depth + 1) : "";
    })
    .join("");
}
