// Made-up stores for looking at the views: conversations, runs with many calls, and hostile names.

import type { Api, NodeDetail, Talk, Turn, Wire } from "../src/app/model";
import { Columns } from "../src/data/columns";

export interface MadeUpRow {
  parent: number;
  kind: string;
  state?: number;
  /** Seconds since the beginning. */
  start: number;
  duration: number;
  name: string;
  actor?: number;
  tokensIn?: number;
  tokensOut?: number;
}

export const ACTORS = [
  { name: "Alice", color: "#c2410c" },
  { name: "Bob", color: "#1d4ed8" },
  { name: "Carol", color: "#0f766e" },
  { name: "Dieter", color: null },
  { name: "Moderator", color: null },
];

export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Appends rows to columns as a transport would. */
export function append(columns: Columns, rows: readonly MadeUpRow[], begin: number): void {
  const table = (known: readonly string[], wanted: Iterable<string>): string[] => [...new Set(wanted)].filter((one) => !known.includes(one));
  const kinds = table(columns.kinds, rows.map((row) => row.kind));
  const names = columns.names.length === 0 ? [...new Set(rows.map((row) => row.name))] : table(columns.names, rows.map((row) => row.name));
  const kindAt = new Map([...columns.kinds, ...kinds].map((kind, at) => [kind, at]));
  const nameAt = new Map([...columns.names, ...names].map((name, at) => [name, at]));
  const column = (bytes: number, put: (view: DataView, at: number, row: MadeUpRow) => void): DataView => {
    const view = new DataView(new ArrayBuffer(bytes * rows.length));
    rows.forEach((row, at) => put(view, at * bytes, row));
    return view;
  };
  const buffers = [
    column(4, (view, at, row) => view.setInt32(at, row.parent, true)),
    column(1, (view, at, row) => view.setUint8(at, kindAt.get(row.kind)!)),
    column(1, (view, at, row) => view.setUint8(at, row.state ?? 1)),
    column(8, (view, at, row) => view.setFloat64(at, begin + row.start, true)),
    column(4, (view, at, row) => view.setFloat32(at, row.duration, true)),
    column(4, (view, at, row) => view.setUint32(at, nameAt.get(row.name)!, true)),
    column(2, (view, at, row) => view.setUint16(at, row.actor ?? 0, true)),
    column(2, () => undefined),
    column(4, (view, at, row) => view.setUint32(at, row.tokensIn ?? 0, true)),
    column(4, (view, at, row) => view.setUint32(at, row.tokensOut ?? 0, true)),
    column(4, (view, at, row) => view.setFloat32(at, row.tokensIn ? row.tokensIn * 2e-6 : Number.NaN, true)),
    column(1, () => undefined),
  ];
  const from = columns.length;
  columns.append(
    {
      from, rows: rows.length, total: from + rows.length, more: false, stamp: null,
      kinds, kindsFrom: columns.kinds.length, names, namesFrom: columns.names.length,
      actors: from === 0 ? [{ name: "", color: null }, ...ACTORS] : [], actorsFrom: 0,
      tagsets: from === 0 ? [[]] : [], tagsetsFrom: 0,
    },
    buffers,
  );
}

/** Runs side by side, each of steps in which some actors ask a model at the same time. */
export function someRuns(rows: number, beside: number, seed = 4): MadeUpRow[] {
  const next = random(seed);
  const made: MadeUpRow[] = [];
  const add = (row: MadeUpRow): number => made.push(row) - 1;
  let begin = 0;
  for (let run = 0; made.length < rows; run++) {
    const root = add({ parent: -1, kind: "run", start: begin, duration: 0, name: `bargaining over a car, ${run + 1}` });
    let at = begin + 0.05;
    for (let step = 1; step <= 8 && made.length < rows; step++) {
      const stepRow = add({ parent: root, kind: "step", start: at, duration: 0, name: `step ${step}` });
      const asked = 1 + Math.floor(next() * 3);
      let longest = 0;
      for (let one = 0; one < asked; one++) {
        const actor = 1 + ((step + one) % 4);
        const [prompt, wait] = [0.02 + next() * 0.15, 0.3 + next() * next() * 6];
        const start = at + 0.03 + one * 0.04;
        const failed = next() < 0.03;
        const query = add({ parent: stepRow, kind: "query", start, duration: prompt + wait + 0.04, name: `ask ${ACTORS[actor - 1]!.name}`, actor, state: failed ? 2 : 1 });
        add({ parent: query, kind: "call", start: start + 0.01, duration: prompt, name: "write the prompt" });
        add({
          parent: query, kind: "model", start: start + 0.02 + prompt, duration: wait, name: "gpt-4o-mini", state: failed ? 2 : 1,
          tokensIn: 900 + Math.floor(next() * 900), tokensOut: 40 + Math.floor(next() * 200),
        });
        longest = Math.max(longest, prompt + wait + 0.1 + one * 0.04);
      }
      add({ parent: stepRow, kind: "event", start: at + longest, duration: 0, name: "price changed" });
      for (let actor = 1; actor <= 3; actor++) add({ parent: stepRow, kind: "observe", start: at + longest + actor * 0.002, duration: 0.001, name: `${ACTORS[actor - 1]!.name} observes`, actor });
      made[stepRow]!.duration = longest + 0.05;
      at += longest + 0.1;
    }
    made[root]!.duration = at - begin;
    begin += run % beside === beside - 1 ? (at - begin) * 0.9 : 0.3;
  }
  return made;
}

const OPENINGS = [
  "I have looked at the car twice now, and I like it.",
  "Let us be honest with each other: the paint is from last week, the engine is not.",
  "Fine. That is a price one can talk about.",
  "My mechanic says the brakes need work, which is about four hundred by itself.",
  "I would rather keep it than sell it below what I paid.",
  "You should know that there is another buyer, who comes on Saturday.",
];

/** A conversation with whispers, thoughts and events. */
export function someTalk(turns: number, seed = 9, actors = 3): Talk {
  const next = random(seed);
  const made: Turn[] = [];
  for (let at = 0, step = 1; made.length < turns; at++) {
    const speaker = at % actors;
    const price = 2_500 + 100 * Math.floor(next() * 12);
    const common = { row: at * 4, step, speaker, to: null, private: false, cut: false, call: at * 4 + 3 };
    if (next() < 0.35) made.push({ ...common, kind: "thought", text: `If I say ${price} now, they will think that I am in a hurry. I should wait for their offer first, and only then mention the brakes.` });
    const long = next() < 0.12;
    const words = Array.from({ length: long ? 40 : 1 + Math.floor(next() * 3) }, () => OPENINGS[Math.floor(next() * OPENINGS.length)]!);
    const whisper = next() < 0.15;
    made.push({
      ...common, kind: "say", text: `${words.join(long ? "\n\n" : " ")} What do you say to ${price.toLocaleString("en-US")}?`,
      ...(whisper ? { private: true, to: [(speaker + 1) % actors] } : {}), cut: long && next() < 0.5,
    });
    if (next() < 0.5) made.push({ ...common, speaker: (speaker + 1) % actors, to: [(speaker + 1) % actors], private: true, kind: "observe", text: `${ACTORS[speaker]!.name} offers ${price}.` });
    if (next() < 0.1) made.push({ ...common, speaker: 4, kind: "event", text: "A rainstorm begins. The roof of the car turns out to leak." });
    if (next() < 0.85) step++;
  }
  return { speakers: ACTORS, turns: made.slice(0, turns) };
}

/** The same conversation, gone another way from a step on. */
export function otherTalk(talk: Talk, from: number): Talk {
  const next = random(21);
  const turns = talk.turns.flatMap((turn): Turn[] => {
    if ((turn.step ?? 0) < from || next() < 0.55) return [turn];
    if (next() < 0.15) return [];
    const text = turn.text.replace(/\d,\d{3}/, (price) => String(Number(price.replace(",", "")) - 300).replace(/^(\d)/, "$1,")).replace("honest", "quite frank").replace(/twice now/, "a third time");
    return [{ ...turn, text, speaker: next() < 0.1 ? (turn.speaker + 1) % 3 : turn.speaker }];
  });
  return { ...talk, turns };
}

export const HOSTILE = [
  "<img src=x onerror=\"document.title='HACKED'\">", "</script><script>document.title='HACKED'</script>", "javascript:alert(1)",
  "\u202egnp.exe\u202c \u2066hidden\u2069", `Z${"\u0335\u0300\u0301\u0302\u0303\u0304\u0305".repeat(40)}algo`, "x".repeat(60_000), "\u0000\u0007\u001b[31mred", "\ud800 lone",
  "url(https://evil.example/x)", "}</style><b>", "__proto__", "constructor", "مرحبا بالعالم", "漢字仮名交じり文", "",
];

/** What the views ask for, from what was made up. */
export function madeUpApi(columns: Columns, talks: (row: number) => Talk, details: (row: number) => NodeDetail["fields"], log: (text: string) => void): Api {
  return {
    columns,
    node: async (row) => ({ row, uid: `uid-${row}`, parents: [], fields: details(row), values: {}, cut: [], heads: {} }),
    stamp: () => 0,
    value: async (): Promise<Wire> => null,
    talk: async (row) => talks(row),
    locate: async () => null,
    select: (row) => log(`select ${row}`),
    compare: (a, b) => log(`compare ${a} ${b}`),
    copy: async (text) => log(`copy ${text}`),
    link: (uid) => uid,
  };
}
