import { type PointerEvent, type RefObject, useState } from 'react';

export interface Drag {
  id: string;
  from: number;
  /** The position among the others at which it would come to lie. */
  to: number;
}

/** Moves rows of one height with the pointer: take hold of one, and let go where it shall lie. Escape leaves it where it was. */
export function useDrag(list: RefObject<HTMLElement | null>, size: number, count: number, drop: (drag: Drag) => void) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const positionAt = (y: number) => {
    const top = list.current?.getBoundingClientRect().top ?? 0;
    return Math.max(0, Math.min(count - 1, Math.floor((y - top) / size)));
  };
  /** For the handle of a row. */
  const handle = (id: string, position: number) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ id, from: position, to: position });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const to = positionAt(event.clientY);
      setDrag((before) => (before === null || before.to === to ? before : { ...before, to }));
    },
    onPointerUp: () => {
      setDrag(null);
      if (drag !== null && drag.to !== drag.from) drop(drag);
    },
    onLostPointerCapture: () => setDrag(null),
  });
  return { drag, handle };
}
