import { Coins } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { Sum } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { earningsStore } from '../../stores/earnings.ts';

/** Sums over the ledger, each with how many entries it was made of. */
export function Earnings() {
  const { t, f } = useText();
  const earnings = useStore(earningsStore, ({ live }) => live?.value);
  if (earnings === undefined) {
    return (
      <Page title={t('places.earnings')}>
        <Placeholder lines={4} />
      </Page>
    );
  }
  if (earnings.total.length === 0) {
    return (
      <Page title={t('places.earnings')}>
        <Card title={t('earnings.total')}>
          <Empty icon={Coins} title={t('earnings.empty')}>
            {t('earnings.emptyWhy')}
          </Empty>
        </Card>
      </Page>
    );
  }
  return (
    <Page title={t('places.earnings')}>
      <Card title={t('earnings.today')}>
        <Sums caption={t('earnings.today')} sums={earnings.today} />
        <p className="mt-2 text-xs leading-4 text-soft">
          {t('earnings.since', { time: f.dateTime(earnings.dayStart) })}
        </p>
      </Card>
      <Card title={t('earnings.total')}>
        <Sums caption={t('earnings.total')} sums={earnings.total} />
      </Card>
    </Page>
  );
}

function Sums({ caption, sums }: { caption: string; sums: readonly Sum[] }) {
  const { t, f } = useText();
  const columns: readonly Column<Sum>[] = [
    { id: 'network', title: t('earnings.network'), cell: ({ network }) => <Text value={network} most={48} /> },
    { id: 'entries', title: t('earnings.entries'), figure: true, cell: ({ entries }) => f.count(entries) },
    {
      id: 'amount',
      title: t('earnings.amount'),
      figure: true,
      cell: ({ amountMicro, unit }) => <Amount micro={amountMicro} unit={unit} />,
    },
  ];
  if (sums.length === 0) return <p className="text-soft">{t('home.nothingToday')}</p>;
  return <Table caption={caption} columns={columns} rows={sums} rowKey={({ network, unit }) => `${network} ${unit}`} />;
}
