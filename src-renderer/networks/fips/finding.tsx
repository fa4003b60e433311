import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { FipsAdverts, MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Relays } from '../../parts/relays.tsx';
import { askFips } from './ask.ts';
import { nameOf } from './names.ts';

type Finding = NonNullable<MeshView['finding']>;
type Endpoints = Finding['says'];

/** The relays, where this computer says that it is, and, once it is asked for, what others read there. */
export function Finding({ finding: { advertises, says, relays, known, lan }, now }: { finding: Finding; now: number }) {
  const { t } = useText();
  const [read, setRead] = useState<FipsAdverts>();
  const [busy, ask] = useBusy(async () => setRead(await askFips('adverts', undefined)));
  return (
    <div className="space-y-2">
      {advertises ? (
        <p>
          {t('networks.fips.finding.says')}{' '}
          {says.length > 0 ? <Places endpoints={says} /> : t('networks.fips.finding.nothing')}
        </p>
      ) : (
        <p className="text-soft">{t('networks.fips.finding.unsaid')}</p>
      )}
      {lan && <p className="text-soft">{t('networks.fips.finding.lan')}</p>}
      {relays.length > 0 && (
        <>
          <Relays relays={relays} label={t('networks.fips.finding.relays')} />
          <p className="text-soft">{t('networks.fips.finding.known', { count: known })}</p>
          <Button icon={RefreshCw} busy={busy} onClick={() => ask()}>
            {t('networks.fips.finding.read')}
          </Button>
          {read && <Read adverts={read} now={now} />}
        </>
      )}
    </div>
  );
}

function Read({ adverts: { own, others }, now }: { adverts: FipsAdverts; now: number }) {
  const { t, f } = useText();
  return (
    <div role="status" className="space-y-1">
      {own.state === 'there' ? (
        <p>
          {t('networks.fips.finding.own.there', { when: f.ago(own.at, now) })} <Places endpoints={own.endpoints} />
        </p>
      ) : (
        <p>{t(`networks.fips.finding.own.${own.state}`)}</p>
      )}
      {others.length > 0 && (
        <ul aria-label={t('networks.fips.finding.others')} className="space-y-0.5">
          {others.map((other) => (
            <li key={other.npub}>
              {nameOf(other)} <Places endpoints={other.endpoints} />{' '}
              <span className="text-soft">{f.ago(other.at, now)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Places({ endpoints }: { endpoints: Endpoints }) {
  const { t } = useText();
  return endpoints.map(({ transport, address }, nth) => (
    <span key={`${transport} ${address}`} className="break-all">
      {nth > 0 && ', '}
      {address === 'nat' ? (
        t('networks.fips.finding.nat')
      ) : (
        <>
          {transport.toUpperCase()} <Text value={address} most={120} />
        </>
      )}
    </span>
  ));
}
