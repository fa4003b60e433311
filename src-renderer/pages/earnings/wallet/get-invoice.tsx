import { useState } from 'react';
import type { WalletOperation } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry } from './failed.tsx';
import { AmountField, MintField } from './fields.tsx';
import { type MintView, readAmount } from './figures.ts';
import { Invoice } from './invoice.tsx';
import { lookAtWallet } from './store.ts';

/** An invoice of a mint: once it is paid, the amount is here. */
export function GetByInvoice({ mints, onClose }: { mints: readonly MintView[]; onClose: () => void }) {
  const { t } = useText();
  const [amount, setAmount] = useState('');
  const [mint, setMint] = useState(mints[0]?.url ?? '');
  const [tried, setTried] = useState(false);
  const [made, setMade] = useState<WalletOperation>();
  const read = readAmount(amount);
  const unit = unitOf(mints.find(({ url }) => url === mint));
  const [busy, make, failure] = useTry(async () => {
    setTried(true);
    if (read == null) return;
    setMade(await engine().ask('wallet.deposit', { amount: read, mint, unit }));
    lookAtWallet();
  });
  if (made) return <Invoice operation={made} onClose={onClose} />;
  return (
    <div className="space-y-3">
      <AmountField unit={unit} value={amount} wrong={tried && read == null} onChange={setAmount} onEnter={make} />
      <MintField mints={mints} value={mint} onChange={setMint} />
      <Failed failure={failure} />
      <Button look="main" busy={busy} onClick={make}>
        {t('wallet.get.make')}
      </Button>
    </div>
  );
}

/** Most mints count in sat; a few in nothing else but msat. */
export function unitOf(mint: MintView | undefined): 'sat' | 'msat' {
  const active = mint?.keysets.filter((keyset) => keyset.active) ?? [];
  return active.length > 0 && active.every(({ unit }) => unit === 'msat') ? 'msat' : 'sat';
}
