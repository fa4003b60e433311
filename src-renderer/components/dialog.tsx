import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import { IconButton } from './button.tsx';

export interface DialogProps {
  readonly title: string;
  /** Escape, the veil, the close button: all ask for the same. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the end, the one that acts last. */
  readonly footer?: ReactNode;
  /** A sheet comes from the side and leaves the page's start in sight: for help and details. */
  readonly sheet?: boolean;
  /** Asks for a decision: it is read out at once and the veil does not close it. */
  readonly alert?: boolean;
}

/** Above the page, which cannot be used meanwhile. Shown for as long as it is rendered; the focus goes back where it was. */
export function Dialog({ title, onClose, children, footer, sheet = false, alert = false }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const bodyId = useId();
  const { t } = useText();
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  useVeil(ref, alert ? undefined : onClose);
  const place = sheet
    ? 'ms-auto me-0 my-0 h-dvh max-h-none w-[26rem] max-w-full border-s'
    : 'm-auto max-h-[85dvh] w-[30rem] max-w-[calc(100vw-2rem)] rounded-lg border';
  return (
    <dialog
      ref={ref}
      role={alert ? 'alertdialog' : undefined}
      aria-labelledby={titleId}
      aria-describedby={alert ? bodyId : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={`overflow-y-auto border-line bg-panel p-0 text-ink shadow-float backdrop:bg-veil ${place}`}
    >
      <div className={`flex flex-col ${sheet ? 'min-h-full' : ''}`}>
        <header className="sticky top-0 flex items-start justify-between gap-3 bg-panel px-5 pt-4 pb-2">
          <h2 id={titleId} className="pt-1 text-lg leading-6 font-semibold">
            {title}
          </h2>
          <IconButton label={t('frame.close')} icon={X} onClick={onClose} />
        </header>
        <div id={bodyId} className="flex-1 space-y-3 px-5 pb-5">
          {children}
        </div>
        {footer && (
          <footer className="sticky bottom-0 flex flex-wrap justify-end gap-2 border-t border-line bg-panel px-5 py-3">
            {footer}
          </footer>
        )}
      </div>
    </dialog>
  );
}

/** A press on the veil closes. The veil belongs to the dialog, so the place of the press tells. */
export function useVeil(ref: { readonly current: HTMLDialogElement | null }, onClose: (() => void) | undefined): void {
  useEffect(() => {
    const dialog = ref.current;
    const press = (event: PointerEvent) => {
      const box = dialog?.getBoundingClientRect();
      if (event.target !== dialog || !box) return;
      const { clientX: x, clientY: y } = event;
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) onClose?.();
    };
    dialog?.addEventListener('pointerdown', press);
    return () => dialog?.removeEventListener('pointerdown', press);
  }, [ref, onClose]);
}
