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
  /** What happens otherwise, where that is more than nothing. */
  readonly cancel?: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before something that cannot simply be taken back. What has the focus first does no harm. */
export function Confirm(props: ConfirmProps) {
  const { title, children, confirm, cancel, danger = false, busy = false, onConfirm, onCancel } = props;
  const { t } = useText();
  return (
    <Dialog
      alert
      title={title}
      onClose={onCancel}
      footer={
        <>
          <Button onClick={onCancel}>{cancel ?? t('frame.cancel')}</Button>
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
