/** Plotly figures: by plotly where the host has it, else drawn here as far as we can, with the numbers beside. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Wire } from "../app/model";
import { isObject, readDocument, readDrawing, tame, type Plain } from "./figures";
import { useGround, useShow } from "./ground";
import { Sketch } from "./Sketch";
import { Fold } from "./Tree";
import { oneLine, visible } from "./words";
import { asStored } from "./writing";

interface Plotly {
  newPlot(element: HTMLElement, data: Plain[], layout: { [key: string]: Plain }, config: object): Promise<unknown>;
  purge?(element: HTMLElement): void;
}

/** Pixels of a figure that does not say how high it is. */
const HEIGHT = 400;
const CONFIG = { displaylogo: false, responsive: true, showLink: false, showEditInChartStudio: false, plotlyServerURL: "", topojsonURL: "" };

export function Figure({ document }: { document: Wire }) {
  const ground = useGround();
  const Show = useShow();
  const read = useMemo(() => readDocument(document, ground.lookup), [document, ground, ground.version]);
  const drawing = useMemo(() => readDrawing(read.plain), [read]);
  const [failure, setFailure] = useState("");
  const asked = read.away.filter((hash) => !ground.failed.has(hash));
  useEffect(() => {
    for (const hash of asked.slice(0, 50)) void ground.load(hash);
  }, [asked.join(" "), ground]);
  if (asked.length) return <span class="il-d-note">loading the figure…</span>;
  const plotly = ground.api.plotly;
  const traces = isObject(read.plain) && Array.isArray(read.plain.data) ? read.plain.data : [];
  const left = drawing ? drawing.left : traces.map((one) => (isObject(one) ? String(one.type ?? "scatter") : "?"));
  return (
    <div class="il-d-figure">
      {plotly && !failure ? (
        <Plot document={read.plain} load={() => plotly.call(ground.api)} fail={setFailure} />
      ) : (
        <>
          {drawing && <Sketch drawing={drawing} />}
          {!plotly && <div class="il-d-note">sketched here; `interlab view` draws it with plotly, to zoom and point</div>}
          {left.length > 0 && <div class="il-d-note">not drawn here: {oneLine([...new Set(left)].slice(0, 8).join(", "), 120)}; its numbers are below</div>}
          {failure && <div class="il-d-note">plotly could not draw it: {visible(failure.slice(0, 300))}</div>}
        </>
      )}
      <Fold open={false} line={<span>the figure’s data</span>}>
        {() => <Show wire={asStored(read.plain)} path={["(figure)"]} depth={0} />}
      </Fold>
    </div>
  );
}

function Plot({ document, load, fail }: { document: Plain; load(): Promise<unknown>; fail(why: string): void }) {
  const place = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const element = place.current!;
    let drawn: Plotly | undefined;
    let gone = false;
    const draw = async () => {
      const spec = tame(document);
      if (!spec) throw new Error("it is not a figure");
      const plotly = (await load()) as Plotly;
      if (gone) return;
      drawn = plotly;
      await plotly.newPlot(element, spec.data, { height: HEIGHT, ...spec.layout, autosize: true }, CONFIG);
      setReady(true);
    };
    draw().catch((error: unknown) => gone || fail(error instanceof Error ? error.message : String(error)));
    return () => {
      gone = true;
      drawn?.purge?.(element);
    };
  }, [document]);
  return (
    <>
      {!ready && <span class="il-d-note">drawing…</span>}
      <div ref={place} class="il-d-plot" />
    </>
  );
}
