import { CircleCheck, TriangleAlert, Wallet } from 'lucide-react';
import { useState } from 'react';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Amount } from '../../../components/amount.tsx';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { StackedBar } from '../../../components/chart/stacked-bar.tsx';
import { Empty } from '../../../components/empty.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { Failed, useWalletTry } from './failed.tsx';
import { type Holding, type MintView, originOf, spendableOf } from './figures.ts';
import { Sat } from './sat.tsx';
import { microWords, mintWords, unitsWords } from './words.ts';
import { Worth } from './worth.tsx';

/** What there is, mint by mint, how it came about, and whether books and proofs say the same. */
export function Balances({ view }: { view: WalletView }) {
  const { t } = useText();
  const held = view.mints.filter(({ holdings }) => holdings.some(({ entries, proofs }) => entries > 0 || proofs > 0));
  const sums = spendableOf(view);
  return (
    <Card title={t('wallet.balance.title')}>
      {held.length === 0 ? (
        <Empty icon={Wallet} title={t('wallet.balance.none')}>
          {t(view.mints.length === 0 ? 'wallet.balance.noMint' : 'wallet.balance.noneWhy')}
        </Empty>
      ) : (
        <div className="space-y-4">
          <div>
            <p className="text-xs leading-4 text-soft">{t('wallet.balance.total')}</p>
            {sums.map(({ unit, amount }) => (
              <p key={unit}>
                <Sat large amount={amount} unit={unit} />{' '}
                <span className="text-soft">
                  <Worth amount={amount} unit={unit} />
                </span>
              </p>
            ))}
          </div>
          {held.map((mint) => (
            <AtMint key={mint.url} mint={mint} />
          ))}
        </div>
      )}
    </Card>
  );
}

function AtMint({ mint }: { mint: MintView }) {
  const { t, f } = useText();
  const { url, holdings } = mint;
  const [says, setSays] = useState<number>();
  const [busy, check, failure] = useWalletTry(async () => {
    setSays(undefined);
    setSays((await engine().ask('wallet.check', { mint: url })).lost);
  });
  const [unit = 'sat'] = holdings.map((holding) => holding.unit);
  return (
    <section
      aria-label={t('wallet.balance.at', { mint: mintWords(url) })}
      className="space-y-2 border-t border-line pt-3"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{t('wallet.balance.at', { mint: mintWords(url) })}</h3>
        <Button busy={busy} onClick={check}>
          {t('wallet.balance.check')}
        </Button>
      </div>
      {holdings.map((holding) => (
        <HeldIn key={holding.unit} holding={holding} />
      ))}
      {says !== undefined && (
        <p role="status" className={says > 0 ? 'text-bad' : 'text-soft'}>
          {says > 0
            ? t('wallet.balance.lost', { mint: mintWords(url), amount: unitsWords(says, unit, f) })
            : t('wallet.balance.checked', { mint: mintWords(url) })}
        </p>
      )}
      <Failed failure={failure} />
    </section>
  );
}

/** Where what came in is now. Parts of nothing are left out. */
function HeldIn({ holding }: { holding: Holding }) {
  const { t, f } = useText();
  const { unit, sent, lost } = holding;
  const origin = originOf(holding);
  const words = (micro: number) => microWords(micro, unit, f);
  const parts = [
    { id: 'held', name: t('wallet.balance.held'), value: origin.held, paint: 'solid' },
    { id: 'reserved', name: t('wallet.balance.reserved'), value: origin.reserved, paint: 'hatched' },
    { id: 'paid', name: t('wallet.balance.paid'), value: origin.paid, paint: 'dotted' },
    { id: 'refunded', name: t('wallet.balance.refunded'), value: origin.refunded, paint: 'soft' },
    { id: 'fees', name: t('wallet.balance.fees'), value: origin.fees, paint: 'low' },
    { id: 'other', name: t('wallet.balance.other'), value: origin.other, paint: 'empty' },
  ] as const;
  return (
    <div className="space-y-1.5">
      <p className="text-soft">{t('wallet.balance.in', { amount: words(origin.total) })}</p>
      <StackedBar
        sentence={t('wallet.balance.sentence', {
          total: words(origin.total),
          held: words(origin.held),
          reserved: words(origin.reserved),
          paid: words(origin.paid + origin.refunded),
          fees: words(origin.fees),
        })}
        total={origin.total}
        parts={parts
          .filter(({ id, value }) => value > 0 || id === 'held')
          .map((part) => ({ ...part, figure: <Amount exact micro={part.value} unit={unit} /> }))}
      />
      {origin.reserved > 0 && <p className="text-xs leading-4 text-soft">{t('wallet.balance.reservedMeans')}</p>}
      {sent > 0 && <p className="text-soft">{t('wallet.balance.sent', { amount: unitsWords(sent, unit, f) })}</p>}
      {lost > 0 && <p className="text-bad">{t('wallet.balance.missing', { amount: unitsWords(lost, unit, f) })}</p>}
      <Agreement holding={holding} />
    </div>
  );
}

/** Whether the ledger and the proofs say the same: a difference is said, never smoothed. */
function Agreement({ holding: { unit, bookedMicro, differenceMicro, entries } }: { holding: Holding }) {
  const { t, f } = useText();
  const right = differenceMicro === 0;
  const Icon = right ? CircleCheck : TriangleAlert;
  return (
    <p
      role={right ? undefined : 'alert'}
      className={`flex items-start gap-1.5 text-xs leading-5 tabular-nums ${right ? 'text-soft' : 'text-bad'}`}
    >
      <Icon aria-hidden="true" size={14} className={`mt-[3px] shrink-0 ${right ? 'text-good' : ''}`} />
      <span>
        {right
          ? t('wallet.balance.right', {
              entries: t('wallet.balance.entries', { count: entries }),
              amount: microWords(bookedMicro, unit, f),
            })
          : t(differenceMicro > 0 ? 'wallet.balance.more' : 'wallet.balance.less', {
              amount: microWords(Math.abs(differenceMicro), unit, f),
            })}
      </span>
    </p>
  );
}
