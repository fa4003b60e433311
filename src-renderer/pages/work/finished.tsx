import { ListFilter, RotateCw } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import type { TaskCount, TaskFacets, TaskView } from '../../../src-preload/contract/work.ts';
import { useActions } from '../../actions.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { LongTable } from '../../components/long-table.tsx';
import { useNow } from '../../components/now.ts';
import { Placeholder } from '../../components/placeholder.tsx';
import { go, stay } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { useTaskColumns } from './columns.tsx';
import { type Choice, fromDetail, isEmpty, toDetail, toFilter } from './filter.ts';
import { Filters } from './filters.tsx';
import { left, tasks } from './tasks.ts';

const HOUR = 3_600_000;
/** What is newer shows by itself only while the list's beginning is in sight. */
const NEAR_TOP = 40;

/** All tasks that ended, as far as the filter lets them through; `newest` is the number of the last one that ended. */
export function Finished({ detail, newest }: { detail: string | undefined; newest: number | undefined }) {
  const { t } = useText();
  const now = useNow(HOUR);
  const address = detail ?? '';
  // Two empty fields for dates stand in no address.
  const [open, setOpen] = useState<{ readonly at: string; readonly choice: Choice } | undefined>();
  const choice = useMemo(() => (open?.at === address ? open.choice : fromDetail(address)), [open, address]);
  const filter = useMemo(() => toFilter(choice, now), [choice, now]);
  const [facets, count] = useFigures(filter, newest);
  const { items, newer, reading, failed, complete } = useStore(tasks.store);
  const columns = useTaskColumns(now);
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [back, setBack] = useState(() => (left.detail === address ? left.task : undefined));

  useEffect(() => tasks.show(filter), [filter]);
  useEffect(() => {
    if (newest !== undefined) tasks.refresh();
  }, [newest]);
  useEffect(() => {
    if (newer.length > 0 && (items.length === 0 || window.scrollY < NEAR_TOP)) tasks.takeNewer();
  }, [newer, items.length]);

  const change = useCallback((next: Choice) => {
    const to = toDetail(next);
    // Who filters stays in the filter, whichever task they came back from.
    setBack(undefined);
    setOpen({ at: to, choice: next });
    stay('work', to === '' ? undefined : to);
  }, []);
  const openTask = useCallback(({ id }: TaskView) => go('work', id), []);
  useEffect(() => {
    left.detail = address;
    left.task = undefined;
  }, [address]);
  useActions(
    useMemo(
      () => [
        {
          id: 'work.filter',
          group: 'page' as const,
          title: 'work.filter.action' as const,
          icon: ListFilter,
          keys: 'Mod+F',
          run: () => search.current?.focus(),
        },
      ],
      [],
    ),
  );
  const enter = () => list.current?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus();

  return (
    <Card title={t('work.finished')} aside={<Count count={count} />}>
      <Filters choice={choice} facets={facets} search={search} onChange={change} onLeave={enter} />
      {newer.length > 0 && items.length > 0 && (
        <div className="sticky top-16 z-10 flex justify-center">
          <Button
            onClick={() => {
              tasks.takeNewer();
              window.scrollTo(0, 0);
            }}
          >
            {t('work.newer', { count: newer.length })}
          </Button>
        </div>
      )}
      {items.length > 0 && (
        <div ref={list}>
          <LongTable
            key={address}
            caption={t('work.finished')}
            columns={columns}
            rows={items}
            rowKey={keyOf}
            total={count?.exact ? count.count : undefined}
            start={back}
            focusStart={back !== undefined}
            onEnd={tasks.more}
            onOpen={openTask}
            onEscape={() => search.current?.focus()}
          />
          <p className="sr-only">{t('work.keysHint')}</p>
        </div>
      )}
      {items.length === 0 && reading && <Placeholder lines={6} />}
      {items.length === 0 && complete && newer.length === 0 && (
        <Empty
          icon={ListFilter}
          title={t('work.nothingFits')}
          action={isEmpty(choice) ? undefined : <Button onClick={() => change({})}>{t('work.showAll')}</Button>}
        >
          {t('work.nothingFitsWhy')}
        </Empty>
      )}
      {failed && (
        <div className="flex flex-wrap items-center gap-3 pt-3">
          <p>{t('work.notRead')}</p>
          <Button icon={RotateCw} onClick={tasks.more}>
            {t('work.again')}
          </Button>
        </div>
      )}
      {reading && items.length > 0 && <p className="appear-late pt-3 text-soft">{t('work.reading')}</p>}
    </Card>
  );
}

const keyOf = ({ id }: TaskView) => id;

function Count({ count }: { count: TaskCount | undefined }) {
  const { t } = useText();
  return (
    <p role="status" className="text-soft tabular-nums">
      {count && t(count.exact ? 'work.count' : 'work.countAtLeast', { count: count.count })}
    </p>
  );
}

const FIGURES_MS = 2000;

/** What there is to filter by, and how many fit. Asked again when tasks end, but not for each of them. */
function useFigures(
  filter: ReturnType<typeof toFilter>,
  newest: number | undefined,
): [TaskFacets | undefined, TaskCount | undefined] {
  const [facets, setFacets] = useState<TaskFacets>();
  const [count, setCount] = useState<TaskCount>();
  const asked = useRef({ filter: undefined as typeof filter | undefined, at: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when one ends
  useEffect(() => {
    let on = true;
    const soon = asked.current.filter === filter ? Math.max(0, asked.current.at + FIGURES_MS - performance.now()) : 0;
    const timer = setTimeout(() => {
      asked.current = { filter, at: performance.now() };
      void engine()
        .ask('work.facets', undefined)
        .then((told) => on && setFacets(told), reportFailure);
      void engine()
        .ask('work.count', filter)
        .then((told) => on && setCount(told), reportFailure);
    }, soon);
    return () => {
      on = false;
      clearTimeout(timer);
    };
  }, [filter, newest]);
  return [facets, count];
}
