import { Tooltip as Radix } from 'radix-ui';
import type { ReactElement } from 'react';

export interface TooltipProps {
  readonly text: string;
  /** `end` is where the text of the page goes on. */
  readonly side?: 'top' | 'bottom' | 'end';
  /** Only where the rail shows no words. */
  readonly narrow?: boolean;
  /** One element that can have the focus. */
  readonly children: ReactElement;
}

/** A name that shows on hover and focus, and goes with Escape. Nothing that is not also said elsewhere. */
export function Tooltip({ text, side = 'top', narrow = false, children }: TooltipProps) {
  return (
    <Radix.Provider delayDuration={300}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            side={side === 'end' ? endSide() : side}
            sideOffset={6}
            className={`z-30 rounded-md border border-line bg-ink px-2 py-1 text-xs leading-4 text-panel shadow-float ${narrow ? 'wide:hidden' : ''}`}
          >
            {text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}

function endSide(): 'left' | 'right' {
  return document.documentElement.dir === 'rtl' ? 'left' : 'right';
}
