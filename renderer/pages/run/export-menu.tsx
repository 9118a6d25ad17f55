import { ChevronDown, Copy } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import type { ExportFormat } from '../../../contract/result.ts';
import type { Task } from '../../../contract/task.ts';
import { call, sentenceOf } from '../../agent.ts';
import { useNotice } from '../../stores/notice.ts';

const FORMATS: readonly { format: ExportFormat; name: string; extension: string; type: string }[] = [
  { format: 'html', name: 'HTML page', extension: 'html', type: 'text/html' },
  { format: 'markdown', name: 'Markdown', extension: 'md', type: 'text/markdown' },
  { format: 'junit', name: 'JUnit XML', extension: 'xml', type: 'application/xml' },
  { format: 'ctrf', name: 'CTRF JSON', extension: 'ctrf.json', type: 'application/json' },
];

/** Copies the result as Markdown, fit for a pull request, or saves it as a file. */
export function ExportButtons({ task }: { task: Task }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    said(async () => {
      const { text } = await call('exportResult', { task: task.id, format: 'markdown' });
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  return (
    <>
      <button type="button" className="btn" aria-label="Copy summary" title="As Markdown, for a pull request" onClick={copy}>
        <Copy className="icon icon--s" />
        <span className="wide">{copied ? 'Copied' : 'Copy summary'}</span>
      </button>
      <span className="sr-only" role="status">
        {copied ? 'Copied' : ''}
      </span>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button type="button" className="btn">
            Export
            <ChevronDown className="icon icon--s" />
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" aria-label="Export" align="end" sideOffset={4} collisionPadding={8}>
            {FORMATS.map(({ format, name, extension, type }) => (
              <DropdownMenu.Item
                key={format}
                className="menu__item"
                onSelect={() =>
                  said(async () => {
                    const { text } = await call('exportResult', { task: task.id, format });
                    save(`${task.config.category}-${task.number}.${extension}`, text, type);
                  })
                }
              >
                <span className="grow">{name}</span>
                <span className="t3 small">.{extension}</span>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
  );
}

/** Does it, and says what went wrong. */
async function said(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    useNotice.setState({ text: sentenceOf(error) });
  }
}

/** As a download: a browser keeps it where it keeps all, the app asks where. */
function save(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
