import { ArrowLeft, ArrowRight, BadgeCheck, Coins, Download } from 'lucide-react';
import { Suspense, useMemo, useState } from 'react';
import { useStore } from 'zustand/react';
import type { EarningsSeries } from '../../../src-preload/contract/earnings.ts';
import { useActions } from '../../actions.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Select } from '../../components/select.tsx';
import { stay } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { lazily } from '../../lazily.ts';
import { earningsStore } from '../../stores/earnings.ts';
import { Accounts } from './account.tsx';
import { Chart } from './chart-card.tsx';
import { DayCardDialog } from './day-card.tsx';
import { Estimate } from './estimate.tsx';
import { ExportDialog } from './export.tsx';
import { detailOf, type Look, lookOf, steps, turned } from './look.ts';
import { Net } from './net.tsx';
import { Networks } from './networks.tsx';
import { Parts } from './parts.tsx';
import { Power } from './power.tsx';
import { Rows } from './rows.tsx';
import { States } from './states.tsx';
import { useSeries } from './use-series.ts';

const MINUTE = 60_000;
const Wallet = lazily(async () => (await import('./wallet/index.tsx')).Wallet);

/** What was booked in a stretch of time, or the entries behind one of its totals. */
export function Earnings({ detail }: { detail: string | undefined }) {
  const look = useMemo(() => lookOf(detail), [detail]);
  if (look.view === 'rows') return <Rows key={detail} detail={detail ?? ''} by={look.by} filter={look.filter} />;
  return look.view === 'wallet' ? <WalletPart /> : <Overview look={look} />;
}

function WalletPart() {
  const { t } = useText();
  return (
    <Page title={t('places.earnings')}>
      <Parts shown="wallet">
        <Suspense fallback={<Placeholder lines={8} />}>
          <Wallet />
        </Suspense>
      </Parts>
    </Page>
  );
}

function Overview({ look }: { look: Look & { view: 'series' } }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  const { by, to } = look;
  const series = useSeries(by, to);
  const none = useStore(earningsStore, ({ live }) => live?.value.total.every(({ entries }) => entries === 0));
  const [exporting, setExporting] = useState(false);
  const [signing, setSigning] = useState(false);
  useActions(
    useMemo(
      () => [
        {
          id: 'earnings.export',
          group: 'page' as const,
          title: 'earnings.export.title' as const,
          icon: Download,
          keys: 'Mod+E',
          run: () => setExporting(true),
        },
      ],
      [],
    ),
  );
  const first = series?.points[0];
  const last = series?.points.at(-1);
  const span =
    first && last
      ? t('earnings.span', { from: f.date(first.start, 'date'), to: f.date(last.end - 1, 'date') })
      : undefined;
  return (
    <Page
      title={t('places.earnings')}
      action={
        <div className="flex flex-wrap gap-2">
          {by === 'day' && series && (
            <Button icon={BadgeCheck} onClick={() => setSigning(true)}>
              {t('earnings.dayCard.action')}
            </Button>
          )}
          <Button icon={Download} onClick={() => setExporting(true)}>
            {t('earnings.export.action')}
          </Button>
        </div>
      }
    >
      <Parts shown="earnings">
        {none === true ? (
          <Card title={t('earnings.totals')}>
            <Empty icon={Coins} title={t('earnings.empty')}>
              {t('earnings.emptyWhy')}
            </Empty>
          </Card>
        ) : (
          <>
            <Stretch look={look} series={series} span={span} now={now} />
            {series === undefined && <Placeholder lines={10} />}
            {series && <Chart series={series} by={by} />}
            {series && <Networks view={series.now} />}
            {series && <Net series={series} by={by} />}
          </>
        )}
        {series && (
          <div className="grid grid-cols-1 items-start gap-4 wide:grid-cols-2">
            <div className="grid grid-cols-1 gap-4">
              <States series={series} by={by} />
              {none === false && by === 'day' && to === undefined && <Estimate series={series} />}
            </div>
            <div className="grid grid-cols-1 gap-4">
              <Accounts />
              <Power series={series} />
            </div>
          </div>
        )}
      </Parts>
      {signing && series && <DayCardDialog days={series.points} now={now} onClose={() => setSigning(false)} />}
      {exporting && (
        <ExportDialog
          span={first && last && span !== undefined ? { from: first.start, to: last.end, words: span } : undefined}
          now={now}
          onClose={() => setExporting(false)}
        />
      )}
    </Page>
  );
}

interface StretchProps {
  readonly look: Look & { view: 'series' };
  readonly series: EarningsSeries | undefined;
  readonly span: string | undefined;
  readonly now: number;
}

/** Which stretch of time it is, and the ways to others. */
function Stretch({ look, series, span, now }: StretchProps) {
  const { t } = useText();
  const { by, to } = look;
  const points = series?.points ?? [];
  const move = (way: -1 | 1) => () => {
    if (points.length > 0) stay('earnings', detailOf({ view: 'series', by, to: turned(by, points, way, now) }));
  };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <div className="w-32">
        <Select
          label={t('earnings.by.label')}
          value={by}
          options={steps.map((step) => ({ value: step, title: t(`earnings.by.${step}`) }))}
          onChange={(step) => stay('earnings', detailOf({ view: 'series', by: step, to: undefined }))}
        />
      </div>
      <Button icon={ArrowLeft} onClick={move(-1)}>
        {t('earnings.earlier')}
      </Button>
      {to !== undefined && (
        <Button icon={ArrowRight} onClick={move(1)}>
          {t('earnings.later')}
        </Button>
      )}
      <p role="status" className="text-soft tabular-nums">
        {span}
      </p>
      {series && (
        <p className="text-xs leading-4 text-soft">
          <Zone zone={series.zone} />
        </p>
      )}
    </div>
  );
}

/** Said where the reader's own days are others. */
function Zone({ zone }: { zone: string }) {
  const { t } = useText();
  if (zone === Intl.DateTimeFormat().resolvedOptions().timeZone) return null;
  return t('earnings.zone', { zone });
}
