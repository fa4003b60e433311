import { useState } from 'react';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { Choice } from '../../../components/choice.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { sourcesOf } from './figures.ts';
import { GetByInvoice } from './get-invoice.tsx';
import { GetByMove } from './get-move.tsx';
import { GetToken } from './get-token.tsx';

const WAYS = ['token', 'invoice', 'move'] as const;
type Way = (typeof WAYS)[number];

/** Money on its way in: a token, an invoice of a mint, or what is held at another. */
export function GetSheet({ view, onClose }: { view: WalletView; onClose: () => void }) {
  const { t } = useText();
  const [way, setWay] = useState<Way>('token');
  const trusted = view.mints.filter((mint) => mint.trusted);
  const sources = sourcesOf(view);
  const canMove = sources.some(({ mint }) => trusted.some(({ url }) => url !== mint.url));
  return (
    <Dialog sheet title={t('wallet.get.title')} onClose={onClose}>
      <Choice
        label={t('wallet.get.how')}
        value={way}
        options={WAYS.filter((value) => value !== 'move' || canMove).map((value) => ({
          value,
          title: t(`wallet.get.${value}`),
        }))}
        onChange={setWay}
      />
      {way === 'token' && <GetToken view={view} onClose={onClose} />}
      {way !== 'token' && trusted.length === 0 && <p className="text-soft">{t('wallet.get.noMint')}</p>}
      {way === 'invoice' && trusted.length > 0 && <GetByInvoice mints={trusted} onClose={onClose} />}
      {way === 'move' && canMove && <GetByMove sources={sources} mints={trusted} onClose={onClose} />}
    </Dialog>
  );
}
