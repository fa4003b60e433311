import { CircleAlert } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import { LinkButton } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { hrefOf } from '../../places.ts';
import { writeQuery } from '../../query.ts';
import { taskSigns } from '../../signs.ts';
import { workStore } from '../../stores/work.ts';

const MOST = 10;

/** What runs for it and ran last, and what keeps its work away here. */
export function WorkOf({ network: { id, blockers, enabled }, now }: { network: NetworkView; now: number }) {
  const { t } = useText();
  const work = useStore(workStore, ({ live }) => live?.value);
  if (!work) return <Placeholder lines={4} />;
  const tasks = [...work.live, ...work.recent].filter(({ network }) => network === id);
  return (
    <div className="space-y-4">
      {enabled &&
        blockers.map((reason) => (
          <Notice key={reason.code} tone="warn" icon={CircleAlert}>
            <Reason reason={reason} />
          </Notice>
        ))}
      {tasks.length === 0 ? <p className="text-soft">{t('network.noWork')}</p> : <Tasks tasks={tasks} now={now} />}
      <LinkButton href={hrefOf('work', writeQuery({ network: id }))}>{t('network.allWork')}</LinkButton>
    </div>
  );
}

function Tasks({ tasks, now }: { tasks: readonly TaskView[]; now: number }) {
  const { t, f } = useText();
  return (
    <Table
      caption={t('network.tab.work')}
      rows={tasks.slice(0, MOST)}
      rowKey={({ id }) => id}
      columns={[
        {
          id: 'what',
          title: t('work.kind'),
          cell: ({ id, what }) => (
            <a href={hrefOf('work', id)} className="rounded font-medium hover:underline">
              <Text value={workWords(what, t)} most={48} />
            </a>
          ),
        },
        {
          id: 'state',
          title: t('work.state'),
          cell: ({ state }) => {
            const { word, tone, icon } = taskSigns[state];
            return (
              <Pill tone={tone} icon={icon}>
                {t(word)}
              </Pill>
            );
          },
        },
        {
          id: 'when',
          title: t('network.when'),
          figure: true,
          cell: ({ startedAt, finishedAt }) => f.clock(finishedAt ?? startedAt, now),
        },
      ]}
    />
  );
}
