import type { ReactNode } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

export interface ConfirmProps {
  /** A question. */
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode;
  /** A verb and its object: "Send 1 500 sat", not "OK". */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before something that cannot simply be taken back. What has the focus first does no harm. */
export function Confirm({ title, children, confirm, danger = false, busy = false, onConfirm, onCancel }: ConfirmProps) {
  const { t } = useText();
  return (
    <Dialog
      alert
      title={title}
      onClose={onCancel}
      footer={
        <>
          <Button onClick={onCancel}>{t('frame.cancel')}</Button>
          <Button look={danger ? 'danger' : 'main'} busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
