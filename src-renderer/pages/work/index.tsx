import { ListChecks } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import { Amount } from '../../components/amount.tsx';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { elapsed } from '../../format/time.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { taskKind, taskSigns } from '../../signs.ts';
import { workStore } from '../../stores/work.ts';
import { Task } from './task.tsx';

/** The tasks that run and those that ran last; with a number in the address, that one. */
export function Work({ detail }: { detail: string | undefined }) {
  const { t } = useText();
  const now = useNow();
  const work = useStore(workStore, ({ live }) => live?.value);
  if (work === undefined) {
    return (
      <Page title={t('places.work')}>
        <Placeholder lines={6} />
      </Page>
    );
  }
  const all = [...work.live, ...work.recent];
  if (detail !== undefined) return <Task id={detail} task={all.find(({ id }) => String(id) === detail)} now={now} />;
  if (all.length === 0) {
    return (
      <Page title={t('places.work')}>
        <Card title={t('work.recent')}>
          <Empty
            icon={ListChecks}
            title={t('work.empty')}
            action={<LinkButton href={hrefOf('home', 'idle')}>{t('home.whyIdle')}</LinkButton>}
          >
            {t('work.emptyWhy')}
          </Empty>
        </Card>
      </Page>
    );
  }
  return (
    <Page title={t('places.work')}>
      {work.live.length > 0 && (
        <Card title={t('work.live')}>
          <Tasks caption={t('work.live')} tasks={work.live} now={now} />
        </Card>
      )}
      {work.recent.length > 0 && (
        <Card title={t('work.recent')}>
          <Tasks caption={t('work.recent')} tasks={work.recent} now={now} />
        </Card>
      )}
    </Page>
  );
}

function Tasks({ caption, tasks, now }: { caption: string; tasks: readonly TaskView[]; now: number }) {
  const { t, f } = useText();
  const columns: readonly Column<TaskView>[] = [
    {
      id: 'kind',
      title: t('work.kind'),
      cell: (task) => (
        <a href={hrefOf('work', task.id)} className="rounded font-medium hover:underline">
          <Text value={taskKind(task.intent, t)} most={64} />
        </a>
      ),
    },
    {
      id: 'model',
      title: t('work.model'),
      minor: true,
      cell: (task) => <Text value={task.model ?? t('words.noModel')} most={48} />,
    },
    { id: 'state', title: t('work.state'), cell: (task) => <State state={task.state} /> },
    {
      id: 'started',
      title: t('work.started'),
      minor: true,
      figure: true,
      cell: (task) => f.clock(task.startedAt, now),
    },
    {
      id: 'took',
      title: t('work.took'),
      figure: true,
      cell: (task) => elapsed(task.startedAt, task.finishedAt ?? now),
    },
    {
      id: 'tokens',
      title: t('work.tokens'),
      minor: true,
      figure: true,
      cell: (task) => f.count(task.tokensIn + task.tokensOut),
    },
    {
      id: 'earned',
      title: t('work.earned'),
      figure: true,
      cell: ({ earnedMicro, unit }) => (earnedMicro === null ? '' : <Amount micro={earnedMicro} unit={unit ?? ''} />),
    },
  ];
  return <Table caption={caption} columns={columns} rows={tasks} rowKey={({ id }) => id} />;
}

function State({ state }: { state: TaskView['state'] }) {
  const { t } = useText();
  const { word, icon: Icon } = taskSigns[state];
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon aria-hidden="true" size={14} className="shrink-0 text-soft" />
      {t(word)}
    </span>
  );
}
