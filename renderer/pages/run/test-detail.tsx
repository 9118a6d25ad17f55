import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { CopyButton } from '../../components/buttons.tsx';
import { placed } from '../../format/placed.ts';
import { framesOf, type MessageLine, messageLines } from '../../format/words.ts';
import { stripAnsi } from '../../log/ansi.ts';
import type { ShownTest } from './shown-tests.ts';

const CLASSES: Readonly<Record<MessageLine['kind'], string>> = { plain: '', expected: 'exp', received: 'got', code: 'dim', marked: 'at' };

/** Why a test failed: its message with what was expected and what came, and where. */
export function TestDetail({ test, project, children }: { test: ShownTest; project: string; children?: ReactNode }) {
  const message = stripAnsi(test.message ?? '').trim();
  const trace = stripAnsi(test.trace ?? '');
  const [head = '', ...body] = message.split('\n');
  const place = test.filePath && (test.line === null ? test.filePath : `${test.filePath}:${test.line}`);
  return (
    <div className="detail">
      {message !== '' && (
        <div className="panel">
          <div className="panel__head">
            <Head text={head} />
            {test.retries > 0 && <span className="wide">tried {test.retries + 1} times</span>}
            <CopyButton text={trace.startsWith(message) ? trace : `${message}\n\n${trace}`.trim()} what="message" />
          </div>
          <Message lines={messageLines(body.join('\n').replace(/^\n+/, ''))} />
        </div>
      )}
      <Code message={message} trace={trace} />
      <Text message={message} trace={trace} project={project} />
      <Frames place={place} trace={trace} project={project} />
      {children}
    </div>
  );
}

/** Beyond this a first line is no headline any more. */
const LONG_HEAD = 600;

function Head({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  if (text.length <= LONG_HEAD) return <span className="mono grow">{text}</span>;
  return (
    <span className="mono grow">
      {all ? text : `${text.slice(0, LONG_HEAD)}… `}
      <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
        {all ? ' less' : `${text.length - LONG_HEAD} more characters`}
      </button>
    </span>
  );
}

function Message({ lines }: { lines: readonly MessageLine[] }) {
  if (lines.every((line) => line.text === '')) return null;
  return (
    <div className="diff">
      {placed(lines).map(({ item: { kind, text }, place }) => (
        <div key={place} className={CLASSES[kind]}>
          {kind === 'expected' || kind === 'received' ? <Quoted text={text} /> : text}
        </div>
      ))}
    </div>
  );
}

/** The value in quotes stands out. */
function Quoted({ text }: { text: string }) {
  const from = text.indexOf('"');
  const to = text.lastIndexOf('"');
  if (from < 0 || to <= from + 1) return text;
  return (
    <>
      {text.slice(0, from + 1)}
      <mark>{text.slice(from + 1, to)}</mark>
      {text.slice(to)}
    </>
  );
}

/** The lines of code around the failure, where the trace has them and the message has not. */
function Code({ message, trace }: { message: string; trace: string }) {
  const lines = messageLines(trace).filter(({ kind }) => kind === 'code' || kind === 'marked');
  if (!lines.some(({ kind }) => kind === 'marked') || message.includes(lines[0]?.text ?? '')) return null;
  return (
    <div className="panel">
      <Message lines={lines} />
    </div>
  );
}

/** The whole trace where it has no frames to list: pytest's, Go's and others'. */
function Text({ message, trace, project }: { message: string; trace: string; project: string }) {
  const text = trace.trim();
  if (text === '' || message.includes(text) || framesOf(trace, project).length > 0) return null;
  return (
    <section className="panel trace" aria-label="Trace">
      {text}
    </section>
  );
}

function Frames({ place, trace, project }: { place: string | null; trace: string; project: string }) {
  const [all, setAll] = useState(false);
  const frames = framesOf(trace, project);
  const own = frames.filter((frame) => !frame.foreign);
  const foreign = frames.length - own.length;
  const shown = all ? frames : own;
  if (frames.length === 0 && place === null) return null;
  return (
    <div className="panel">
      <ul className="frames" aria-label="Stack trace">
        {frames.length === 0 && (
          <li>
            <b>{place}</b>
          </li>
        )}
        {placed(shown).map(({ item: frame, place: at }) => (
          <li key={at}>
            <b className="cut">{frame.place}</b>
            <span className="cut">{frame.name}</span>
          </li>
        ))}
        {foreign > 0 && (
          <li>
            <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? <ChevronDown className="icon icon--s" /> : <ChevronRight className="icon icon--s" />}
              {all ? 'hide' : ''} {foreign} {foreign === 1 ? 'frame' : 'frames'} in libraries
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}
