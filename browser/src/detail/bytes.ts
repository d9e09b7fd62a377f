/** Bytes in values: what is recorded as a file, an image or an array. */
import type { Wire } from "../app/model";

/** The bytes of a value kept apart: base64, as it is sent; null for what is none. */
export function bytesOf(wire: Wire | undefined): Uint8Array<ArrayBuffer> | null {
  const base64 = base64Of(wire);
  if (base64 === null) return null;
  try {
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  } catch {
    return null;
  }
}

/** Bytes come as base64, bare or under the tag `bytes`. */
export function base64Of(wire: Wire | undefined): string | null {
  if (typeof wire === "string") return wire;
  if (typeof wire !== "object" || wire === null || Array.isArray(wire)) return null;
  return (wire.$ === "bytes" || wire.$ === "blob") && typeof wire.v === "string" ? wire.v : null;
}

type Read = (view: DataView, at: number) => string | number;

const READERS: Record<string, Read> = {
  f2: (view, at) => half(view.getUint16(at, true)),
  f4: (view, at) => Number(view.getFloat32(at, true).toPrecision(7)),
  f8: (view, at) => view.getFloat64(at, true),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at) => view.getInt16(at, true),
  i4: (view, at) => view.getInt32(at, true),
  i8: (view, at) => long(view.getBigInt64(at, true)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at) => view.getUint16(at, true),
  u4: (view, at) => view.getUint32(at, true),
  u8: (view, at) => long(view.getBigUint64(at, true)),
  b1: (view, at) => (view.getUint8(at) ? "True" : "False"),
  c8: (view, at) => complex(view.getFloat32(at, true), view.getFloat32(at + 4, true)),
  c16: (view, at) => complex(view.getFloat64(at, true), view.getFloat64(at + 8, true)),
};
const SECONDS: Record<string, number> = { s: 1, ms: 1e3, us: 1e6, ns: 1e9, m: 1 / 60, h: 1 / 3600, D: 1 / 86400 };

/** Items of an array by their place, without decoding the others. */
export interface Numbers {
  length: number;
  at(place: number): string | number;
}

/** An array's items out of its raw little-endian bytes; null when the dtype is not one we can read. */
export function numbersOf(dtype: string, bytes: Uint8Array<ArrayBuffer>): Numbers | null {
  const found = /^[<|=]?([a-zA-Z])(\d+)(?:\[(?:\d+)?(\w+)\])?$/.exec(dtype);
  if (!found) return null;
  const size = Number(found[2]);
  const isTime = found[1] === "M" || found[1] === "m";
  const key = `${isTime ? "i" : found[1]}${size}`;
  const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
  if (!read) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unit = found[3] ?? "";
  return {
    length: Math.floor(bytes.byteLength / size),
    at: (place) => {
      const value = read(view, place * size);
      return isTime ? timeOf(value, unit, found[1] === "M") : value;
    },
  };
}

function timeOf(value: string | number, unit: string, isDate: boolean): string {
  if (!Object.hasOwn(SECONDS, unit)) return String(value);
  if (String(value) === "-9223372036854775808") return "NaT";
  const seconds = Number(value) / SECONDS[unit]!;
  if (!isDate) return `${seconds} s`;
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString().replace(/(T00:00:00)?\.000Z$/, "");
}

function long(value: bigint): string | number {
  return value >= -(2n ** 53n) && value <= 2n ** 53n ? Number(value) : String(value);
}

function complex(real: number, imaginary: number): string {
  return `${Number(real.toPrecision(6))}${imaginary < 0 ? "-" : "+"}${Math.abs(Number(imaginary.toPrecision(6)))}j`;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024);
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return Number((sign * 2 ** (exponent - 15) * (1 + fraction / 1024)).toPrecision(4));
}
