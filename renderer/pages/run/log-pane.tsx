import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, ChevronDown, ChevronUp, Search, TextWrap } from 'lucide-react';
import { type KeyboardEvent, memo, useCallback, useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { Kbd } from '../../components/buttons.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { isTyping } from '../../components/row-keys.ts';
import { segmentsOf, visibleLine } from '../../log/ansi.ts';
import { findText, type LogLine, shownLines, tellsFailure } from '../../log/log-lines.ts';
import { type LogSource, openLog } from '../../log/log-source.ts';
import { markText } from '../../log/marks.ts';

const LINE = 20;
/** This near to the end (px) counts as at the end. */
const NEAR = 24;
/** Longer lines are cut: a browser is not made for a line of a megabyte. */
const LONGEST = 4000;

/** The log of an attempt, from its end on. */
export function LogPane({ task, attempt }: { task: string; attempt: number }) {
  const [source, setSource] = useState<LogSource | null>(null);
  useEffect(() => {
    const opened = openLog(task, attempt);
    setSource(opened);
    return () => opened.close();
  }, [task, attempt]);
  return source && <Log source={source} />;
}

function Log({ source }: { source: LogSource }) {
  const { log, size, ended, loaded, loadingEarlier, error } = useStore(source.store);
  const lines = useMemo(() => shownLines(log), [log]);
  const view = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const [wrap, setWrap] = useState(false);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState<number | null>(null);
  const wanted = useDeferredValue(query);
  const hits = useMemo(() => findText(lines, wanted), [lines, wanted]);
  const rows = useVirtualizer({ count: lines.length, getScrollElement: () => view.current, estimateSize: () => LINE, overscan: 20 });

  const follow = useCallback(
    (on: boolean) => {
      setFollowing(on);
      source.setFollowing(on);
    },
    [source],
  );

  // New lines: the end stays in sight if it was. Earlier lines: what is in sight stays where it is.
  const before = useRef({ start: log.start, count: 0 });
  useLayoutEffect(() => {
    const element = view.current;
    if (!element) return;
    if (following) element.scrollTop = element.scrollHeight;
    else if (log.start < before.current.start) element.scrollTop += (lines.length - before.current.count) * LINE;
    before.current = { start: log.start, count: lines.length };
  }, [lines, log.start, following]);

  const onScroll = () => {
    const element = view.current;
    if (!element) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (atEnd !== following) follow(atEnd);
    if (element.scrollTop < 200 && !following) void source.loadEarlier();
  };

  const jump = useCallback(
    (index: number) => {
      setAt(index);
      follow(false);
      rows.scrollToIndex(index, { align: 'center' });
    },
    [rows, follow],
  );
  const jumpHit = (step: 1 | -1) => {
    if (hits.length === 0) return;
    const next =
      step === 1 ? (hits.find((hit) => hit > (at ?? -1)) ?? hits[0]) : (hits.findLast((hit) => hit < (at ?? lines.length)) ?? hits.at(-1));
    if (next !== undefined) jump(next);
  };
  const hasFailures = useMemo(() => lines.some(tellsFailure), [lines]);
  const nextFailure = useCallback(() => {
    const from = (at ?? -1) + 1;
    const ahead = lines.findIndex((line, index) => index >= from && tellsFailure(line));
    const next = ahead >= 0 ? ahead : lines.findIndex(tellsFailure);
    if (next >= 0) jump(next);
  }, [at, lines, jump]);

  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'f' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      nextFailure();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [nextFailure]);

  const onFindKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') jumpHit(event.shiftKey ? -1 : 1);
    if (event.key === 'Escape') setQuery('');
  };
  const hitNumber = at === null ? -1 : hits.indexOf(at);

  return (
    <>
      <div className="logtools">
        <div className="input find">
          <Search className="icon icon--s" />
          <input
            aria-label="Find in the log"
            placeholder="Find"
            value={query}
            spellCheck={false}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={onFindKey}
          />
          {query !== '' && (
            <>
              <span className="find__n" role="status">
                {hits.length === 0 ? 'none' : hitNumber < 0 ? hits.length : `${hitNumber + 1} of ${hits.length}`}
              </span>
              <button
                type="button"
                className="btn btn--quiet btn--icon btn--s"
                aria-label="Previous match"
                disabled={hits.length === 0}
                onClick={() => jumpHit(-1)}
              >
                <ChevronUp className="icon icon--s" />
              </button>
              <button
                type="button"
                className="btn btn--quiet btn--icon btn--s"
                aria-label="Next match"
                disabled={hits.length === 0}
                onClick={() => jumpHit(1)}
              >
                <ChevronDown className="icon icon--s" />
              </button>
            </>
          )}
        </div>
        {hasFailures && (
          <button type="button" className="chip" aria-keyshortcuts="F" onClick={nextFailure}>
            <Glyph name="failed" size="s" silent />
            Next failure <Kbd>F</Kbd>
          </button>
        )}
        <span className="grow" />
        <button
          type="button"
          className="btn btn--quiet btn--icon"
          aria-label="Wrap lines"
          title="Wrap lines"
          aria-pressed={wrap}
          onClick={() => setWrap(!wrap)}
        >
          <TextWrap className={wrap ? 'icon is-run' : 'icon'} />
        </button>
        <button
          type="button"
          className="chip chip--tall"
          aria-pressed={following}
          onClick={() => follow(!following)}
          title={ended ? 'Go to the end' : 'Keep the newest line in sight'}
        >
          <ArrowDownToLine className="icon icon--s" />
          <b>{ended ? 'End' : 'Follow'}</b>
        </button>
      </div>
      <div className={wrap ? 'log log--wrap' : 'log'}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard scrolls it. */}
        <div className="log__view" ref={view} role="log" aria-label="Log" aria-live="off" tabIndex={0} onScroll={onScroll}>
          {log.start > 0 && (
            <div className="log__earlier">
              {loadingEarlier ? (
                'Reading earlier lines…'
              ) : (
                <button type="button" className="link" onClick={() => void source.loadEarlier()}>
                  Show earlier lines
                </button>
              )}
              <span>{kilobytes(log.start)} before this</span>
            </div>
          )}
          {loaded && lines.length === 0 && <p className="quiet">{error ?? (ended ? 'It wrote nothing.' : 'Nothing was written yet.')}</p>}
          <div className="log__lines" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((row) => {
              const line = lines[row.index];
              return (
                line && (
                  <div
                    key={row.key}
                    data-index={row.index}
                    ref={wrap ? rows.measureElement : undefined}
                    className={`log__line${tellsFailure(line) ? ' is-bad' : ''}${row.index === at ? ' is-at' : ''}`}
                    style={{ transform: `translateY(${row.start}px)` }}
                  >
                    <span>{log.start === 0 ? row.index + 1 : ''}</span>
                    <Line line={line} query={wanted} current={row.index === at} />
                  </div>
                )
              );
            })}
          </div>
        </div>
        {!following && !ended && size > log.end - 1 && (
          <button type="button" className="btn btn--s log__new" onClick={() => follow(true)}>
            <ArrowDownToLine className="icon icon--s" />
            To the end
          </button>
        )}
      </div>
    </>
  );
}

const Line = memo(function Line({ line, query, current }: { line: LogLine; query: string; current: boolean }) {
  const text = visibleLine(line.raw);
  const cut = text.length > LONGEST ? text.slice(0, LONGEST) : text;
  return (
    <span>
      {markText(segmentsOf(cut, line.before), query).map((segment, index) => {
        const style = segment.color === null ? undefined : { color: `rgb(${segment.color})` };
        const key = index; // a piece is its place
        return segment.marked ? (
          <mark key={key} className={current ? 'is-at' : undefined}>
            {segment.text}
          </mark>
        ) : segment.classes === '' && !style ? (
          segment.text
        ) : (
          <span key={key} className={segment.classes} style={style}>
            {segment.text}
          </span>
        );
      })}
      {cut !== text && <span className="ansi-dim"> … {text.length - LONGEST} more characters</span>}
    </span>
  );
});

const kilobytes = (bytes: number) => (bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);
