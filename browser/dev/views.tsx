// Shows one view with made-up data: ?view=talk|timeline|diff|nodes &theme=dark &rows=100000 &hostile=1 &live=1.

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Api, type NodeDetail, State, type Talk as Conversation } from "../src/app/model";
import { Columns } from "../src/data/columns";
import { Diff } from "../src/diff/Diff";
import "../src/style/theme.css";
import "../src/style/diff.css";
import "../src/style/talk.css";
import "../src/style/timeline.css";
import { Talk } from "../src/talk/Talk";
import { Timeline } from "../src/timeline/Timeline";
import { append, HOSTILE, madeUpApi, type MadeUpRow, otherTalk, someRuns, someTalk } from "./made_up";

const asked = new URLSearchParams(location.search);
const view = asked.get("view") ?? "talk";
const rows = Number(asked.get("rows") ?? (view === "talk" ? 120 : 400));
const root = document.getElementById("view")!;
root.dataset.theme = asked.get("theme") ?? "light";

const live = asked.has("live");
const begin = live ? Date.now() / 1000 - 5 : 1_760_000_000;
const columns = new Columns();
const made: MadeUpRow[] = asked.has("hostile")
  ? HOSTILE.map((name, at) => ({ parent: at === 0 ? -1 : 0, kind: at < 2 ? "run" : HOSTILE[at % 7]!.slice(0, 40), start: at * 0.2, duration: at === 0 ? 5 : 1.1, name, actor: at % 5, state: 1 + (at % 3) }))
  : view === "timeline"
    ? someRuns(rows, Number(asked.get("beside") ?? 4))
    : [0, 1].map((at) => ({ parent: -1, kind: view === "nodes" ? "model" : "run", start: at * 20, duration: 12.5 + at, name: at ? "bargaining, forked at step 6" : "bargaining", tokensIn: 4_000 + at, tokensOut: 900, state: live ? State.open : 1 }));
append(columns, made, begin);

let talk: Conversation = someTalk(rows);
if (asked.has("hostile"))
  talk = {
    speakers: HOSTILE.map((name) => ({ name, color: name })),
    turns: HOSTILE.flatMap((text, at) => (["say", "thought", "observe", "event"] as const).map((kind, more) => ({ row: 0, step: at, speaker: (at + more) % HOSTILE.length, to: more ? [0, 3, 5] : null, private: more % 2 === 1, kind, text, cut: text.length > 4_000, call: 0 }))),
  };
const other = asked.has("hostile") ? { ...talk, turns: talk.turns.map((turn, at) => (at % 3 ? turn : { ...turn, text: HOSTILE[(at + 3) % HOSTILE.length]! })) } : otherTalk(talk, 6);

function fields(row: number): NodeDetail["fields"] {
  const old = row === 0;
  const system = "You are Alice. You want to buy a used car from Bob and pay as little as you can.\nNever pay more than 3,200. Be polite, and do not tell anybody your limit.\n\n" + "What was said so far is below, oldest first. Weigh every offer against your limit. ".repeat(8);
  return {
    inputs: {
      messages: [
        { role: "system", content: old ? system : system.replace("3,200", "3,500").replace("polite", "polite but firm") },
        { role: "user", content: old ? "Bob offers 3,000 for the car." : "Bob offers 3,300 for the car, and new tyres." },
      ],
      model: "gpt-4o-mini", temperature: old ? 0.7 : 0.2, stop: ["\n\n"], seed: 7, max_tokens: 400, ...(old ? { top_p: 1 } : { tools: [{ name: "accept", parameters: { price: "number" } }] }),
    },
    result: old ? "I can do 2,800 today, in cash. The brakes need work, and we both know it." : "I can do 2,900 today, in cash. The brakes need work, and we both know that new tyres do not stop a car.",
    meta: { usage: { input_tokens: old ? 1210 : 1224, output_tokens: 30 }, provider: "openai", region: "eu", tries: 1, hostile: asked.has("hostile") ? HOSTILE : [] },
  };
}

function Harness() {
  const [selected, select] = useState(Number(asked.get("selected") ?? -1));
  const [, redraw] = useState(0);
  const api: Api = { ...madeUpApi(columns, (row) => (row === 1 ? other : talk), fields, (text) => console.log(text)), select: (row) => (console.log(`select ${row}`), select(row)) };
  useEffect(() => {
    if (!live) return;
    let count = 0;
    const timer = setInterval(() => {
      count++;
      const start = Date.now() / 1000 - begin;
      if (view === "timeline") {
        const open = columns.length;
        append(columns, [{ parent: -1, kind: "run", start, duration: Number.NaN, name: `live ${count}`, state: State.open }], begin);
        append(columns, [1, 2, 3].map((actor) => ({ parent: open, kind: "model", start: start + actor * 0.01, duration: actor < 3 ? 0.4 * actor : Number.NaN, name: "gpt-4o-mini", actor, state: actor < 3 ? 1 : State.open })), begin);
      } else {
        talk = { ...talk, turns: [...talk.turns, { row: 0, step: 1_000 + count, speaker: count % 3, to: null, private: false, kind: "say", text: `live ${count} `.repeat(1 + (count % 40)), cut: false, call: 0 }] };
        columns.version++;
      }
      redraw((before) => before + 1);
    }, 400);
    return () => clearInterval(timer);
  }, []);
  if (view === "timeline") return <Timeline api={api} row={-1} selected={selected} />;
  if (view === "diff" || view === "nodes") return <Diff api={api} a={0} b={1} />;
  return <Talk api={api} row={0} />;
}

render(<Harness />, root);
