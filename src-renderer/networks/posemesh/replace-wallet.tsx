import { Confirm } from '../../components/confirm.tsx';
import { useText } from '../../i18n/use-text.ts';

export interface ReplaceWalletProps {
  /** Addresses. */
  readonly before: string;
  readonly next: string;
  readonly busy: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Before another wallet takes the place of the one here. */
export function ReplaceWallet({ before, next, busy, onConfirm, onCancel }: ReplaceWalletProps) {
  const { t } = useText();
  return (
    <Confirm
      title={t('networks.posemesh.wallet.replaceTitle')}
      confirm={t('networks.posemesh.wallet.replace')}
      danger
      busy={busy}
      onConfirm={onConfirm}
      onCancel={onCancel}
    >
      <dl className="space-y-2">
        <div>
          <dt className="text-soft">{t('networks.posemesh.wallet.now')}</dt>
          <dd className="font-mono text-xs break-all">{before}</dd>
        </div>
        <div>
          <dt className="text-soft">{t('networks.posemesh.wallet.after')}</dt>
          <dd className="font-mono text-xs break-all">{next}</dd>
        </div>
      </dl>
      <p>{t('networks.posemesh.wallet.replaceMeans')}</p>
    </Confirm>
  );
}
