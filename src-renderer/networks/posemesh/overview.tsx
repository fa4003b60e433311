import { Fact } from '../../components/facts.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';
import type { Shown, ViewOf } from '../pages.ts';
import type { Posemesh } from './contract.ts';

/** Who this computer is there, whom it speaks to, and what it works on. */
export function Overview({ network: { detail }, now }: Shown<Posemesh>) {
  const { t, f } = useText();
  const { address, ddsBaseUrl, dmsBaseUrl, mode, seenAt, tokenUntil, polledAt, capabilities, jobs } = detail;
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
      <Fact name={t('networks.posemesh.facts.seen')}>
        {seenAt === null ? t('networks.posemesh.facts.never') : f.ago(seenAt, now)}
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
        <Fact name={t('networks.posemesh.facts.jobs')}>
          <Jobs jobs={jobs} now={now} />
        </Fact>
      )}
    </>
  );
}

/** What a manager calls a job is a stranger's word. */
function Jobs({ jobs, now }: { jobs: ViewOf<Posemesh>['detail']['jobs']; now: number }) {
  const { t, f } = useText();
  return (
    <ul className="space-y-1">
      {jobs.map(({ id, capability, inputs, outputs, inputBytes, outputBytes, leaseUntil }) => (
        <li key={id} className="break-words">
          <Text value={capability} most={200} />
          {', '}
          {t('networks.posemesh.facts.job', { inputs, outputs, received: inputBytes, sent: outputBytes })}
          {leaseUntil !== null && `, ${t('networks.posemesh.facts.lease', { time: f.clock(leaseUntil, now) })}`}
        </li>
      ))}
    </ul>
  );
}
