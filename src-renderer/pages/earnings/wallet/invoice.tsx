import { useEffect, useState } from 'react';
import type { WalletOperation } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { useNow } from '../../../components/now.ts';
import { useText } from '../../../i18n/use-text.ts';
import { Copied } from '../../../parts/copied.tsx';
import { Outcome } from './outcome.tsx';
import { Qr } from './qr.tsx';
import { lookAtWallet } from './store.ts';
import { unitsWords } from './words.ts';

/** The mint is asked as often while its invoice is in sight; the wallet itself asks less and less often. */
const ASK_MS = 5000;

/** An invoice to be paid from elsewhere, and whether it was. */
export function Invoice({ operation, onClose }: { operation: WalletOperation; onClose: () => void }) {
  const { t, f } = useText();
  const [now, setNow] = useState(operation);
  const round = Math.floor(useNow(ASK_MS) / ASK_MS);
  const { id, to, amount, unit, until, state } = now;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once each round
  useEffect(() => {
    if (state !== 'open') return;
    let on = true;
    // Whether the mint can be reached is said by the operation itself.
    void engine()
      .ask('wallet.retry', { id })
      .then(
        (answer) => {
          if (!on) return;
          setNow(answer);
          if (answer.state !== 'open') lookAtWallet();
        },
        () => undefined,
      );
    return () => {
      on = false;
    };
  }, [id, round, state]);
  if (state !== 'open') {
    const words = unitsWords(amount, unit, f);
    return <Outcome operation={now} done={t('wallet.get.paid', { amount: words })} open="" onClose={onClose} />;
  }
  return (
    <div className="space-y-3">
      <p className="text-base font-semibold">{unitsWords(amount, unit, f)}</p>
      <p>{t('wallet.get.invoiceLead')}</p>
      {to !== null && (
        <>
          {/* Capital letters make a smaller code, and mean the same (BOLT 11). */}
          <Qr text={to.toUpperCase()} />
          <Copied code text={to} />
        </>
      )}
      <p role="status" className="text-soft">
        {t('wallet.get.waiting')}
        {until !== null && <>. {t('wallet.pending.until', { time: f.dateTime(until) })}</>}
      </p>
    </div>
  );
}
