import { Terminal } from 'lucide-react';
import { CopyButton } from '../components/buttons.tsx';

const COMMAND = 'bge2e open --web';

/** Shown to a browser that came without the token: anybody on this machine could be behind it. */
export function NoTokenPage() {
  return (
    <main className="gate">
      <div className="empty">
        <div>
          <h1>Open this page by {COMMAND}</h1>
          <p>This address alone does not open your queue. The command prints one that does, and only you can run it.</p>
        </div>
        <div className="command">
          <Terminal className="icon icon--s" />
          <code>{COMMAND}</code>
          <CopyButton text={COMMAND} what="command" />
        </div>
      </div>
    </main>
  );
}
