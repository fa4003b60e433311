import type { LucideIcon } from 'lucide-react';
import { type Tone, toneText, toneTint } from './tone.ts';

/** A state in one or two words, with a shape. */
export function Pill({ tone, icon: Icon, children }: { tone: Tone; icon: LucideIcon; children: string }) {
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs leading-5 font-medium forced-colors:border ${toneText[tone]} ${toneTint[tone]}`}
    >
      <Icon aria-hidden="true" size={13} strokeWidth={2.25} />
      {children}
    </span>
  );
}
