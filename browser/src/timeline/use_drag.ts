// Dragging with a pointer, told apart from a click.

import { useRef } from "preact/hooks";

/** Pixels a pointer may tremble within a click. */
const STILL = 4;

interface Drag {
  start?: (event: PointerEvent) => void;
  /** By how many pixels the pointer moved since it was last told. */
  move: (dx: number, dy: number) => void;
  click?: (event: PointerEvent) => void;
  /** The pointer moves without a button held down. */
  hover?: (event: PointerEvent) => void;
}

interface Handlers {
  onPointerDown: (event: PointerEvent) => void;
  onPointerMove: (event: PointerEvent) => void;
  onPointerUp: (event: PointerEvent) => void;
  onPointerCancel: () => void;
}

export function useDrag({ start, move, click, hover }: Drag): Handlers {
  const held = useRef<{ id: number; x: number; y: number; moved: boolean } | null>(null);
  return {
    onPointerDown: (event) => {
      if (event.button !== 0 || held.current) return;
      const element = event.currentTarget as HTMLElement;
      // The scroll bar is not ours to drag.
      if (event.offsetX > element.clientWidth && event.target === element) return;
      held.current = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
      start?.(event);
    },
    onPointerMove: (event) => {
      const from = held.current;
      if (!from || from.id !== event.pointerId) return hover?.(event);
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.moved) {
        if (Math.hypot(dx, dy) < STILL) return;
        from.moved = true;
        (event.currentTarget as HTMLElement).setPointerCapture?.(event.pointerId);
      }
      [from.x, from.y] = [event.clientX, event.clientY];
      move(dx, event.pointerType === "touch" ? 0 : dy);
    },
    onPointerUp: (event) => {
      const from = held.current;
      held.current = null;
      if (from && !from.moved) click?.(event);
    },
    onPointerCancel: () => (held.current = null),
  };
}
