import { Fact } from '../../components/facts.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';
import type { Shown } from '../pages.ts';
import type { Posemesh } from './contract.ts';
import { Jobs } from './jobs.tsx';

/** Who this computer is there, whom it speaks to, and what it works on. */
export function Overview({ network: { detail }, now }: Shown<Posemesh>) {
  const { t, f } = useText();
  const { address, ddsBaseUrl, dmsBaseUrl, mode, tokenUntil, polledAt, capabilities, jobs } = detail;
  return (
    <>
      <Fact name={t('networks.posemesh.facts.wallet')}>
        {address === null ? t('networks.posemesh.facts.noWallet') : <Copied text={address} />}
      </Fact>
      <Fact name={t('networks.posemesh.facts.discovery')}>
        <Copied text={ddsBaseUrl} />
      </Fact>
      <Fact name={t('networks.posemesh.facts.manager')}>
        <Copied text={dmsBaseUrl} />
      </Fact>
      <Fact name={t('networks.posemesh.facts.mode')}>
        {t(mode === 'callback' ? 'networks.posemesh.facts.callback' : 'networks.posemesh.facts.withWallet')}
      </Fact>
      <Fact name={t('networks.posemesh.facts.token')}>
        {tokenUntil === null ? t('networks.posemesh.facts.noToken') : f.clock(tokenUntil, now)}
      </Fact>
      <Fact name={t('networks.posemesh.facts.polled')}>
        {polledAt === null ? t('networks.posemesh.facts.never') : f.ago(polledAt, now)}
      </Fact>
      <Fact name={t('networks.posemesh.facts.capabilities')}>
        {capabilities.length === 0
          ? t('networks.posemesh.facts.none')
          : capabilities.map((capability) => <Text key={capability} value={capability} most={200} />)}
      </Fact>
      {jobs.length > 0 && (
        <div className="py-2">
          <dt className="pb-1.5 text-soft">{t('networks.posemesh.facts.jobs')}</dt>
          <dd>
            <Jobs jobs={jobs} now={now} />
          </dd>
        </div>
      )}
    </>
  );
}
