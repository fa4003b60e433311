import { Lock, LockOpen } from 'lucide-react';
import type { NetworkView } from '../../../src-preload/contract/networks.ts';
import type { TaskView, WorkView } from '../../../src-preload/contract/work.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import { toneText, toneTint } from '../../components/tone.ts';
import { formatCount } from '../../format/money.ts';
import { ago, clockTime, elapsed } from '../../format/time.ts';
import { noTasksWords, taskKind, taskSigns, todayWords } from './words.ts';

/** More than anybody reads at a glance; the rest is said as a number. */
const MOST_LIVE = 16;
const MOST_RECENT = 8;

export interface TasksProps {
  readonly work: WorkView | undefined;
  readonly networks: readonly NetworkView[] | undefined;
  readonly sharing: boolean;
  readonly now: number;
}

export function Tasks({ work, networks, sharing, now }: TasksProps) {
  return (
    <Card title="Tasks" aside={work && <span className="text-soft tabular-nums">{todayWords(work.today)}</span>}>
      {work ? <Lists {...{ work, networks, sharing, now }} /> : <Placeholder lines={5} />}
    </Card>
  );
}

function Lists({ work, networks, sharing, now }: TasksProps & { work: WorkView }) {
  const { live, recent } = work;
  if (live.length === 0 && recent.length === 0) return <p className="text-soft">{noTasksWords(networks, sharing)}</p>;
  return (
    <>
      {live.length === 0 ? (
        <p className="pb-3 text-soft">Nothing is running now.</p>
      ) : (
        <List label="Running now" tasks={live.slice(0, MOST_LIVE)} now={now} />
      )}
      {live.length > MOST_LIVE && <p className="pt-1 pb-2 text-soft">and {live.length - MOST_LIVE} more</p>}
      {recent.length > 0 && <List label="Finished" tasks={recent.slice(0, MOST_RECENT)} now={now} />}
    </>
  );
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
  const { word, tone, icon: Icon } = taskSigns[task.state];
  const running = task.state === 'running';
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
            <span className="font-medium">
              <Text value={taskKind(task.intent)} most={64} />
            </span>
            <Sealed sealed={task.sealed} />
          </p>
          <p className="shrink-0 tabular-nums">{running ? elapsed(task.startedAt, now) : <Earned task={task} />}</p>
        </div>
        <div className="flex justify-between gap-x-3 text-xs leading-5 text-soft">
          <p className="min-w-0">
            {running ? 'on ' : `${word}, `}
            {!running && task.code !== null && task.state !== 'done' && (
              <>
                <Text value={task.code} most={48} />
                {', '}
              </>
            )}
            <Text value={task.model ?? 'no model'} most={80} />
          </p>
          <p className="shrink-0 tabular-nums">
            {running ? `since ${clockTime(task.startedAt, now)}` : <Finished task={task} now={now} />}
          </p>
        </div>
      </div>
    </li>
  );
}

function Earned({ task: { earnedMicro, unit } }: { task: TaskView }) {
  if (earnedMicro === null) return <span className="text-soft">no credit</span>;
  return <Amount micro={earnedMicro} unit={unit ?? ''} />;
}

function Finished({ task, now }: { task: TaskView; now: number }) {
  return (
    <>
      {task.tokensIn + task.tokensOut > 0 && (
        <span className="hidden sm:inline">{formatCount(task.tokensIn + task.tokensOut)} tokens · </span>
      )}
      {ago(task.finishedAt ?? task.startedAt, now)}
    </>
  );
}

function Sealed({ sealed }: { sealed: boolean }) {
  const Icon = sealed ? Lock : LockOpen;
  return (
    <span className="inline-flex items-center gap-1 text-xs text-soft">
      <Icon aria-hidden="true" size={12} />
      <span className="max-sm:sr-only">{sealed ? 'Sealed' : 'Not sealed'}</span>
    </span>
  );
}
