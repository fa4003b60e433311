import { useState } from 'react';
import type { Output } from '../../../../src-preload/contract/index.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry, useWalletTry } from './failed.tsx';
import { AmountField, SourceField } from './fields.tsx';
import { readAmount, type Source } from './figures.ts';
import { MadeToken } from './made-token.tsx';
import { Outcome } from './outcome.tsx';
import { mintWords, unitsWords } from './words.ts';

interface Asked {
  readonly amount: number;
  readonly unit: Source['unit'];
  readonly mint: string;
  readonly fee: number;
}

/** An amount made into a token, which is shown until the sheet is closed. */
export function PayAsToken({ sources, onClose }: { sources: readonly Source[]; onClose: () => void }) {
  const { t } = useText();
  const [amount, setAmount] = useState('');
  const [from, setFrom] = useState(sources[0]?.id ?? '');
  const [tried, setTried] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const { id, mint, unit } = sources.find((source) => source.id === from) ?? sources[0]!;
  const read = readAmount(amount);
  const [busy, ask, failure] = useTry(async () => {
    setTried(true);
    if (read == null) return;
    const { fee } = await engine().ask('wallet.tokenFee', { amount: read, mint: mint.url, unit });
    setAsked({ amount: read, unit, mint: mint.url, fee });
  });
  if (asked) return <Make asked={asked} onBack={() => setAsked(undefined)} onClose={onClose} />;
  return (
    <div className="space-y-3">
      <AmountField unit={unit} value={amount} wrong={tried && read == null} onChange={setAmount} onEnter={ask} />
      <SourceField sources={sources} value={id} onChange={setFrom} />
      <Failed failure={failure} />
      <Button look="main" busy={busy} onClick={ask}>
        {t('wallet.pay.cost')}
      </Button>
    </div>
  );
}

function Make({ asked, onBack, onClose }: { asked: Asked; onBack: () => void; onClose: () => void }) {
  const { t, f } = useText();
  const { amount, unit, mint, fee } = asked;
  const [made, setMade] = useState<Output<'wallet.token'>>();
  const words = (units: number) => unitsWords(units, unit, f);
  const [busy, make, failure] = useWalletTry(async () => {
    setMade(await engine().ask('wallet.token', { amount, mint, unit }));
  });
  if (made?.token != null) {
    return (
      <div className="space-y-3">
        <MadeToken token={made.token} amount={amount} unit={unit} />
        <Button look="main" onClick={onClose}>
          {t('wallet.close')}
        </Button>
      </div>
    );
  }
  if (made) {
    return (
      <Outcome
        operation={made.operation}
        done={t('wallet.moves.redeemed')}
        open={t('wallet.token.waits')}
        onClose={onClose}
      />
    );
  }
  return (
    <div className="space-y-3">
      <p role="status" className="text-base">
        {t('wallet.token.sure', { amount: words(amount), fee: words(fee) })}
      </p>
      <p className="text-soft">{t('wallet.balance.at', { mint: mintWords(mint) })}</p>
      <Failed failure={failure} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{t('wallet.back')}</Button>
        <Button look="main" busy={busy} onClick={make}>
          {t('wallet.token.make', { amount: words(amount) })}
        </Button>
      </div>
    </div>
  );
}
