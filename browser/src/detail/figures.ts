/** Plotly's documents, read: as plain data, without anything that would reach out of the page, and as marks to draw. */
import { safeColor, type Wire } from "../app/model";
import { thaw, type Lookup } from "./stored";
import { bytesOf, numbersOf } from "./bytes";
import { promptText } from "./writing";

export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

const MAX_VALUES = 2_000_000;
const DEEPEST = 40;

export interface Document {
  plain: Plain;
  /** Hashes of what is not here yet. */
  away: string[];
}

/** A stored plotly document as plain data. */
export function readDocument(wire: Wire, lookup: Lookup): Document {
  const away = new Set<string>();
  let left = MAX_VALUES;
  const walk = (here: Wire | undefined, depth: number): Plain => {
    if (left-- <= 0 || depth > DEEPEST) return null;
    const value = thaw(here, lookup);
    switch (value.type) {
      case "boolean":
      case "number":
      case "text":
        return value.value;
      case "literal":
        return value.of === "float" ? ({ inf: Infinity, "-inf": -Infinity }[value.text] ?? NaN) : value.of === "int" ? Number(value.text) : value.text;
      case "format":
        return promptText(value.parts, lookup, 10_000);
      case "list":
        return value.items.map((item) => walk(item, depth + 1));
      case "mapping":
      case "record":
        return Object.fromEntries(value.entries.map(([key, item]) => [key, walk(item, depth + 1)]));
      case "cut":
        away.add(value.hash);
        return null;
      default:
        return null;
    }
  };
  return { plain: walk(wire, 0), away: [...away] };
}

export const isObject = (plain: Plain | undefined): plain is { [key: string]: Plain } =>
  typeof plain === "object" && plain !== null && !Array.isArray(plain);

/** Traces that fetch maps from elsewhere. */
const FETCHING = /geo|mapbox|map$|^choropleth/i;

/**
 * A document for plotly.js without anything that makes it fetch: maps, pictures from the web, other fonts.
 * What it writes itself (titles with links and emphasis) it sanitises.
 */
export function tame(document: Plain): { data: Plain[]; layout: { [key: string]: Plain } } | null {
  if (!isObject(document)) return null;
  const data = Array.isArray(document.data) ? document.data.filter((one) => isObject(one) && !FETCHING.test(String(one.type ?? ""))) : [];
  const layout = isObject(document.layout) ? document.layout : {};
  return { data: data.map((one) => stripped(one, 0)), layout: stripped(layout, 0) as { [key: string]: Plain } };
}

const UNWANTED = /^(?:mapbox|map\d*|geo)\d*$/;

function stripped(plain: Plain, depth: number): Plain {
  if (typeof plain === "string") return /url\s*\(|javascript:/i.test(plain) ? "" : plain;
  if (plain === null || typeof plain !== "object" || depth > DEEPEST) return plain;
  if (Array.isArray(plain)) return plain.length && plain.every((one) => typeof one === "number") ? plain : plain.map((one) => stripped(one, depth + 1));
  const kept: { [key: string]: Plain } = Object.create(null) as { [key: string]: Plain };
  for (const [key, value] of Object.entries(plain)) {
    if (key === "__proto__" || UNWANTED.test(key)) continue;
    if (key === "source" && typeof value === "string" && !/^data:image\/(?:png|jpeg|gif|webp);base64,/.test(value)) continue;
    kept[key] = stripped(value, depth + 1);
  }
  return { ...kept };
}

export type Datum = number | string | null;

export interface Series {
  kind: "line" | "points" | "both" | "bar";
  name: string;
  color: string;
  x: Datum[];
  y: number[];
}

export interface Drawing {
  title: string;
  xTitle: string;
  yTitle: string;
  horizontal: boolean;
  stacked: boolean;
  series: Series[];
  heat: { x: Datum[]; y: Datum[]; z: number[][] } | null;
  /** Types of traces that are not drawn. */
  left: string[];
}

const COLORS = ["#636efa", "#ef553b", "#00cc96", "#ab63fa", "#ffa15a", "#19d3f3", "#ff6692", "#b6e880", "#ff97ff", "#fecb52"];
export const MAX_SERIES = 30;
const MAX_POINTS = 5_000;
const BINS = 30;

/** What can be drawn of a document without plotly: lines, points, bars, histograms and heat maps. */
export function readDrawing(document: Plain): Drawing | null {
  if (!isObject(document) || !Array.isArray(document.data)) return null;
  const layout = isObject(document.layout) ? document.layout : {};
  const drawing: Drawing = {
    title: titleOf(layout.title), xTitle: axisTitle(layout.xaxis), yTitle: axisTitle(layout.yaxis), horizontal: false,
    stacked: layout.barmode === "stack" || layout.barmode === "relative", series: [], heat: null, left: [],
  };
  for (const trace of document.data) {
    if (!isObject(trace) || trace.visible === false || trace.visible === "legendonly") continue;
    const type = typeof trace.type === "string" ? trace.type : "scatter";
    const heat = type === "heatmap" && !drawing.heat && !drawing.series.length ? heatOf(trace) : null;
    if (heat) drawing.heat = heat;
    else if (drawing.heat || drawing.series.length >= MAX_SERIES || !addSeries(drawing, trace, type)) drawing.left.push(type);
  }
  return drawing.series.length || drawing.heat ? drawing : null;
}

function addSeries(drawing: Drawing, trace: { [key: string]: Plain }, type: string): boolean {
  const at = drawing.series.length;
  const name = typeof trace.name === "string" ? trace.name : "";
  const color = colorOf(trace, at);
  if (type === "scatter" || type === "scattergl") {
    const y = numbers(trace.y);
    if (!y.length) return false;
    const mode = typeof trace.mode === "string" ? trace.mode : y.length < 20 ? "lines+markers" : "lines";
    const kind = !mode.includes("lines") ? "points" : mode.includes("markers") ? "both" : "line";
    drawing.series.push({ kind, name, color, x: xOf(trace.x, y.length), y });
    return true;
  }
  if (type === "bar") {
    const across = trace.orientation === "h";
    const y = numbers(across ? trace.x : trace.y);
    if (!y.length || (at > 0 && drawing.horizontal !== across)) return false;
    drawing.horizontal = across;
    drawing.series.push({ kind: "bar", name, color, x: xOf(across ? trace.y : trace.x, y.length), y });
    return true;
  }
  if (type === "histogram") {
    const bins = binned(trace.x ?? trace.y);
    if (!bins) return false;
    drawing.series.push({ kind: "bar", name, color, ...bins });
    return true;
  }
  return false;
}

function xOf(plain: Plain | undefined, length: number): Datum[] {
  const x = data(plain);
  return x.length ? x.slice(0, length) : Array.from({ length }, (_, place) => place);
}

function binned(plain: Plain | undefined): { x: Datum[]; y: number[] } | null {
  const values = data(plain);
  const isNumeric = values.some((one) => typeof one === "number");
  if (!isNumeric) {
    const counts = new Map<string, number>();
    for (const one of values) counts.set(String(one), (counts.get(String(one)) ?? 0) + 1);
    return counts.size ? { x: [...counts.keys()].slice(0, 200), y: [...counts.values()].slice(0, 200) } : null;
  }
  const all = values.filter((one): one is number => typeof one === "number" && Number.isFinite(one));
  const least = all.reduce((a, b) => Math.min(a, b), Infinity);
  const most = all.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!(most >= least)) return null;
  const bins = most === least ? 1 : Math.min(BINS, Math.max(5, Math.ceil(Math.sqrt(all.length))));
  const width = (most - least) / bins || 1;
  const y = Array<number>(bins).fill(0);
  for (const one of all) y[Math.min(bins - 1, Math.floor((one - least) / width))]!++;
  return { x: y.map((_, bin) => Number((least + (bin + 0.5) * width).toPrecision(6))), y };
}

function heatOf(trace: { [key: string]: Plain }): Drawing["heat"] {
  const z = rowsOf(trace.z).slice(0, 120).map((row) => row.slice(0, 120));
  const wide = z.reduce((most, row) => Math.max(most, row.length), 0);
  if (!wide) return null;
  return { z, x: xOf(trace.x, wide), y: xOf(trace.y, z.length) };
}

/** The rows of a matrix: lists of lists, or raw bytes with their shape. */
function rowsOf(plain: Plain | undefined): number[][] {
  if (Array.isArray(plain)) return plain.map(numbers);
  const wide = isObject(plain) ? Number(String(plain.shape).split(",")[1]) : NaN;
  if (!(wide >= 1)) return [];
  const flat = numbers(plain);
  return Array.from({ length: Math.ceil(flat.length / wide) }, (_, row) => flat.slice(row * wide, (row + 1) * wide));
}

/** An array of a document: a list, or raw bytes in base64 with their dtype. */
function data(plain: Plain | undefined): Datum[] {
  if (isObject(plain) && typeof plain.bdata === "string" && typeof plain.dtype === "string") {
    const bytes = bytesOf(plain.bdata);
    const read = bytes && numbersOf(plain.dtype, bytes);
    return read ? Array.from({ length: Math.min(read.length, MAX_POINTS) }, (_, place) => read.at(place)) : [];
  }
  if (!Array.isArray(plain)) return [];
  return plain.slice(0, MAX_POINTS).map((one) => (typeof one === "number" || typeof one === "string" ? one : typeof one === "boolean" ? String(one) : null));
}

function numbers(plain: Plain | undefined): number[] {
  return data(plain).map((one) => (typeof one === "number" ? one : typeof one === "string" && one.trim() ? Number(one) : NaN));
}

function colorOf(trace: { [key: string]: Plain }, at: number): string {
  const inner = (key: string) => (isObject(trace[key]) ? safeColor((trace[key] as { [key: string]: Plain }).color, "") : "");
  return inner("line") || inner("marker") || COLORS[at % COLORS.length]!;
}

function titleOf(plain: Plain | undefined): string {
  const text = isObject(plain) ? plain.text : plain;
  // Plotly's titles hold some tags; here they are text without them.
  return typeof text === "string" ? text.replace(/<br\s*\/?>/gi, " ").replace(/<\/?(?:b|i|sub|sup|span|em|strong)(?:\s[^<>]{0,200})?>/gi, "").slice(0, 200) : "";
}

function axisTitle(axis: Plain | undefined): string {
  return isObject(axis) ? titleOf(axis.title) : "";
}
