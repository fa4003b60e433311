import { Lock, LockOpen } from 'lucide-react';
import { elapsed } from '../../../src-i18n/format/time.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { TaskView, WorkView } from '../../../src-preload/contract/work.ts';
import { Amount } from '../../components/amount.tsx';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import { toneText, toneTint } from '../../components/tone.ts';
import { quoted } from '../../format/text.ts';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { useSeveralNetworks } from '../../networks/titles.ts';
import { hrefOf } from '../../places.ts';
import { taskSigns } from '../../signs.ts';

/** More than one reads at a glance; the rest is said as a number, and Work has them all. */
const MOST_LIVE = 8;
const MOST_RECENT = 4;

export interface TasksProps {
  readonly work: WorkView | undefined;
  readonly networks: readonly NetworkView[] | undefined;
  readonly sharing: boolean;
  readonly now: number;
}

export function Tasks({ work, networks, sharing, now }: TasksProps) {
  const { t } = useText();
  return (
    <Card title={t('home.tasks')} aside={<LinkButton href={hrefOf('work')}>{t('home.allTasks')}</LinkButton>}>
      {work ? <Lists {...{ work, networks, sharing, now }} /> : <Placeholder lines={5} />}
    </Card>
  );
}

function Lists({ work, networks, sharing, now }: TasksProps & { work: WorkView }) {
  const { t } = useText();
  const { live, recent } = work;
  if (live.length === 0 && recent.length === 0)
    return <p className="text-soft">{noTasksWords(networks, sharing, t)}</p>;
  return (
    <>
      {live.length === 0 ? (
        <p className="pb-3 text-soft">{t('home.nothingRuns')}</p>
      ) : (
        <List label={t('home.runningNow')} tasks={live.slice(0, MOST_LIVE)} now={now} />
      )}
      {live.length > MOST_LIVE && (
        <p className="pt-1 pb-2 text-soft">{t('frame.more', { count: live.length - MOST_LIVE })}</p>
      )}
      {recent.length > 0 && <List label={t('home.finished')} tasks={byEnd(recent).slice(0, MOST_RECENT)} now={now} />}
    </>
  );
}

/** The one that ended last first: they come in the order of their beginnings. */
function byEnd(tasks: WorkView['recent']): WorkView['recent'] {
  const endOf = ({ finishedAt, startedAt }: WorkView['recent'][number]) => finishedAt ?? startedAt;
  return tasks.toSorted((one, other) => endOf(other) - endOf(one));
}

/** What stands where no task has come yet. */
export function noTasksWords(networks: readonly NetworkView[] | undefined, sharing: boolean, t: Translate): string {
  if (!sharing) return t('home.noTasksOff');
  const listed = networks?.filter(({ state }) => state === 'online').length ?? 0;
  return listed === 0 ? t('home.noTasksUnlisted') : t('home.noTasksListed', { count: listed });
}

function List({ label, tasks, now }: { label: string; tasks: readonly TaskView[]; now: number }) {
  return (
    <>
      <h3 className="mt-4 border-b border-line pb-1.5 text-xs leading-4 font-medium text-soft first:mt-0">{label}</h3>
      <ul aria-label={label} className="divide-y divide-line">
        {tasks.map((task) => (
          <Task key={task.id} task={task} now={now} />
        ))}
      </ul>
    </>
  );
}

function Task({ task, now }: { task: TaskView; now: number }) {
  const { t, f } = useText();
  const { word, tone, icon: Icon } = taskSigns[task.state];
  const running = task.state === 'running';
  const networkOf = useSeveralNetworks();
  const network = networkOf(task.network);
  const model = quoted(task.inference?.model ?? t('words.noModel'), 80);
  const said = [
    t(word),
    task.code !== null && task.state !== 'done' && quoted(task.code, 48),
    task.inference !== null && model,
    network,
    running && task.lease !== null && t('home.paidUntil', { time: f.clock(task.lease.paidUntil, now) }),
  ];
  return (
    <li className="flex items-start gap-3 py-2.5 last:pb-0">
      <span
        className={`mt-0.5 grid size-6 shrink-0 place-items-center rounded-full ${toneText[tone]} ${toneTint[tone]}`}
      >
        <Icon aria-hidden="true" size={14} strokeWidth={2.25} />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex justify-between gap-x-3">
          <p className="flex min-w-0 flex-wrap items-center gap-x-2">
            <a href={hrefOf('work', task.id)} className="rounded font-medium hover:underline">
              <Text value={workWords(task.what, t)} most={64} />
            </a>
            {task.inference && <Sealed sealed={task.inference.sealed} />}
          </p>
          <p className="shrink-0 tabular-nums">{running ? elapsed(task.startedAt, now) : <Earned task={task} />}</p>
        </div>
        <div className="flex justify-between gap-x-3 text-xs leading-5 text-soft">
          <p className="min-w-0">
            {running && task.inference
              ? [t('home.onModel', { model }), network].filter((part) => part !== false).join(', ')
              : said.filter((part) => part !== false).join(', ')}
          </p>
          <p className="shrink-0 tabular-nums">
            {running ? t('home.since', { time: f.clock(task.startedAt, now) }) : <Finished task={task} now={now} />}
          </p>
        </div>
      </div>
    </li>
  );
}

function Earned({ task: { earnedMicro, unit } }: { task: TaskView }) {
  const { t } = useText();
  if (earnedMicro === null) return <span className="text-soft">{t('words.noEntry')}</span>;
  return <Amount micro={earnedMicro} unit={unit ?? ''} />;
}

function Finished({ task, now }: { task: TaskView; now: number }) {
  const { t, f } = useText();
  const tokens = task.inference ? task.inference.tokensIn + task.inference.tokensOut : 0;
  return (
    <>
      {tokens > 0 && <span className="hidden sm:inline">{t('words.tokens', { count: tokens })} · </span>}
      {f.ago(task.finishedAt ?? task.startedAt, now)}
    </>
  );
}

function Sealed({ sealed }: { sealed: boolean }) {
  const { t } = useText();
  const Icon = sealed ? Lock : LockOpen;
  return (
    <span className="inline-flex items-center gap-1 text-xs text-soft">
      <Icon aria-hidden="true" size={12} />
      <span className="max-sm:sr-only">{t(sealed ? 'words.sealed' : 'words.notSealed')}</span>
    </span>
  );
}
