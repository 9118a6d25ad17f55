import { MoreHorizontal } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

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
  return (
    <DropdownMenu.Root modal={false} open={open} onOpenChange={onOpenChange}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="btn btn--quiet btn--icon btn--s above" aria-label={label} title="More">
          <MoreHorizontal className="icon icon--s" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" aria-label={label} align="end" sideOffset={4} collisionPadding={8}>
          {groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place.
            <DropdownMenu.Group key={index} className="menu__group">
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
