import { type RefObject, useEffect } from 'react';
import { useRoute } from '../router.ts';

/**
 * Arrows or j and k move between the rows (elements with `data-row`) below; Enter opens one, as it does for any link or button.
 * Arrows that belong to something else (tabs, radios, a menu, the log) are left to it.
 */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const letter = event.key === 'j' || event.key === 'k';
      const step = event.key === 'ArrowDown' || event.key === 'j' ? 1 : event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0;
      if (
        step === 0 ||
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target) ||
        useRoute.getState().sheet
      )
        return;
      const active = document.activeElement;
      if (!letter && active !== document.body && !active?.matches('[data-row]')) return;
      const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
      const at = active instanceof HTMLElement ? rows.indexOf(active) : -1;
      const next = rows[at < 0 ? 0 : at + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [list]);
}

/** Does a key that is pressed here belong to a field? */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'radio' && target.type !== 'checkbox';
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}
