import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { LeaseEnding } from '../../src-preload/contract/work.ts';
import { engine } from '../bridge/index.ts';
import { useBusy } from '../busy.ts';
import { Confirm } from '../components/confirm.tsx';
import { useNow } from '../components/now.ts';
import { quoted } from '../format/text.ts';
import type { Speech } from '../i18n/use-text.ts';
import { useText } from '../i18n/use-text.ts';
import { workWords } from '../networks/lookup.ts';
import { releaseStore } from '../sharing.ts';

const MOST = 8;
const TICK_MS = 5000;

/** After "give me my PC back": what was paid for in advance goes on, and what it would cost to end it. */
export function LeasesLeft() {
  const speech = useText();
  const { t, f } = speech;
  const now = useNow(TICK_MS);
  const done = useStore(releaseStore, (state) => state.done);
  const [answered, setAnswered] = useState<number>();
  const leases = done?.leases ?? [];
  const keep = () => setAnswered(done?.at);
  const [ending, end] = useBusy(async () => {
    // One after another: each pays back on its own, and one that fails is said.
    for (const { id } of leases) await engine().ask('work.endLease', { id });
    keep();
  });
  if (leases.length === 0 || answered === done?.at) return null;
  return (
    <Confirm
      title={t('pause.leases', { count: leases.length })}
      confirm={t('pause.leasesEnd')}
      cancel={t('pause.leasesKeep', { count: leases.length })}
      danger
      busy={ending}
      onConfirm={() => end()}
      onCancel={keep}
    >
      <p>{t('pause.leasesMean')}</p>
      <ul className="list-disc space-y-1 ps-5">
        {leases.slice(0, MOST).map(({ id, what, paidUntil }) => (
          <li key={id}>{t('pause.lease', { what: quoted(workWords(what, t), 80), time: f.clock(paidUntil, now) })}</li>
        ))}
        {leases.length > MOST && <li>{t('frame.more', { count: leases.length - MOST })}</li>}
      </ul>
      <p className="font-medium">{costOf(leases, speech)}</p>
    </Confirm>
  );
}

/** What would go back to their customers, in each unit. */
function costOf(leases: readonly LeaseEnding[], { t, f }: Pick<Speech, 't' | 'f'>): string {
  const sums = new Map<string, number>();
  for (const { refund } of leases) {
    if (refund) sums.set(refund.unit, (sums.get(refund.unit) ?? 0) + refund.amountMicro);
  }
  const amounts = [...sums].map(([unit, micro]) => f.amount(micro, unit, true).join(' '));
  if (amounts.length === 0) return t('pause.leasesUnknown');
  const known = t('pause.leasesCost', { amounts: f.list(amounts) });
  return leases.some(({ refund }) => refund === null) ? `${known} ${t('pause.leasesUnknown')}` : known;
}
