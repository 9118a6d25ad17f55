import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';

interface Choice<T extends string> {
  value: T;
  text: string;
}

interface ChoiceMenuProps<T extends string> {
  trigger: ReactElement;
  label: string;
  choices: readonly Choice<T>[];
  value: T | null;
  onChoose(value: T): void;
  align?: 'start' | 'end';
}

/** A menu of which one item is chosen. Not modal: a modal one would put a style element into the page, which its security policy forbids. */
export function ChoiceMenu<T extends string>({ trigger, label, choices, value, onChoose, align = 'start' }: ChoiceMenuProps<T>) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" aria-label={label} align={align} sideOffset={4} collisionPadding={8}>
          {choices.map((choice) => (
            <DropdownMenu.CheckboxItem
              key={choice.value}
              className="menu__item"
              checked={choice.value === value}
              onSelect={() => onChoose(choice.value)}
            >
              <span className="menu__mark">{choice.value === value && <Check className="icon icon--s" />}</span>
              <span className="cut">{choice.text}</span>
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
