// Two panes with an edge that can be dragged, side by side or stacked.

import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";

export function Split(props: {
  share: number;
  stacked: boolean;
  onShare(share: number): void;
  first: ComponentChildren;
  second: ComponentChildren;
}): JSX.Element {
  const { share, stacked, onShare } = props;
  const box = useRef<HTMLDivElement>(null);
  const shareAt = (event: PointerEvent): number => {
    const { left, top, width, height } = box.current!.getBoundingClientRect();
    return stacked ? (event.clientY - top) / height : (event.clientX - left) / width;
  };
  const onDown = (event: PointerEvent): void => {
    const edge = event.currentTarget as HTMLElement;
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => onShare(shareAt(moved));
    edge.addEventListener("pointermove", move);
    edge.addEventListener("lostpointercapture", () => edge.removeEventListener("pointermove", move), { once: true });
  };
  const onKey = (event: KeyboardEvent): void => {
    const [less, more] = stacked ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    if (event.key !== less && event.key !== more) return;
    event.preventDefault();
    event.stopPropagation();
    onShare(share + (event.key === more ? 0.03 : -0.03));
  };
  return (
    <div class="il-split" ref={box} data-stacked={stacked ? "" : undefined}>
      <div class="il-pane" style={{ flexBasis: `${share * 100}%` }}>
        {props.first}
      </div>
      <div
        class="il-edge"
        role="separator"
        tabIndex={0}
        aria-orientation={stacked ? "horizontal" : "vertical"}
        aria-label="Size of the panes"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={15}
        aria-valuemax={85}
        onPointerDown={onDown}
        onKeyDown={onKey}
        onDblClick={() => onShare(0.5)}
      />
      <div class="il-pane il-pane-second">{props.second}</div>
    </div>
  );
}
