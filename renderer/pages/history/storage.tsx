import { HardDrive } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { Result } from '../../../contract/api.ts';
import { call, sentenceOf } from '../../agent.ts';
import { bytes, count } from '../../format/units.ts';
import { loadHistory } from '../../stores/history.ts';
import { useQueue } from '../../stores/queue.ts';
import { useAnswer } from '../../stores/use-answer.ts';

/** What all runs take on the disk, and the way to let go what need not be kept any more. */
export function StorageButton() {
  const [open, setOpen] = useState(false);
  const [pruned, setPruned] = useState<Result<'prune'> | null>(null);
  const last = useQueue((state) => state.finished[0]?.id);
  const { value: host } = useAnswer('hostStatus', {}, `${last} ${open} ${pruned?.diskUseBytes}`);
  const use = host?.diskUseBytes ?? null;
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setPruned(null);
      }}
    >
      <Popover.Trigger asChild>
        <button type="button" className="btn btn--quiet" title="What all runs take on the disk">
          <HardDrive className="icon icon--s" />
          {use === null ? 'Disk' : bytes(use)}
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu pop" aria-label="Disk" align="end" sideOffset={4} collisionPadding={8}>
          {pruned === null ? <WhatWouldGo onPruned={setPruned} /> : <Went pruned={pruned} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const REASONS = { age: 'too old', number: 'too many of its suite', disk: 'too much for the disk' } as const;

function WhatWouldGo({ onPruned }: { onPruned(answer: Result<'prune'>): void }) {
  const { value, error } = useAnswer('prune', { dryRun: true });
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  if (error !== null) return <p className="is-fail">{error}</p>;
  if (value === null) return <p className="t3">Measuring…</p>;
  const { pruned, total, freedBytes, diskUseBytes } = value;
  const reasons = (['age', 'number', 'disk'] as const).flatMap((reason) => {
    const n = pruned.filter((run) => run.reason === reason).length;
    return n > 0 ? `${n === total ? '' : `${n} `}${REASONS[reason]}` : [];
  });
  const prune = async () => {
    setBusy(true);
    try {
      onPruned(await call('prune', { dryRun: false }));
      void loadHistory();
    } catch (cause) {
      setFailed(sentenceOf(cause));
      setBusy(false);
    }
  };
  return (
    <>
      <p>
        All runs together take <b className="label">{bytes(diskUseBytes)}</b>.
      </p>
      <p className="t2">
        {total === 0
          ? 'Nothing has to go. What is kept is said by the home’s settings.json, and by the projects.'
          : `${count(total, 'run')} need not be kept any more: ${reasons.join(', ')}. The last failed and the last passed run of a suite stay.`}
      </p>
      {failed !== null && <p className="is-fail">{failed}</p>}
      {total > 0 && (
        <button type="button" className="btn" disabled={busy} onClick={prune}>
          {freedBytes > 0 ? `Remove them and free ${bytes(freedBytes)}` : 'Remove them'}
        </button>
      )}
    </>
  );
}

function Went({ pruned: { freedBytes, diskUseBytes } }: { pruned: Result<'prune'> }) {
  return (
    <p role="status">
      {bytes(freedBytes)} were freed. All runs together take <b className="label">{bytes(diskUseBytes)}</b>.
    </p>
  );
}
