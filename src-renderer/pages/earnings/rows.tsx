import { ArrowLeft, ReceiptText, RotateCw } from 'lucide-react';
import { useCallback, useEffect, useMemo } from 'react';
import { useStore } from 'zustand/react';
import type { EarningRow, EarningsFilter } from '../../../src-preload/contract/earnings.ts';
import { engine } from '../../bridge/index.ts';
import { Amount } from '../../components/amount.tsx';
import { Button, LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { type LongColumn, LongTable } from '../../components/long-table.tsx';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { claimState, claimWhy } from '../../parts/claim.ts';
import type { Step } from '../../parts/entries-link.tsx';
import { shownAt } from '../../parts/entries-link.tsx';
import { hrefOf } from '../../places.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { createPages } from '../../stores/pages.ts';
import { Check } from './check.tsx';
import { detailOf } from './look.ts';

/** The entries behind a total as far as they were read. */
const entries = createPages<EarningsFilter, EarningRow>({
  ask: (filter, before, limit) =>
    engine().ask('earnings.rows', { filter, limit, ...(before !== undefined && { before }) }),
  keyOf: ({ id }) => id,
  onFailure: reportFailure,
});

export interface RowsProps {
  /** As in the address: what was shown of the total is remembered by it. */
  readonly detail: string;
  readonly by: Step;
  readonly filter: EarningsFilter;
}

/** The entries that a total was made of, one by one, and whether they make it. */
export function Rows({ detail, by, filter }: RowsProps) {
  const { t, f } = useText();
  const networkTitle = useNetworkTitle();
  const { items, reading, failed, complete } = useStore(entries.store);
  const shown = useMemo(() => shownAt(detail), [detail]);
  const columns = useColumns();
  const back = detailOf({ view: 'series', by, to: undefined });
  useEffect(() => entries.show(filter), [filter]);
  useEscape(back);
  const openTask = useCallback(({ task }: EarningRow) => {
    if (task) go('work', task.id);
  }, []);
  const { from, to, network, unit, state, intent, model } = filter;
  const when =
    from !== undefined && to !== undefined
      ? t('earnings.span', { from: f.date(from, 'date'), to: f.date(to - 1, 'date') })
      : t('earnings.rows.ever');
  const said = [
    network !== undefined && t('earnings.rows.network', { network: quoted(networkTitle(network), 48) }),
    unit !== undefined && t('earnings.rows.unit', { unit: quoted(unit, 48) }),
    state !== undefined && t('earnings.rows.state', { state: t(`earnings.states.${state}`) }),
    intent === '' && t('earnings.noTask'),
    intent !== undefined && intent !== '' && quoted(workWords(intent, t), 48),
    model !== undefined && (model === '' ? t('earnings.kinds.noModel') : quoted(model, 48)),
  ].filter((part) => part !== false);
  return (
    <Page
      title={t('earnings.rows.title')}
      action={
        <LinkButton href={hrefOf('earnings', back)} icon={ArrowLeft}>
          {t('earnings.rows.back')}
        </LinkButton>
      }
    >
      <Card title={when}>
        {said.length > 0 && <p className="mb-1">{said.join(' · ')}</p>}
        {shown && (
          <p className="mb-1 space-x-4 text-lg font-semibold">
            {shown.sums.map((sum) => (
              <Amount exact key={`${sum.network} ${sum.unit}`} micro={sum.amountMicro} unit={sum.unit} />
            ))}
          </p>
        )}
        <div className="mb-3">
          <Check filter={filter} shown={shown?.sums} through={shown?.through} settled={shown?.settled} />
        </div>
        {items.length > 0 && (
          <LongTable
            caption={t('earnings.rows.caption')}
            columns={columns}
            rows={items}
            rowKey={keyOf}
            total={complete ? items.length : undefined}
            onEnd={entries.more}
            onOpen={openTask}
          />
        )}
        {items.length === 0 && reading && <Placeholder lines={6} />}
        {items.length === 0 && complete && (
          <Empty icon={ReceiptText} title={t('earnings.rows.none')}>
            {t('earnings.nothing')}
          </Empty>
        )}
        {failed && (
          <div className="flex flex-wrap items-center gap-3 pt-3">
            <p>{t('earnings.rows.notRead')}</p>
            <Button icon={RotateCw} onClick={entries.more}>
              {t('earnings.rows.again')}
            </Button>
          </div>
        )}
        {reading && items.length > 0 && <p className="appear-late pt-3 text-soft">{t('earnings.rows.reading')}</p>}
      </Card>
    </Page>
  );
}

const keyOf = ({ id }: EarningRow) => id;

function useColumns(): readonly LongColumn<EarningRow>[] {
  const { t, f } = useText();
  return useMemo(
    () => [
      {
        id: 'task',
        title: t('earnings.task'),
        width: 'minmax(0,1.2fr)',
        narrow: 'minmax(0,1fr)',
        cell: ({ task, kind }) => (
          <>
            {kind !== 'earned' && <>{t(`earnings.kind.${kind}`)} </>}
            {task === null ? (
              <span className="text-soft">{t('earnings.noTask')}</span>
            ) : (
              <a href={hrefOf('work', task.id)} tabIndex={-1} className="font-medium hover:underline">
                <Text value={workWords(task.intent, t)} most={64} />
              </a>
            )}
          </>
        ),
      },
      {
        id: 'time',
        title: t('earnings.time'),
        width: '12rem',
        from: 700,
        figure: true,
        cell: ({ at }) => f.dateTime(at),
      },
      {
        id: 'claim',
        title: t('earnings.claim.title'),
        width: 'minmax(0,1fr)',
        from: 900,
        cell: ({ network, claim }) =>
          claim && (
            <span title={claimWhy(network, claim, t)}>
              {claimState(claim, t)}
              <span className="text-xs text-soft"> {claimWhy(network, claim, t)}</span>
            </span>
          ),
      },
      { id: 'gross', title: t('earnings.gross'), width: '8rem', figure: true, cell: amount('grossMicro') },
      { id: 'fee', title: t('earnings.fee'), width: '7rem', figure: true, cell: amount('feeMicro') },
      { id: 'net', title: t('earnings.net'), width: '8rem', narrow: '7.5rem', figure: true, cell: amount('netMicro') },
    ],
    [t, f],
  );
}

function amount(of: 'grossMicro' | 'feeMicro' | 'netMicro') {
  return (row: EarningRow) => <Amount exact micro={row[of]} unit={row.unit} />;
}

/** Back to the sums, unless something lies over the page. */
function useEscape(back: string | undefined): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      go('earnings', back);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [back]);
}
