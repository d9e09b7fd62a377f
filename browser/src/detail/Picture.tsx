/** Pictures: only such as are in the trace itself, never fetched from anywhere. */
import { useRef, useState } from "preact/hooks";
import { visible } from "./words";

const RASTER = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp);base64,[A-Za-z0-9+/=]*$/;
const SVG = /^data:image\/svg\+xml;base64,([A-Za-z0-9+/=]*)$/;
export const MAX_IMAGE = 12_000_000;
const MAX_SVG = 500_000;
// Documents that draw themselves many times over would keep a browser busy for ever.
const SVG_REPEATS = /<(?:\w+:)?use\b/gi;
const MAX_SVG_REPEATS = 300;

/** An address that may stand in an image: data of a known kind; null for any other. */
export function pictureAddress(address: unknown): string | null {
  if (typeof address !== "string" || address.length > MAX_IMAGE * 1.4) return null;
  if (RASTER.test(address)) return address;
  const svg = SVG.exec(address);
  return svg && isTame(svg[1]!) ? address : null;
}

function isTame(base64: string): boolean {
  if (base64.length > MAX_SVG * 1.4) return false;
  try {
    const text = atob(base64);
    return !/<!ENTITY/i.test(text) && (text.match(SVG_REPEATS)?.length ?? 0) <= MAX_SVG_REPEATS;
  } catch {
    return false;
  }
}

/** The address of an image given by its type and its base64. */
export function dataAddress(mime: string, base64: string): string | null {
  return pictureAddress(`data:${mime};base64,${base64.replace(/\s/g, "")}`);
}

/** A thumbnail that opens to its full size. As the source of an image, an SVG runs no script and loads nothing. */
export function Picture({ address, alt }: { address: string; alt: string }) {
  const [size, setSize] = useState("");
  const [broken, setBroken] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const safe = pictureAddress(address);
  const words = visible(alt.slice(0, 300));
  if (!safe || broken) return <span class="il-d-note">{words} (can’t be shown)</span>;
  return (
    <span class="il-d-picture">
      <button type="button" class="il-d-thumb" onClick={() => dialog.current?.showModal?.()} aria-label={`Enlarge ${words}`}>
        <img
          src={safe}
          alt={words}
          decoding="async"
          loading="lazy"
          onLoad={(event) => setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight}`)}
          onError={() => setBroken(true)}
        />
      </button>
      {size && <span class="il-d-note">{size}</span>}
      <dialog ref={dialog} class="il-d-large" aria-label={words} onClick={(event) => event.currentTarget.close()}>
        <img src={safe} alt={words} loading="lazy" />
        <button type="button" class="il-d-button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </span>
  );
}
