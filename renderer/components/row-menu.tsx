import { MoreHorizontal } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { placed } from '../format/placed.ts';

export interface RowAction {
  text: string;
  icon: ReactNode;
  /** The keys that do the same on the row. */
  keys?: string;
  disabled?: boolean;
  run(): void;
}

interface RowMenuProps {
  label: string;
  /** Groups of items, with a line between them. */
  groups: readonly (readonly RowAction[])[];
  open: boolean;
  onOpenChange(open: boolean): void;
}

/** What can be done with a row: by its button, by a right click, or by the menu key on the row. */
export function RowMenu({ label, groups, open, onOpenChange }: RowMenuProps) {
  const trigger = useRef<HTMLButtonElement>(null);
  // To the row, which is what the arrows and the other keys go on from.
  const focusRow = (event: Event) => {
    const row = trigger.current?.closest('.lrow')?.querySelector<HTMLElement>('[data-row]');
    if (!row) return;
    event.preventDefault();
    row.focus();
  };
  return (
    <DropdownMenu.Root modal={false} open={open} onOpenChange={onOpenChange}>
      <DropdownMenu.Trigger asChild>
        <button ref={trigger} type="button" className="btn btn--quiet btn--icon btn--s above" aria-label={label} title="More">
          <MoreHorizontal className="icon icon--s" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          aria-label={label}
          align="end"
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={focusRow}
        >
          {placed(groups).map(({ item: group, place }) => (
            <DropdownMenu.Group key={place} className="menu__group">
              {group.map(({ text, icon, keys, disabled, run }) => (
                <DropdownMenu.Item key={text} className="menu__item" disabled={disabled} onSelect={run}>
                  {icon}
                  <span className="cut grow">{text}</span>
                  {keys && (
                    <span className="menu__keys" aria-hidden="true">
                      {keys}
                    </span>
                  )}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Group>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
