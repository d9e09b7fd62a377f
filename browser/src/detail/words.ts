/** Text from models and strangers made fit to look at. */

import { oneLine as begun } from "../data/text";

export { visible } from "../data/text";

/** The beginning of a text on one line. */
export function oneLine(text: string, limit = 80): string {
  return begun(text, limit);
}

/** The first characters of a text, never half of one. */
export function cutAt(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const code = text.charCodeAt(limit - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit);
}

/** A number with its noun: `1 node`, `2,000 nodes`. */
export function counted(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}

/** A number for a table's cell or a picture's axis. */
export function inDigits(number: number): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
  if (Number.isInteger(number) && Math.abs(number) < 1e15) return String(number);
  const size = Math.abs(number);
  return size >= 1e-4 && size < 1e9 ? String(Number(number.toPrecision(6))) : number.toExponential(4);
}

/** `Turn` of `package.module.Turn`. */
export function shortClass(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1) || name;
}

/** A web address that a person may be led to, or null: only http and https, written out whole. */
export function webAddress(address: unknown): string | null {
  if (typeof address !== "string" || address.length > 4_000 || !/^https?:\/\//i.test(address)) return null;
  try {
    const url = new URL(address);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
