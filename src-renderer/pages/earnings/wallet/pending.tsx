import { Clock, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { WalletOperation } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Progress } from '../../../components/progress.tsx';
import { Reason } from '../../../components/reason.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry } from './failed.tsx';
import { Invoice } from './invoice.tsx';
import { Sat } from './sat.tsx';
import { lookAtWallet } from './store.ts';
import { mintWords, unitsWords, whomWords } from './words.ts';

/** What has begun and not ended, and what it waits for. Left out where there is nothing of the kind. */
export function Pending({ operations }: { operations: readonly WalletOperation[] }) {
  const { t } = useText();
  if (operations.length === 0) return null;
  return (
    <Card title={t('wallet.pending.title')}>
      <ul className="divide-y divide-line">
        {operations.map((operation) => (
          <Waiting key={operation.id} operation={operation} />
        ))}
      </ul>
    </Card>
  );
}

function Waiting({ operation }: { operation: WalletOperation }) {
  const { t, f } = useText();
  const { id, kind, amount, unit, mint, to, until, reason } = operation;
  const [invoice, setInvoice] = useState(false);
  const [busy, ask, failure] = useTry(async () => {
    await engine().ask('wallet.retry', { id });
    lookAtWallet();
  });
  if (kind === 'restore') {
    return (
      <li className="py-3 first:pt-0 last:pb-0">
        <Search operation={operation} />
      </li>
    );
  }
  return (
    <li className="flex gap-3 py-3 first:pt-0 last:pb-0">
      <Clock aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-soft" />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex flex-wrap justify-between gap-x-4">
          <span className="font-medium">{t(`wallet.kind.${kind}`)}</span>
          <Sat amount={amount} unit={unit} />
        </p>
        <p className="text-soft">
          {kind === 'pay' && to !== null ? whomWords(to) : t('wallet.balance.at', { mint: mintWords(mint) })}
        </p>
        <p>{reason ? <Reason reason={reason} /> : t('wallet.pending.busy')}</p>
        {until !== null && <p className="text-soft">{t('wallet.pending.until', { time: f.dateTime(until) })}</p>}
        <Failed failure={failure} />
        <div className="flex flex-wrap gap-2 pt-1">
          {kind === 'deposit' && <Button onClick={() => setInvoice(true)}>{t('wallet.pending.invoice')}</Button>}
          <Button icon={RotateCw} busy={busy} onClick={ask}>
            {t('wallet.pending.now')}
          </Button>
        </div>
      </div>
      {invoice && (
        <Dialog sheet title={t('wallet.get.invoice')} onClose={() => setInvoice(false)}>
          <Invoice operation={operation} onClose={() => setInvoice(false)} />
        </Dialog>
      )}
    </li>
  );
}

/** How far the search for everything that the words have at a mint has come. */
export function Search({ operation }: { operation: WalletOperation }) {
  const { t, f } = useText();
  const { mint, asked, amount, unit, reason } = operation;
  return (
    <div role="status" className="space-y-1">
      <Progress
        label={t('wallet.restore.looking', { mint: mintWords(mint) })}
        share={undefined}
        figure={[
          t('wallet.pending.found', { amount: unitsWords(amount, unit, f) }),
          ...(asked === null ? [] : [t('wallet.pending.asked', { count: asked })]),
        ].join(' · ')}
      />
      {reason && (
        <p>
          <Reason reason={reason} />
        </p>
      )}
    </div>
  );
}
