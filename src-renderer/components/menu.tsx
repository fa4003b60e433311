import type { LucideIcon } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import { buttonLook } from './button.tsx';

export interface MenuItem {
  readonly id: string;
  readonly title: string;
  readonly icon?: LucideIcon;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

export interface MenuProps {
  /** On the button that opens it. */
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly items: readonly MenuItem[];
}

/** A button with several things to do behind it. */
export function Menu({ label, icon: Icon, items }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger className={buttonLook()}>
        {Icon && <Icon aria-hidden="true" size={15} className="text-soft" />}
        {label}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-30 min-w-40 rounded-lg border border-line bg-panel p-1 text-ink shadow-float"
        >
          {items.map(({ id, title, icon: ItemIcon, disabled = false, onSelect }) => (
            <Radix.Item
              key={id}
              disabled={disabled}
              onSelect={onSelect}
              className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2.5 text-sm outline-offset-0 data-[disabled]:cursor-default data-[disabled]:opacity-50 data-[highlighted]:bg-sunken"
            >
              {ItemIcon && <ItemIcon aria-hidden="true" size={15} className="text-soft" />}
              {title}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
