import type { EarningsView } from '../../../src-preload/contract/earnings.ts';
import type { FiguresView } from '../../../src-preload/contract/figures.ts';
import type { WorkView } from '../../../src-preload/contract/work.ts';
import { Amount } from '../../components/amount.tsx';
import { Stat } from '../../components/stat.tsx';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { TodaysMoney } from './money.tsx';

export interface TodayProps {
  readonly earnings: EarningsView | undefined;
  readonly work: WorkView | undefined;
  readonly figures: FiguresView | undefined;
}

/** What today brought: sums over the ledger, as the engine made them, and what became of the tasks. */
export function TodayStats({ earnings, work, figures }: TodayProps) {
  const { t } = useText();
  return (
    <>
      {earnings && <TodaysMoney earnings={earnings} />}
      {work && (
        <Stat name={t('home.tasksToday')} href={hrefOf('work', 'time=today')}>
          <span className="text-base">{todayWords(work.today, t)}</span>
        </Stat>
      )}
      <Left figures={figures} />
    </>
  );
}

/** In money, where what came in is any; else what the power alone has cost. Where neither is known it is not spoken of. */
function Left({ figures }: Pick<TodayProps, 'figures'>) {
  const { t } = useText();
  if (!figures) return null;
  const { today, week } = figures.power;
  const [name, now, seven] =
    today.left || week.left
      ? (['home.left', today.left, week.left] as const)
      : (['home.powerCost', today.cost, week.cost] as const);
  if (now === null && seven === null) return null;
  return (
    <Stat
      name={t(name)}
      href={hrefOf('earnings')}
      note={
        seven && (
          <>
            {t('home.sevenDays')} <Amount micro={seven.micro} unit={seven.currency} />
          </>
        )
      }
    >
      {now ? <Amount micro={now.micro} unit={now.currency} /> : t('home.notKnown')}
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
