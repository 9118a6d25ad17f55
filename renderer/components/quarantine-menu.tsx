import { ChevronDown, ShieldCheck, ShieldOff } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { dayOf } from '../../contract/day.ts';
import { endQuarantine, type QuarantinedTest, quarantineUntil } from '../stores/quarantine.ts';

const WEEKS = [1, 2, 4] as const;

interface QuarantineMenuProps {
  /** The project's root. */
  project: string;
  test: QuarantinedTest;
  /** The last day of its quarantine; null where it is in none. */
  until: string | null;
}

/** Puts a test in quarantine until a day to come, moves that day, or takes it out again. */
export function QuarantineMenu({ project, test, until }: QuarantineMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="btn btn--s"
          aria-label={until === null ? `Quarantine ${test.title}` : `Until ${dayWords(until)}: quarantine of ${test.title}`}
          title={until === null ? 'It still runs; its failures are shown, but make no verdict' : `In quarantine until the end of ${until}`}
        >
          {until === null ? 'Quarantine' : `Until ${dayWords(until)}`}
          <ChevronDown className="icon icon--xs" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" aria-label="Quarantine" align="end" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Group className="menu__group">
            {WEEKS.map((weeks) => {
              const day = dayIn(7 * weeks);
              return (
                <DropdownMenu.Item key={weeks} className="menu__item" onSelect={() => void quarantineUntil(project, test, day)}>
                  <ShieldCheck className="icon icon--s" />
                  <span className="grow">{weeks === 1 ? 'For a week' : `For ${weeks} weeks`}</span>
                  <span className="t3 small">until {dayWords(day)}</span>
                </DropdownMenu.Item>
              );
            })}
          </DropdownMenu.Group>
          {until !== null && (
            <DropdownMenu.Group className="menu__group">
              <DropdownMenu.Item className="menu__item" onSelect={() => void endQuarantine(project, test)}>
                <ShieldOff className="icon icon--s" />
                <span className="grow">End the quarantine</span>
              </DropdownMenu.Item>
            </DropdownMenu.Group>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function dayIn(days: number): string {
  const date = new Date();
  date.setDate(date.getDate() + days);
  return dayOf(date);
}

/** `2026-12-24` → `24 Dec`. */
export function dayWords(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}
