import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { reportFailure } from '../../stores/alerts.ts';
import type { ViewOf } from '../pages.ts';
import { askPaygress } from './ask.ts';
import type { Paygress } from './contract.ts';
import { microOf } from './sats.ts';

type Lease = ViewOf<Paygress>['detail']['leases'][number];

/** What is rented now: by whom, until when, and what was paid for it. */
export function Leases({ leases, now }: { leases: readonly Lease[]; now: number }) {
  const { t } = useText();
  const [ending, setEnding] = useState<Lease>();
  return (
    <>
      <ul aria-label={t('networks.paygress.facts.leases')} className="space-y-3">
        {leases.map((lease) => (
          <li key={lease.id} className="rounded-md border border-line px-3 py-2.5">
            <Rented lease={lease} now={now} onEnd={() => setEnding(lease)} />
          </li>
        ))}
      </ul>
      {ending && <End lease={ending} onDone={() => setEnding(undefined)} />}
    </>
  );
}

function Rented({ lease, now, onEnd }: { lease: Lease; now: number; onEnd: () => void }) {
  const { t, f } = useText();
  const { id, spec, image, customer, workload, state, paidUntil, paidMsat, ports } = lease;
  return (
    <>
      <a href={hrefOf('work', id)} className="rounded font-medium break-words hover:underline">
        {spec}: <Text value={image} most={120} />
      </a>
      <Facts>
        <Fact name={t('networks.paygress.lease.customer')}>
          {customer === null ? t('networks.paygress.lease.unnamed') : <Text value={short(customer)} most={80} />}
        </Fact>
        {workload !== null && (
          <Fact name={t('networks.paygress.lease.workload')}>
            <Text value={workload} most={120} />
          </Fact>
        )}
        <Fact name={t('networks.paygress.lease.state')}>{t(`networks.paygress.lease.is.${state}`)}</Fact>
        <Fact name={t('networks.paygress.lease.until')}>{f.until(paidUntil, now)}</Fact>
        <Fact name={t('networks.paygress.lease.paid')}>
          {t('networks.paygress.lease.sats', { sats: f.micro(microOf(paidMsat)) })}
        </Fact>
        {ports.length > 0 && (
          <Fact name={t('networks.paygress.lease.ports')}>
            {f.list(ports.map(({ port, label }) => `${port} (${label})`))}
          </Fact>
        )}
      </Facts>
      {state === 'active' && (
        <div className="pt-2">
          <Button onClick={onEnd}>{t('networks.paygress.lease.end')}</Button>
        </div>
      )}
    </>
  );
}

function End({ lease, onDone }: { lease: Lease; onDone: () => void }) {
  const { t, f } = useText();
  const [busy, setBusy] = useState(false);
  const end = () => {
    setBusy(true);
    askPaygress('end', { id: lease.id })
      .catch(reportFailure)
      .finally(() => onDone());
  };
  return (
    <Confirm
      title={t('networks.paygress.lease.endTitle')}
      confirm={t('networks.paygress.lease.end')}
      danger
      busy={busy}
      onConfirm={end}
      onCancel={onDone}
    >
      <p>{t('networks.paygress.lease.endMeans', { sats: f.micro(microOf(lease.backMsat)) })}</p>
    </Confirm>
  );
}

const short = (npub: string) => (npub.length > 24 ? `${npub.slice(0, 14)}…${npub.slice(-6)}` : npub);
