// Answers as bytes: the length of a header, the header in JSON, then buffers at multiples of eight bytes.

import type { Answer } from "../data/protocol";
import { Refused } from "./transport";

interface Header {
  ok: boolean;
  value?: unknown;
  error?: string;
  buffers?: number[];
}

export function unpack<T>(data: ArrayBuffer, offset = 0): Answer<T> {
  const view = new DataView(data, offset);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, offset + 4, length))) as Header;
  let at = 4 + length;
  const buffers = (header.buffers ?? []).map((size) => {
    at += -at & 7;
    const buffer = new DataView(data, offset + at, size);
    at += size;
    return buffer;
  });
  return answerOf<T>(header, buffers);
}

export function answerOf<T>(header: Header, buffers: DataView[]): Answer<T> {
  if (!header.ok) throw new Refused(header.error || "The request was refused without a reason.");
  return { value: header.value as T, buffers };
}

/** Bytes from base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

export async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
