import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface VirtualRowsProps {
  count: number;
  /** Height of each row in px. */
  size: number | ((index: number) => number);
  /** The element that scrolls; more than these rows may lie in it. */
  scroller: RefObject<HTMLElement | null>;
  rowKey(index: number): string;
  children(index: number): ReactNode;
  role?: string;
  /** The last rows are in sight. */
  onEnd?(): void;
}

/** Rows of which only those in sight are made, however many there are. */
export function VirtualRows({ count, size, scroller, rowKey, children, role, onEnd }: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  // What lies above changes its height as tasks start and end.
  useLayoutEffect(() => {
    const element = box.current;
    const view = scroller.current;
    if (!element || !view) return;
    const measure = () => setMargin(element.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop);
    measure();
    const observer = new ResizeObserver(measure);
    for (const child of view.children) observer.observe(child);
    observer.observe(view);
    return () => observer.disconnect();
  }, [scroller]);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: typeof size === 'number' ? () => size : size,
    getItemKey: rowKey,
    scrollMargin: margin,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (count > 0 && last >= count - 1) onEnd?.();
  }, [last, count, onEnd]);
  return (
    <div ref={box} className="virtual" style={{ height: rows.getTotalSize() }} role={role}>
      {shown.map((row) => (
        <div key={row.key} role="presentation" style={{ transform: `translateY(${row.start - margin}px)`, height: row.size }}>
          {children(row.index)}
        </div>
      ))}
    </div>
  );
}
