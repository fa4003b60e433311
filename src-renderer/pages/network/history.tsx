import { Check } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import type { NetworkEvent, NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { useFilterKey } from '../../actions.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Select } from '../../components/select.tsx';
import { Table } from '../../components/table.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import type { EventSign, NetworkPages } from '../../networks/pages.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { connectionStore } from '../../stores/connection.ts';
import { type Events, joined, withFailures } from './events.ts';

const PAGE = 50;
const NONE: Events = { items: [], next: undefined };

/** What happened between this node and a network, newest first. */
export function History({ network, now }: { network: NetworkView; now: number }) {
  const { t } = useText();
  const { events, more } = useEvents(network);
  const filter = useFilterKey<HTMLSelectElement>('network.filterAction');
  const [failures, setFailures] = useState<'all' | 'failures'>('all');
  const shown = useMemo(() => withFailures(events?.items ?? [], failures === 'failures'), [events, failures]);
  return (
    <Card
      title={t('network.history', { network: network.title })}
      aside={
        <span className="min-w-40">
          <Select
            ref={filter}
            label={t('network.filter')}
            value={failures}
            options={[
              { value: 'all', title: t('network.filterAll') },
              { value: 'failures', title: t('network.filterFailures') },
            ]}
            onChange={setFailures}
          />
        </span>
      }
    >
      {events === undefined ? (
        <Placeholder lines={4} />
      ) : shown.length === 0 ? (
        <p className="text-soft">{t(failures === 'failures' ? 'network.noFailures' : 'network.noHistory')}</p>
      ) : (
        <Rows
          events={shown}
          signs={pagesOf(network.id).events}
          caption={t('network.history', { network: network.title })}
          now={now}
        />
      )}
      {events?.next !== undefined && events.next !== null && (
        <div className="mt-3">
          <Button onClick={more}>{t('network.more')}</Button>
        </div>
      )}
    </Card>
  );
}

interface RowsProps {
  readonly events: readonly NetworkEvent[];
  readonly signs: NetworkPages['events'];
  readonly caption: string;
  readonly now: number;
}

function Rows({ events, signs, caption, now }: RowsProps) {
  const { t, f } = useText();
  return (
    <Table
      caption={caption}
      rows={events}
      rowKey={({ id }) => id}
      columns={[
        {
          id: 'what',
          title: t('network.event'),
          cell: ({ kind, count, reason }) => (
            <span className="flex flex-col items-start gap-1">
              <Kind sign={signs[kind]} kind={kind} count={count} />
              {reason && (
                <span className="[overflow-wrap:anywhere] text-soft">
                  <Reason reason={reason} />
                </span>
              )}
            </span>
          ),
        },
        {
          id: 'when',
          title: t('network.when'),
          cell: ({ at, until, count }) =>
            count === 1 ? f.clock(at, now) : t('network.span', { from: f.clock(at, now), until: f.clock(until, now) }),
        },
        {
          id: 'took',
          title: t('network.took'),
          figure: true,
          minor: true,
          cell: ({ tookMs }) => (tookMs === null ? '' : t('network.ms', { ms: tookMs })),
        },
      ]}
    />
  );
}

/** One that its pages have no word for reads as it is written. */
function Kind({ sign, kind, count }: { sign: EventSign | undefined; kind: string; count: number }) {
  const { t } = useText();
  return (
    <Pill tone={sign?.tone ?? 'neutral'} icon={sign?.icon ?? Check}>
      {sign ? t(sign.word, { count }) : kind}
    </Pill>
  );
}

/** The newest page follows the node: whatever happens with a network changes its view, too. */
function useEvents({ id, state, events: happened }: NetworkView) {
  const [events, setEvents] = useState<Events>();
  const open = useStore(connectionStore, ({ connection }) => connection.state === 'open');
  const stamp = `${state} ${happened}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when something has happened
  useEffect(() => {
    if (!open) return;
    let gone = false;
    engine()
      .ask('networks.history', { id, limit: PAGE })
      .then((page) => {
        if (!gone) setEvents((held = NONE) => joined(held, page, 'newest'));
      }, reportFailure);
    return () => {
      gone = true;
    };
  }, [id, open, stamp]);
  const more = () => {
    const before = events?.next;
    if (before === undefined || before === null) return;
    engine()
      .ask('networks.history', { id, before, limit: PAGE })
      .then((page) => setEvents((held = NONE) => joined(held, page, 'older')), reportFailure);
  };
  return { events, more };
}
