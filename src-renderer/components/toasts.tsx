import { X } from 'lucide-react';
import { useText } from '../i18n/use-text.ts';
import { IconButton } from './button.tsx';

export interface Toast {
  readonly id: number;
  readonly text: string;
}

/**
 * What was just done, said in passing. What went wrong is a notice that stays, not one of these. They have room of their own at the
 * page's end and float over the rest of it: what they cover can be scrolled free, a button at the end too.
 */
export function Toasts({ toasts, onClose }: { toasts: readonly Toast[]; onClose: (id: number) => void }) {
  const { t } = useText();
  return (
    <div
      role="status"
      className="pointer-events-none sticky bottom-12 z-10 flex flex-col items-center gap-2 px-4 not-empty:pb-4 sm:bottom-0"
    >
      {toasts.map(({ id, text }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-full items-center gap-2 rounded-lg border border-edge bg-panel py-1 ps-4 pe-1 text-ink shadow-float"
        >
          <span>{text}</span>
          <IconButton label={t('frame.dismiss')} icon={X} onClick={() => onClose(id)} />
        </div>
      ))}
    </div>
  );
}
