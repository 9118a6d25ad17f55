import { Terminal } from 'lucide-react';
import { CopyButton } from '../../components/buttons.tsx';
import { commandPreview, type FormValues } from './form-schema.ts';

/** What the host will run. */
export function CommandPreview({ commandLine, values }: { commandLine: string | null; values: FormValues }) {
  if (commandLine === null) return null;
  const { variables, command } = commandPreview(commandLine, values);
  return (
    <div className="cmd">
      <Terminal className="icon icon--s" />
      {/* biome-ignore lint/a11y/useSemanticElements: it is what the form says it will do. */}
      <code aria-label="Command">
        {variables !== '' && <span className="t3">{variables} </span>}
        {command}
      </code>
      <CopyButton text={command} what="command" />
    </div>
  );
}
