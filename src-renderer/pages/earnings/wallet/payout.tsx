import { Save } from 'lucide-react';
import { useState } from 'react';
import { LIGHTNING_ADDRESS, type Payout } from '../../../../src-preload/contract/settings/wallet.ts';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Disclosure } from '../../../components/disclosure.tsx';
import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { Reason } from '../../../components/reason.tsx';
import { quoted } from '../../../format/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../../settings.ts';
import { toast } from '../../../stores/toasts.ts';
import { readAmount } from './figures.ts';
import { unitsWords } from './words.ts';

/** What leaves the wallet by itself, which is nothing until the user says so, and how the last try went. */
export function PayoutCard({ payout }: { payout: WalletView['payout'] }) {
  const { t, f } = useText();
  const set = useSetting('wallet.payout');
  if (set === undefined) return null;
  const { state, reason, nextAt } = payout;
  return (
    <Card title={t('wallet.payout.title')}>
      <p>
        {set === null
          ? t('wallet.payout.off')
          : t('wallet.payout.below', { above: unitsWords(set.above, 'sat', f), to: quoted(set.to, 80) })}
      </p>
      {state === 'under-way' && <p className="text-soft">{t('wallet.payout.underway')}</p>}
      {state === 'waits' && (
        <p className="text-soft">
          {nextAt !== null && t('wallet.payout.waits', { time: f.dateTime(nextAt) })}{' '}
          {reason && <Reason reason={reason} />}
        </p>
      )}
      <Disclosure title={t('wallet.payout.edit')}>
        <Form key={JSON.stringify(set)} set={set} />
      </Disclosure>
    </Card>
  );
}

function Form({ set }: { set: Payout | null }) {
  const { t } = useText();
  const [to, setTo] = useState(set?.to ?? '');
  const [above, setAbove] = useState(set ? String(set.above) : '');
  const [most, setMost] = useState(set ? String(set.mostFee) : '');
  const [tried, setTried] = useState(false);
  const address = to.trim().toLowerCase();
  const amount = readAmount(above);
  const fee = readAmount(most);
  const badTo = !LIGHTNING_ADDRESS.test(address);
  const badFee = fee == null || (amount != null && fee >= amount);
  const save = async () => {
    setTried(true);
    if (badTo || amount == null || fee == null || badFee) return;
    if (await saveSetting('wallet.payout', { to: address, above: amount, mostFee: fee }))
      toast(t('wallet.payout.saved'));
  };
  const stop = async () => {
    if (await saveSetting('wallet.payout', null)) toast(t('wallet.payout.stopped'));
  };
  return (
    <div className="space-y-3">
      <Field label={t('wallet.payout.to')} error={tried && badTo ? t('wallet.payout.badTo') : undefined}>
        {(control) => <Input {...control} value={to} most={320} onChange={setTo} onEnter={() => void save()} />}
      </Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label={t('wallet.payout.above')}
          error={tried && amount == null ? t('wallet.notAmount', { least: 1 }) : undefined}
        >
          {(control) => <Input {...control} value={above} most={20} onChange={setAbove} onEnter={() => void save()} />}
        </Field>
        <Field label={t('wallet.payout.most')} error={tried && badFee ? t('wallet.payout.badFee') : undefined}>
          {(control) => <Input {...control} value={most} most={20} onChange={setMost} onEnter={() => void save()} />}
        </Field>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button icon={Save} onClick={() => void save()}>
          {t('wallet.payout.save')}
        </Button>
        {set !== null && <Button onClick={() => void stop()}>{t('wallet.payout.stop')}</Button>}
      </div>
    </div>
  );
}
