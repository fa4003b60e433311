import { Fact, Facts } from '../../components/facts.tsx';
import { Progress } from '../../components/progress.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { workWords } from '../lookup.ts';
import type { ViewOf } from '../pages.ts';
import type { Posemesh } from './contract.ts';
import { Estimate } from './estimate.tsx';

type Job = ViewOf<Posemesh>['detail']['jobs'][number];

/** Those that run now. What a manager or a runner calls anything is a stranger's word. */
export function Jobs({ jobs, now }: { jobs: readonly Job[]; now: number }) {
  const { t } = useText();
  return (
    <ul aria-label={t('networks.posemesh.facts.jobs')} className="space-y-3">
      {jobs.map((job) => (
        <li key={job.id} className="rounded-md border border-line px-3 py-2.5">
          <Running job={job} now={now} />
        </li>
      ))}
    </ul>
  );
}

function Running({ job, now }: { job: Job; now: number }) {
  const { t, f } = useText();
  const { id, capability, stage, doing, percent, domainServer, leaseUntil, attempts, maxAttempts } = job;
  return (
    <>
      <a href={hrefOf('work', id)} className="rounded font-medium break-words hover:underline">
        <Text value={workWords(capability, t)} most={200} />
      </a>
      <div className="py-1.5 text-soft">
        <Progress
          label={
            doing === null
              ? t('networks.posemesh.job.works')
              : t('networks.posemesh.job.doing', { what: quoted(doing, 120) })
          }
          share={percent === null ? undefined : percent / 100}
          figure={percent === null ? '' : f.percent(percent / 100)}
        />
      </div>
      <Facts>
        {stage !== null && (
          <Fact name={t('networks.posemesh.job.stage')}>
            <Text value={stage} most={120} />
          </Fact>
        )}
        {leaseUntil !== null && (
          <Fact name={t('networks.posemesh.job.lease')}>
            {t('networks.posemesh.job.leaseLeft', {
              time: f.clock(leaseUntil, now),
              seconds: secondsTo(leaseUntil, now),
            })}
          </Fact>
        )}
        <JobFigures {...job} />
        {attempts !== null && (
          <Fact name={t('networks.posemesh.job.attempts')}>
            {maxAttempts === null
              ? f.count(attempts)
              : t('networks.posemesh.job.attemptOf', { attempt: attempts, most: maxAttempts })}
          </Fact>
        )}
        {domainServer !== null && (
          <Fact name={t('networks.posemesh.job.domain')}>
            <Text value={domainServer} most={120} />
          </Fact>
        )}
        <Estimate micro={job.estimateMicro} />
      </Facts>
    </>
  );
}

/** Heartbeats renew it long before. */
const secondsTo = (until: number, now: number) => Math.max(0, Math.round((until - now) / 1000));

export interface Figures {
  readonly inputs: number;
  readonly inputBytes: number;
  readonly outputs: number;
  readonly outputBytes: number;
}

export function JobFigures({ inputs, inputBytes, outputs, outputBytes }: Figures) {
  const { t, f } = useText();
  return (
    <>
      <Fact name={t('networks.posemesh.job.inputs')}>
        {t('networks.posemesh.job.ofSize', { count: inputs, size: f.bytes(inputBytes) })}
      </Fact>
      <Fact name={t('networks.posemesh.job.outputs')}>
        {t('networks.posemesh.job.ofSize', { count: outputs, size: f.bytes(outputBytes) })}
      </Fact>
    </>
  );
}
