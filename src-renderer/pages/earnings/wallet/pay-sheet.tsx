import { useState } from 'react';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { Choice } from '../../../components/choice.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { sourcesOf } from './figures.ts';
import { PayByLightning } from './pay-lightning.tsx';
import { PayAsToken } from './pay-token.tsx';

const WAYS = ['lightning', 'token'] as const;
type Way = (typeof WAYS)[number];

/** Money on its way out: to a Lightning address or an invoice, or as a token that is handed over. */
export function PaySheet({ view, onClose }: { view: WalletView; onClose: () => void }) {
  const { t } = useText();
  const [way, setWay] = useState<Way>('lightning');
  const sources = sourcesOf(view);
  return (
    <Dialog sheet title={t('wallet.pay.title')} onClose={onClose}>
      <Choice
        label={t('wallet.pay.how')}
        value={way}
        options={WAYS.map((value) => ({ value, title: t(`wallet.pay.${value}`) }))}
        onChange={setWay}
      />
      {sources.length === 0 && <p className="text-soft">{t('wallet.pay.nothing')}</p>}
      {sources.length > 0 && way === 'lightning' && <PayByLightning sources={sources} onClose={onClose} />}
      {sources.length > 0 && way === 'token' && <PayAsToken sources={sources} onClose={onClose} />}
    </Dialog>
  );
}
