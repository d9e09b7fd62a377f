/** Recorded bytes: a picture where they are one, else a file to save; and HTML in its sandbox. */
import { useEffect, useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { shortBytes } from "../data/format";
import type { Value } from "./stored";
import { base64Of, bytesOf } from "./bytes";
import { useGround } from "./ground";
import { dataAddress, MAX_IMAGE, Picture } from "./Picture";
import { visible } from "./words";

const AUTOMATIC = 1_000_000;

export function File({ value }: { value: Value & { type: "blob" | "image" } }) {
  const ground = useGround();
  const held: Wire | undefined = ground.lookup.values[value.hash];
  const isImage = value.type === "image" || /^image\//.test(value.mime);
  const words = `${value.mime}, ${shortBytes(value.bytes)}${value.name ? `, ${value.name}` : ""}`;
  const isWanted = isImage && held === undefined && value.bytes <= AUTOMATIC && !ground.failed.has(value.hash);
  useEffect(() => {
    if (isWanted) void ground.load(value.hash);
  }, [isWanted, value.hash, ground]);
  const base64 = isImage && value.bytes <= MAX_IMAGE ? base64Of(held) : null;
  const address = base64 === null ? null : dataAddress(value.mime, base64);
  return (
    <div class="il-d-file">
      {address && <Picture address={address} alt={words} />}
      <span class="il-d-filename">
        {visible(words.slice(0, 300))}
        {isImage && held === undefined && !isWanted && !ground.isLoading(value.hash) && (
          <button type="button" class="il-d-link" onClick={() => void ground.load(value.hash)}>
            Show
          </button>
        )}
        <Save value={value} />
      </span>
      {ground.failed.has(value.hash) && <span class="il-d-wrong-note">{visible(ground.failed.get(value.hash)!)}</span>}
    </div>
  );
}

function Save({ value }: { value: Value & { type: "blob" | "image" } }) {
  const ground = useGround();
  const save = async () => {
    await ground.load(value.hash);
    const bytes = bytesOf(ground.lookup.values[value.hash]);
    if (bytes) download(bytes, value.name || `${value.hash.slice(0, 12)}.${extension(value.mime)}`);
  };
  return (
    <button type="button" class="il-d-link" disabled={ground.isLoading(value.hash)} onClick={() => void save()}>
      {ground.isLoading(value.hash) ? "Loading…" : "Save file"}
    </button>
  );
}

/** Hand bytes to the person as a file. Their recorded type is not passed on: a browser must not open them as a page. */
export function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A file name that stays in its folder and hides nothing. */
export function fileName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._ -]/gu, "_").replace(/^[. ]+/, "").slice(-100);
  return plain || "value";
}

function extension(mime: string): string {
  return /^[a-z]+\/([a-z0-9]{1,8})(?:[+;]|$)/.exec(mime)?.[1] ?? "bin";
}

const MAX_HTML = 1_000_000;
const HEAD =
  '<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" ' +
  "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">" +
  '<meta http-equiv="x-dns-prefetch-control" content="off"><base target="_blank">';
// What a frame's policy does not stop: connections opened ahead of a load, a new base, a page that moves on.
const STEERING = /<(?=\/?(?:link|meta|base|script|object|embed|iframe|frame|portal|form)\b)/gi;

/** The document of an HTML value, for a frame. Its links ask for a new window, which a sandbox does not give. */
export function frameDocument(source: string): string {
  return HEAD + source.replace(STEERING, "&lt;");
}

const HEIGHTS = [240, 480, 900];

/** HTML of the library's own wrapper type: without scripts, network, forms, or a way out of its frame. */
export function Frame({ source }: { source: string }) {
  const [height, setHeight] = useState(0);
  if (source.length > MAX_HTML)
    return <span class="il-d-note">HTML of {shortBytes(source.length)}: too long to be shown; see the raw view.</span>;
  return (
    <div class="il-d-framed">
      <iframe
        sandbox=""
        referrerpolicy="no-referrer"
        loading="lazy"
        title="HTML value"
        style={{ height: `${HEIGHTS[height]}px` }}
        srcdoc={frameDocument(source)}
      />
      <button type="button" class="il-d-link" onClick={() => setHeight((height + 1) % HEIGHTS.length)}>
        {height === HEIGHTS.length - 1 ? "Smaller" : "Taller"}
      </button>
    </div>
  );
}
