import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { type Tone, toneText, toneTint } from './tone.ts';

export interface NoticeProps {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** A sentence or two that belongs to what stands around it. */
export function Notice({ tone, icon: Icon, children, action }: NoticeProps) {
  return (
    <div
      className={`flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg px-3.5 py-2.5 forced-colors:border ${toneTint[tone]}`}
    >
      <Icon aria-hidden="true" size={18} className={`mt-px shrink-0 ${toneText[tone]}`} />
      <div className="min-w-0 flex-1 basis-48">{children}</div>
      {action}
    </div>
  );
}
