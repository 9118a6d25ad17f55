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
      <code>
        {variables !== '' && <span className="t3">{variables} </span>}
        {command}
      </code>
      <CopyButton text={command} what="command" />
    </div>
  );
}
