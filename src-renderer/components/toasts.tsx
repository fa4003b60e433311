import { X } from 'lucide-react';
import { useText } from '../i18n/use-text.ts';
import { IconButton } from './button.tsx';

export interface Toast {
  readonly id: number;
  readonly text: string;
}

/** What was just done, said in passing. What went wrong is a notice that stays, not one of these. */
export function Toasts({ toasts, onClose }: { toasts: readonly Toast[]; onClose: (id: number) => void }) {
  const { t } = useText();
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-16 z-20 flex flex-col items-center gap-2 px-4 sm:bottom-4"
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
