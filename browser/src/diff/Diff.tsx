// Two nodes, or two runs, and where they differ.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { Api } from "../app/model";
import { oneLine } from "../data/text";
import { Segments } from "../parts/Segments";
import { Facts, NodeDiff } from "./NodeDiff";
import { RunDiff } from "./RunDiff";
import { useAligned } from "./use_aligned";

export function Diff({ api, a, b }: { api: Api; a: number; b: number }): JSX.Element {
  const runs = api.columns.kind(a) === "run" && api.columns.kind(b) === "run";
  return runs ? <Runs key={`${a} ${b}`} api={api} a={a} b={b} /> : <Nodes api={api} a={a} b={b} />;
}

function Runs({ api, a, b }: { api: Api; a: number; b: number }): JSX.Element {
  const [part, setPart] = useState<"talk" | "values">("talk");
  const [inline, setInline] = useState(false);
  const aligned = useAligned(api, a, b);
  return (
    <div class="il-diff">
      <Head api={api} a={a} b={b}>
        <Segments label="What is compared" value={part} all={[["talk", "what was said"], ["values", "inputs and result"]]} onPick={setPart} />
        {part === "values" && <Layout inline={inline} onInline={setInline} />}
      </Head>
      {part === "talk" ? <RunDiff api={api} aligned={aligned} /> : <NodeDiff api={api} a={a} b={b} inline={inline} />}
    </div>
  );
}

function Nodes({ api, a, b }: { api: Api; a: number; b: number }): JSX.Element {
  const [inline, setInline] = useState(false);
  return (
    <div class="il-diff">
      <Head api={api} a={a} b={b}>
        <Layout inline={inline} onInline={setInline} />
      </Head>
      <NodeDiff api={api} a={a} b={b} inline={inline} />
    </div>
  );
}

function Head({ api, a, b, children }: { api: Api; a: number; b: number; children: ComponentChildren }): JSX.Element {
  const { columns } = api;
  const title = (row: number, side: "a" | "b"): JSX.Element => (
    <button type="button" class={`il-diff-title il-diff-title-${side}`} title="Go to it" onClick={() => api.select(row)}>
      <bdi>{oneLine(columns.name(row), 120)}</bdi> <small>{oneLine(columns.kind(row), 40)}</small>
    </button>
  );
  return (
    <header class="il-diff-head">
      <div class="il-diff-titles">
        {title(a, "a")}
        <button type="button" class="il-diff-swap" title="Swap the two" aria-label="Swap the two" onClick={() => api.compare(b, a)}>
          ⇄
        </button>
        {title(b, "b")}
      </div>
      <div class="il-diff-controls">
        {children}
        <Facts api={api} a={a} b={b} />
      </div>
    </header>
  );
}

function Layout({ inline, onInline }: { inline: boolean; onInline: (inline: boolean) => void }): JSX.Element {
  return <Segments label="Layout" value={inline ? "inline" : "beside"} all={[["beside", "side by side"], ["inline", "in one text"]]} onPick={(one) => onInline(one === "inline")} />;
}
