// What ran beside what, and what was waited for.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Api } from "../app/model";
import { Segments } from "../parts/Segments";
import { Chart } from "./Chart";
import { summary } from "./describe";
import type { Grouping } from "./scene";
import { useScene } from "./use_scene";
import { Waterfall } from "./Waterfall";

export function Timeline({ api, row, selected }: { api: Api; row: number; selected: number }): JSX.Element {
  const [form, setForm] = useState<"chart" | "list">("chart");
  const [grouping, setGrouping] = useState<Grouping>("calls");
  const [colorBy, setColorBy] = useState<"kind" | "actor">("kind");
  const { scene, now, live } = useScene(api.columns, row, grouping);
  if (scene.row.length === 0) return <p class="il-timeline-none">Nothing ran here.</p>;
  return (
    <div class="il-timeline">
      <div class="il-timeline-controls" role="toolbar" aria-label="How the timeline is shown">
        <Segments label="Form" value={form} all={[["chart", "chart"], ["list", "list"]]} onPick={setForm} />
        {form === "chart" && <Segments label="Lanes" value={grouping} all={[["calls", "by call"], ["actors", "by actor"]]} onPick={setGrouping} />}
        {form === "chart" && (
          <span class="il-timeline-pick">
            colour <Segments label="Colour" value={colorBy} all={[["kind", "kind"], ["actor", "actor"]]} onPick={setColorBy} />
          </span>
        )}
        <span class="il-timeline-sums">
          {summary(scene, now()).map((part) => (
            <span key={part}>{part}</span>
          ))}
        </span>
      </div>
      {form === "chart" ? (
        <Chart key={`${row}`} api={api} scene={scene} now={now} live={live} colorBy={colorBy} strips={grouping === "actors"} selected={selected} />
      ) : (
        <Waterfall api={api} scene={scene} now={now()} selected={selected} />
      )}
    </div>
  );
}
