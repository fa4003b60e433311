import type { LucideIcon } from 'lucide-react';
import { Popover as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { buttonLook } from './button.tsx';

export interface PopoverProps {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}

/** A button, and what it opens beside itself: more about one thing, without leaving the page. */
export function Popover({ label, icon: Icon, children }: PopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger className={buttonLook()}>
        {Icon && <Icon aria-hidden="true" size={15} className="text-soft" />}
        {label}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          sideOffset={4}
          collisionPadding={8}
          className="z-30 max-w-[min(24rem,calc(100vw-1rem))] rounded-lg border border-line bg-panel p-4 text-ink shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
