import type { AvailabilityView } from '../../../src-preload/contract/availability.ts';
import type { EarningsView } from '../../../src-preload/contract/earnings.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import type { WorkView } from '../../../src-preload/contract/work.ts';
import { Card } from '../../components/card.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Stat, Stats } from '../../components/stat.tsx';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { MoneyInAll, TodaysMoney } from './money.tsx';

export interface TodayProps {
  readonly earnings: EarningsView | undefined;
  readonly work: WorkView | undefined;
  readonly node: NodeView | undefined;
  readonly availability: AvailabilityView | undefined;
}

/** What today brought: sums over the ledger, as the engine made them, and what became of the tasks. */
export function Today({ earnings, work, node, availability }: TodayProps) {
  const { t } = useText();
  if (!earnings || !work || !node) {
    return (
      <Card title={t('home.today')}>
        <Placeholder lines={3} />
      </Card>
    );
  }
  return (
    <Card title={t('home.today')}>
      <Stats>
        <TodaysMoney earnings={earnings} />
        <Stat name={t('home.tasksToday')} href={hrefOf('work', 'time=today')}>
          <span className="text-base">{todayWords(work.today, t)}</span>
        </Stat>
        <Stat name={t('home.working')}>
          {t('home.workingOf', { working: node.working, slots: Math.max(node.slots, node.working) })}
        </Stat>
        <Data availability={availability} />
      </Stats>
      {earnings.today.length === 0 && (
        <p className="mt-3 text-soft">{t(earnings.total.length === 0 ? 'home.nothingEver' : 'home.nothingToday')}</p>
      )}
      <MoneyInAll earnings={earnings} />
    </Card>
  );
}

/** What strangers' tasks have moved today, and of how much where there is a limit. */
function Data({ availability }: Pick<TodayProps, 'availability'>) {
  const { t, f } = useText();
  if (availability === undefined) return null;
  const { today } = availability.data;
  const rule = availability.rules.find((one) => one.id === 'dayData');
  const limit = rule?.id === 'dayData' && rule.on ? rule.limit.bytes : undefined;
  return (
    <Stat
      name={t('home.data')}
      href={hrefOf('availability')}
      note={limit !== undefined && t('home.dataOf', { most: f.bytes(limit) })}
    >
      {f.bytes(today.in + today.out)}
    </Stat>
  );
}

/** "31 done · 1 failed"; what did not happen is not mentioned, and a day without anything says so. */
export function todayWords({ done, failed, cancelled, refused }: WorkView['today'], t: Translate): string {
  const said = [
    done > 0 && t('words.done', { count: done }),
    failed > 0 && t('words.failed', { count: failed }),
    cancelled > 0 && t('words.cancelled', { count: cancelled }),
    refused > 0 && t('words.refused', { count: refused }),
  ].filter((part) => part !== false);
  return said.length === 0 ? t('words.noneToday') : said.join(' · ');
}
