import { ListChecks } from 'lucide-react';
import { useStore } from 'zustand/react';
import { elapsed } from '../../../src-i18n/format/time.ts';
import type { TaskView, WorkView } from '../../../src-preload/contract/work.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { useSeveralNetworks } from '../../networks/titles.ts';
import { hrefOf } from '../../places.ts';
import { networksStore } from '../../stores/networks.ts';
import { nodeStore } from '../../stores/node.ts';
import { workStore } from '../../stores/work.ts';
import { None, State } from './columns.tsx';
import { fromDetail, isEmpty } from './filter.ts';
import { Finished } from './finished.tsx';
import { Refused } from './rejections.tsx';
import { Task } from './task.tsx';

/** The tasks that run and those that ran; with a number in the address that one, with anything else what they are filtered by. */
export function Work({ detail }: { detail: string | undefined }) {
  const { t } = useText();
  const work = useStore(workStore, ({ live }) => live?.value);
  if (detail !== undefined && /^\d{1,16}$/.test(detail)) return <Task key={detail} id={Number(detail)} work={work} />;
  if (work === undefined) {
    return (
      <Page title={t('places.work')}>
        <Placeholder lines={6} />
      </Page>
    );
  }
  const none = work.live.length === 0 && work.recent.length === 0 && isEmpty(fromDetail(detail));
  return (
    <Page title={t('places.work')}>
      {work.live.length > 0 && (
        <Card title={t('work.live')}>
          <Live tasks={work.live} />
        </Card>
      )}
      <Refused refusals={work.refusals} />
      {none ? <NoTasks /> : <Finished detail={detail} newest={newestOf(work)} />}
    </Page>
  );
}

function newestOf({ recent }: WorkView): number | undefined {
  return recent[0]?.id;
}

function NoTasks() {
  const { t, f } = useText();
  const now = useNow();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const sharing = useStore(nodeStore, ({ live }) => live?.value.sharing);
  const online = networks?.filter(({ state }) => state === 'online') ?? [];
  const seen = Math.max(0, ...online.map(({ seen: last }) => last?.at ?? 0));
  const count = online.length;
  const why =
    sharing === false
      ? t('work.notSharing')
      : count === 0
        ? t('work.notVisible')
        : t('work.quiet', {
            why: seen > 0 ? t('work.visibleSeen', { count, when: f.ago(seen, now) }) : t('work.visible', { count }),
          });
  return (
    <Card title={t('work.finished')}>
      <Empty
        icon={ListChecks}
        title={t('work.empty')}
        action={<LinkButton href={hrefOf('home', 'idle')}>{t('home.whyIdle')}</LinkButton>}
      >
        {`${why} ${t('work.emptyWhy')}`}
      </Empty>
    </Card>
  );
}

/** As many as there are places for at most, so they are all there. */
function Live({ tasks }: { tasks: readonly TaskView[] }) {
  const { t, f } = useText();
  const now = useNow();
  const networkOf = useSeveralNetworks();
  const columns: readonly Column<TaskView>[] = [
    {
      id: 'kind',
      title: t('work.kind'),
      cell: ({ id, what, network }) => (
        <>
          <a href={hrefOf('work', id)} className="rounded font-medium hover:underline">
            <Text value={workWords(what, t)} most={64} />
          </a>
          <span className="block text-xs leading-4 text-soft">{networkOf(network)}</span>
        </>
      ),
    },
    {
      id: 'model',
      title: t('work.model'),
      minor: true,
      cell: ({ inference }) =>
        inference ? <Text value={inference.model ?? t('words.noModel')} most={64} /> : <None />,
    },
    { id: 'state', title: t('work.state'), cell: ({ state }) => <State state={state} /> },
    {
      id: 'started',
      title: t('work.started'),
      minor: true,
      figure: true,
      cell: (task) => f.clock(task.startedAt, now),
    },
    { id: 'took', title: t('work.running'), figure: true, cell: ({ startedAt }) => elapsed(startedAt, now) },
  ];
  return <Table caption={t('work.live')} columns={columns} rows={tasks} rowKey={({ id }) => id} />;
}
