// What is under the pointer, in words.

import type { JSX } from "preact";
import type { Columns } from "../app/model";
import { describe } from "./describe";
import type { Span } from "./detail_levels";
import type { Scene } from "./scene";

interface Props {
  scene: Scene;
  columns: Columns;
  now: number;
  span: Span;
  x: number;
  y: number;
  /** Of what it stands in. */
  width: number;
}

const WIDEST = 320;

export function Tip({ scene, columns, now, span, x, y, width }: Props): JSX.Element {
  const left = Math.max(4, Math.min(x + 14, width - WIDEST - 8));
  const style = { left: `${left}px`, top: `${y + 18}px`, maxWidth: `${Math.min(WIDEST, width - 16)}px` };
  if (span.count > 1)
    return (
      <div class="il-timeline-tip" style={style}>
        <b>{span.count.toLocaleString("en-US")} calls</b>
        <span>too short to be told apart here: click to come nearer</span>
      </div>
    );
  const { name, kind, actor, state, start, took, more } = describe({ scene, columns, now }, span.bar);
  return (
    <div class="il-timeline-tip" style={style}>
      <b>
        <bdi>{name}</bdi>
      </b>
      <span>
        {kind}
        {actor && (
          <>
            {" · "}
            <bdi>{actor}</bdi>
          </>
        )}
        {state && <em data-state={state}> {state}</em>}
      </span>
      <span>
        {took}, began at {start}
      </span>
      {more.length > 0 && <span>{more.join(" · ")}</span>}
    </div>
  );
}
