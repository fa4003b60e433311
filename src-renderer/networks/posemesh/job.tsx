import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import { type NetworkView, viewOf } from '../../../src-preload/contract/networks/index.ts';
import type { JobFacts } from '../../../src-preload/contract/networks/posemesh.ts';
import { Fact } from '../../components/facts.tsx';
import { Text } from '../../components/text.tsx';
import { speechStore } from '../../i18n/index.ts';
import { useText } from '../../i18n/use-text.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { networksStore } from '../../stores/networks.ts';
import { askPosemesh } from './ask.ts';
import { endings } from './ended.ts';
import { endingWords } from './ending-words.ts';
import { JobFigures } from './jobs.tsx';

/** What is kept of a job: where its data was, how much of it there was, and what the manager said of it. */
export function Job({ id, code }: { id: number; code: string | null }) {
  const { t, f } = useText();
  const language = useStore(speechStore, (state) => state.language);
  const running = useStore(networksStore, ({ live }) => runningJob(live?.value ?? [], id));
  const [facts, setFacts] = useState<JobFacts | null>(null);
  useEffect(() => {
    let gone = false;
    askPosemesh('job', { id }).then((taken) => !gone && setFacts(taken), reportFailure);
    return () => {
      gone = true;
    };
  }, [id]);
  const why = code !== null && Object.hasOwn(endings, code) ? endings[code] : undefined;
  if (facts === null) return null;
  const { managerJob, domainServer, estimatedCost, billingUnits, debited, owed } = facts;
  const attempts = running?.attempts ?? facts.attempts;
  return (
    <>
      {why !== undefined && <Fact name={t('networks.posemesh.ended.why')}>{endingWords[language][why]}</Fact>}
      <JobFigures {...(running ?? facts)} />
      {attempts !== null && <Fact name={t('networks.posemesh.job.attempts')}>{f.count(attempts)}</Fact>}
      {managerJob !== null && (
        <Fact name={t('networks.posemesh.job.managerJob')}>
          <span className="font-mono text-xs break-all">
            <Text value={managerJob} most={64} />
          </span>
        </Fact>
      )}
      {domainServer !== null && (
        <Fact name={t('networks.posemesh.job.domain')}>
          <Text value={domainServer} most={120} />
        </Fact>
      )}
      {estimatedCost !== null && (
        <Fact name={t('networks.posemesh.job.estimate')}>
          <Text value={estimatedCost} most={64} />{' '}
          <span className="text-soft">{t('networks.posemesh.job.estimated')}</span>
        </Fact>
      )}
      {debited !== null && (
        <Fact name={t('networks.posemesh.job.debited')}>
          <Text value={debited} most={64} /> <span className="text-soft">{t('networks.posemesh.job.estimated')}</span>
        </Fact>
      )}
      {billingUnits !== null && (
        <Fact name={t('networks.posemesh.job.units')}>
          <Text value={billingUnits} most={64} />
        </Fact>
      )}
      {owed && !running && <Fact name={t('networks.posemesh.job.report')}>{t('networks.posemesh.job.owed')}</Fact>}
    </>
  );
}

function runningJob(networks: readonly NetworkView[], id: number) {
  return viewOf(networks, 'posemesh')?.detail.jobs.find((job) => job.id === id);
}
