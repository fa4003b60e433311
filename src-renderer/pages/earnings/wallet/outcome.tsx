import { CircleAlert, CircleCheck, Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WalletOperation } from '../../../../src-preload/contract/wallet.ts';
import { Button } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Reason } from '../../../components/reason.tsx';
import { useText } from '../../../i18n/use-text.ts';

export interface OutcomeProps {
  readonly operation: WalletOperation;
  /** Said where it is done, and where it is not yet. */
  readonly done: ReactNode;
  readonly open: string;
  readonly onClose: () => void;
}

/** How something ended that was asked of a mint; still open, it says what it waits for. */
export function Outcome({ operation: { state, reason }, done, open, onClose }: OutcomeProps) {
  const { t } = useText();
  return (
    <div className="space-y-3">
      <div role={state === 'failed' ? 'alert' : 'status'}>
        {state === 'done' && (
          <Notice tone="good" icon={CircleCheck}>
            {done}
          </Notice>
        )}
        {state === 'open' && (
          <Notice tone="warn" icon={Clock}>
            {open} {reason && <Reason reason={reason} />}
          </Notice>
        )}
        {state === 'failed' && (
          <Notice tone="bad" icon={CircleAlert}>
            {reason && <Reason reason={reason} />}
          </Notice>
        )}
      </div>
      <Button look="main" onClick={onClose}>
        {t('wallet.close')}
      </Button>
    </div>
  );
}
