import { useState } from 'react';
import type { Output } from '../../../../src-preload/contract/index.ts';
import type { WalletOperation } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry, useWalletTry } from './failed.tsx';
import { AmountField, MintField, SourceField } from './fields.tsx';
import { type MintView, readAmount, type Source } from './figures.ts';
import { Outcome } from './outcome.tsx';
import { lookAtWallet } from './store.ts';
import { mintWords, unitsWords } from './words.ts';

interface Asked {
  readonly deposit: WalletOperation;
  readonly offer: Output<'wallet.offer'>;
}

interface GetByMoveProps {
  readonly sources: readonly Source[];
  readonly mints: readonly MintView[];
  readonly onClose: () => void;
}

/** From one mint to another by Lightning: an invoice of the one is paid by the other, and what that costs is seen before. */
export function GetByMove({ sources, mints, onClose }: GetByMoveProps) {
  const { t } = useText();
  const [amount, setAmount] = useState('');
  const [from, setFrom] = useState(sources[0]?.id ?? '');
  const source = sources.find(({ id }) => id === from) ?? sources[0]!;
  const targets = mints.filter(({ url }) => url !== source.mint.url);
  const [wanted, setWanted] = useState('');
  const target = targets.find(({ url }) => url === wanted) ?? targets[0];
  const [tried, setTried] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const read = readAmount(amount);
  const [busy, ask, failure] = useTry(async () => {
    setTried(true);
    if (read == null || !target) return;
    const { unit } = source;
    const deposit = await engine().ask('wallet.deposit', { amount: read, mint: target.url, unit });
    lookAtWallet();
    const to = deposit.to ?? '';
    setAsked({ deposit, offer: await engine().ask('wallet.offer', { to, mint: source.mint.url, unit }) });
  });
  if (asked) return <Agree {...asked} onBack={() => setAsked(undefined)} onClose={onClose} />;
  return (
    <div className="space-y-3">
      <AmountField unit={source.unit} value={amount} wrong={tried && read == null} onChange={setAmount} onEnter={ask} />
      <SourceField sources={sources} value={source.id} onChange={setFrom} />
      <MintField mints={targets} value={target?.url ?? ''} label={t('wallet.get.moveTo')} onChange={setWanted} />
      <Failed failure={failure} />
      <Button look="main" busy={busy} onClick={ask}>
        {t('wallet.pay.cost')}
      </Button>
    </div>
  );
}

function Agree({ deposit, offer, onBack, onClose }: Asked & { onBack: () => void; onClose: () => void }) {
  const { t, f } = useText();
  const { id, unit, amount, reserve, mintFee, mint } = offer;
  const [done, setDone] = useState<WalletOperation>();
  const words = (units: number) => unitsWords(units, unit, f);
  const fee = reserve + mintFee;
  const [busy, move, failure] = useWalletTry(async () => {
    const paid = await engine().ask('wallet.pay', { offer: id, mostFee: fee });
    setDone(paid);
    // The other mint knows by now; the wallet would ask it a little later.
    if (paid.state === 'done') await engine().ask('wallet.retry', { id: deposit.id });
  });
  if (done) {
    return (
      <Outcome
        operation={done}
        onClose={onClose}
        done={t('wallet.get.moved', { amount: words(done.amount), fee: words(done.fee ?? 0) })}
        open={t('wallet.pay.open')}
      />
    );
  }
  return (
    <div className="space-y-3">
      <p role="status" className="text-base">
        {t('wallet.get.moveSure', {
          amount: words(amount),
          from: mintWords(mint),
          to: mintWords(deposit.mint),
          fee: words(fee),
        })}
      </p>
      <p className="text-soft">{t('wallet.pay.parts', { reserve: words(reserve), mint: words(mintFee) })}</p>
      <Failed failure={failure}>{failure?.code.startsWith('bridge.') && t('wallet.pay.unsure')}</Failed>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{t('wallet.back')}</Button>
        <Button look="main" busy={busy} onClick={move}>
          {t('wallet.get.moveDo', { amount: words(amount) })}
        </Button>
      </div>
    </div>
  );
}
