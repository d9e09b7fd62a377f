/** Any recorded value, each kind by its own renderer. */
import { useMemo } from "preact/hooks";
import type { Wire } from "../app/model";
import { thaw, type Value } from "./stored";
import { later } from "../parts/later";
import { areMessages, Chat, Message } from "./Chat";
import { Cut } from "./Cut";
import { Failure } from "./Failure";
import { useGround, type ShowProps } from "./ground";
import { Marked } from "./Marked";
import { NodeLink } from "./NodeLink";
import type { Path } from "./paths";
import { Prompt } from "./Prompt";
import { LongText, Text } from "./Text";
import { Entries, fitsOnLine, rowsOf, type Rows } from "./Tree";
import { shortClass, visible } from "./words";
import { gist } from "./gist";
import { plainText, textOf } from "./writing";

const ArrayView = later("ArrayView");
const DataTable = later("DataTable");
const Figure = later("Figure");
const File = later("File");
const Frame = later("Frame");
const Markdown = later("Markdown");

const DEEPEST = 60;

export function Show({ wire, path, depth }: ShowProps) {
  const { lookup } = useGround();
  const value = thaw(wire, lookup);
  if (depth > DEEPEST) return <span class="il-d-note">nested too deep to be shown; see the raw view</span>;
  if (value.type === "text" && !fitsOnLine(value)) return <Text text={value.value} path={path} />;
  if (fitsOnLine(value)) return <Scalar value={value} />;
  switch (value.type) {
    case "list":
      if (areMessages(value.items, lookup)) return <Chat items={value.items} path={path} />;
      return <Holder rows={rowsOf(value)!} path={path} depth={depth} />;
    case "mapping":
      if (areMessages([wire!], lookup)) return <Message wire={wire!} path={path} />;
      return <Holder rows={rowsOf(value)!} path={path} depth={depth} />;
    case "record":
      return <Holder rows={rowsOf(value)!} path={path} depth={depth} />;
    case "pairs":
      return <Holder rows={pairRows(value.pairs, lookup)} path={path} depth={depth} />;
    case "format":
      return <Prompt parts={value.parts} path={path} />;
    case "html":
    case "markdown":
      return <Source value={value} path={path} depth={depth} />;
    case "image":
    case "blob":
      return <File value={value} />;
    case "table":
      return <DataTable value={value} path={path} />;
    case "figure":
      return <Figure document={value.document} />;
    case "array":
      return <ArrayView value={value} path={path} />;
    case "exception":
      return <Failure value={value} path={path} depth={depth} />;
    case "cut":
      return <Cut value={value} />;
    case "opaque":
      return <Opaque value={value} path={path} />;
    default:
      return <Scalar value={value} />;
  }
}

function Scalar({ value }: { value: Value }) {
  if (value.type === "enum")
    return (
      <span class="il-d-scalar il-d-enum" title={visible(value.of.slice(0, 300))}>
        <span class="il-d-note">{visible(shortClass(value.of).slice(0, 80))}.</span>
        <Marked text={value.name.slice(0, 500)} />
      </span>
    );
  if (value.type === "node") return <NodeLink uid={value.uid} />;
  if (value.type === "list") return <Line items={value.items} />;
  const kind = value.type === "literal" ? value.of : value.type;
  return (
    <span class={`il-d-scalar il-d-is-${kind}`} dir="auto" title={value.type === "literal" ? value.of : undefined}>
      {value.type === "text" && value.value === "" ? <span class="il-d-note">empty text</span> : <Marked text={plainText(value)} />}
    </span>
  );
}

/** A list of a few plain values, as it is written in Python. */
function Line({ items }: { items: readonly Wire[] }) {
  const { lookup } = useGround();
  return (
    <span class="il-d-scalar il-d-is-list" dir="auto">
      <Marked text={`[${items.map((item) => (typeof item === "string" ? JSON.stringify(item) : gist(item, lookup))).join(", ")}]`} />
    </span>
  );
}

function Holder({ rows, path, depth }: { rows: Rows; path: Path; depth: number }) {
  return (
    <div class="il-d-holder">
      {rows.length ? <Entries rows={rows} path={path} depth={depth} /> : <span class="il-d-note">empty</span>}
    </div>
  );
}

function pairRows(pairs: readonly (readonly [Wire, Wire])[], lookup: Parameters<typeof gist>[1]): Rows {
  return {
    length: pairs.length,
    at: (place) => {
      const key = gist(pairs[place]![0], lookup, 100);
      return { label: key, step: key, wire: pairs[place]![1] };
    },
  };
}

/** HTML or Markdown by the library's own wrapper: the author's wish that it be shown as such. */
function Source({ value, path, depth }: { value: Value & { type: "html" | "markdown" }; path: Path; depth: number }) {
  const { lookup } = useGround();
  const text = useMemo(() => textOf(value.source, lookup), [value.source, lookup, lookup.values]);
  if (text === null) return <Show wire={value.source} path={path} depth={depth + 1} />;
  return value.type === "html" ? <Frame source={text} /> : <Markdown source={text} />;
}

function Opaque({ value, path }: { value: Value & { type: "opaque" }; path: Path }) {
  const { lookup } = useGround();
  const text = textOf(value.repr, lookup) || `<${value.of}>`;
  return (
    <div class="il-d-opaque" title={visible(value.of.slice(0, 300))}>
      <LongText text={text} path={path} mono />
      {value.why && <span class="il-d-note">{visible(value.why.slice(0, 300))}</span>}
    </div>
  );
}
