import { Send } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '../../../../src-preload/contract/index.ts';
import type { WalletOperation } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { quoted } from '../../../format/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useTry, useWalletTry } from './failed.tsx';
import { AmountField, SourceField } from './fields.tsx';
import { readAmount, type Source } from './figures.ts';
import { Outcome } from './outcome.tsx';
import { mintWords, unitsWords, whomWords } from './words.ts';

type Offer = Output<'wallet.offer'>;

interface Asked {
  readonly offer: Offer;
  /** What the user lets it cost at most. */
  readonly most: number;
}

/** As an invoice begins (BOLT 11), with the scheme that it may be pasted with. */
const INVOICE = /^(lightning:)?ln(bc|tb|bcrt)/i;

/** To whom, how much, what it costs; then what it did cost. */
export function PayByLightning({ sources, onClose }: { sources: readonly Source[]; onClose: () => void }) {
  const { t } = useText();
  const [to, setTo] = useState('');
  const [amount, setAmount] = useState('');
  const [most, setMost] = useState('');
  const [from, setFrom] = useState(sources[0]?.id ?? '');
  const [tried, setTried] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const source = sources.find(({ id }) => id === from) ?? sources[0]!;
  const isInvoice = INVOICE.test(to.trim());
  const read = isInvoice ? undefined : readAmount(amount);
  const readMost = readAmount(most);
  const missing = to.trim() === '';
  const noAmount = !isInvoice && (read === undefined || read === null);
  const [busy, ask, failure] = useTry(async () => {
    setTried(true);
    if (missing || noAmount || readMost === null) return;
    const offer = await engine().ask('wallet.offer', {
      to: to.trim().replace(/^lightning:/i, ''),
      mint: source.mint.url,
      unit: source.unit,
      ...(read != null && { amount: read }),
    });
    setAsked({ offer, most: readMost ?? offer.reserve + offer.mintFee });
  });
  if (asked) return <Agree {...asked} onBack={() => setAsked(undefined)} onClose={onClose} />;
  return (
    <div className="space-y-3">
      <Field
        label={t('wallet.pay.to')}
        help={t('wallet.pay.toHelp')}
        error={tried && missing ? t('wallet.pay.toMissing') : undefined}
      >
        {(control) => <Input {...control} value={to} most={4200} onChange={setTo} onEnter={ask} />}
      </Field>
      {isInvoice ? (
        <p className="text-soft">{t('wallet.pay.inInvoice')}</p>
      ) : (
        <AmountField unit={source.unit} value={amount} wrong={tried && noAmount} onChange={setAmount} onEnter={ask} />
      )}
      <SourceField sources={sources} value={source.id} onChange={setFrom} />
      <AmountField
        unit={source.unit}
        label={t('wallet.pay.most', { unit: source.unit })}
        help={t('wallet.pay.mostHelp')}
        value={most}
        wrong={tried && readMost === null}
        onChange={setMost}
        onEnter={ask}
      />
      <Failed failure={failure} />
      <Button look="main" busy={busy} onClick={ask}>
        {t('wallet.pay.cost')}
      </Button>
    </div>
  );
}

/** The last look before it goes: whom, how much, and what it may cost. */
function Agree({ offer, most, onBack, onClose }: Asked & { onBack: () => void; onClose: () => void }) {
  const { t, f } = useText();
  const { id, unit, amount, reserve, mintFee, to, description, mint } = offer;
  const [done, setDone] = useState<WalletOperation>();
  const words = (units: number) => unitsWords(units, unit, f);
  const tooMuch = reserve + mintFee > most;
  const [busy, pay, failure] = useWalletTry(async () => {
    setDone(await engine().ask('wallet.pay', { offer: id, mostFee: most }));
  });
  if (done) {
    return (
      <Outcome
        operation={done}
        onClose={onClose}
        done={
          <>
            {t('wallet.pay.done', { amount: words(done.amount), to: whomWords(to) })}{' '}
            {done.fee !== null && t('wallet.pay.doneFee', { fee: words(done.fee) })}
          </>
        }
        open={t('wallet.pay.open')}
      />
    );
  }
  return (
    <div className="space-y-3">
      <p role="status" className="text-base">
        {t('wallet.pay.sure', { amount: words(amount), to: whomWords(to), fee: words(reserve + mintFee) })}
      </p>
      {description !== '' && <p>{t('wallet.pay.says', { text: quoted(description, 200) })}</p>}
      <p className="text-soft">
        {t('wallet.pay.parts', { reserve: words(reserve), mint: words(mintFee) })}{' '}
        {t('wallet.balance.at', { mint: mintWords(mint) })}.
      </p>
      {tooMuch && (
        <p role="alert" className="text-bad">
          {t('wallet.pay.tooMuch', { fee: words(reserve + mintFee), most: words(most) })}
        </p>
      )}
      <Failed failure={failure}>{failure?.code.startsWith('bridge.') && t('wallet.pay.unsure')}</Failed>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{t('wallet.back')}</Button>
        <Button look="main" icon={Send} busy={busy || tooMuch} onClick={pay}>
          {t('wallet.pay.send', { amount: words(amount) })}
        </Button>
      </div>
    </div>
  );
}
