import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** How keys are called on this machine: `⌘N`, `Ctrl N`. */
export const modKey = (key: string): string => (isMac ? `⌘${key}` : `Ctrl ${key}`);

/** A hint at a key; hidden from the accessible name, which is the button's own. */
export function Kbd({ children }: { children: string }) {
  return (
    <span className="kbd" aria-hidden="true">
      {children}
    </span>
  );
}

/** Copies `text`; says for a moment that it did. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      setDone(false); // refused by the browser: the text can still be selected
    }
  };
  return (
    <button
      type="button"
      className="btn btn--quiet btn--icon btn--s"
      aria-label={done ? 'Copied' : `Copy ${what}`}
      title={done ? 'Copied' : `Copy ${what}`}
      onClick={copy}
    >
      {done ? <Check className="icon icon--s is-pass" /> : <Copy className="icon icon--s" />}
    </button>
  );
}
