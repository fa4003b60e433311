import type { AvailabilityView, RuleView } from '../../../src-preload/contract/availability.ts';
import type { BackupView } from '../../../src-preload/contract/backup.ts';
import type { FiguresView } from '../../../src-preload/contract/figures.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Stat, Stats } from '../../components/stat.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { MoneyInAll } from './money.tsx';
import { type TodayProps, TodayStats } from './today.tsx';

export interface FiguresProps extends TodayProps {
  readonly node: NodeView | undefined;
  readonly availability: AvailabilityView | undefined;
  /** Undefined where there is nothing to back up, too. */
  readonly backup: BackupView | undefined;
  readonly now: number;
}

/** All the rest in figures, closed at first. What is not known has no place here: nothing is shown as 0 that was not measured. */
export function Figures({ node, figures, availability, backup, now, earnings, work }: FiguresProps) {
  const { t } = useText();
  return (
    <section
      aria-label={t('home.figures')}
      className="rounded-lg border border-line bg-panel px-4 py-2 shadow-card sm:px-5"
    >
      <Disclosure title={t('home.figures')}>
        <div className="pb-2">
          <Stats>
            <TodayStats earnings={earnings} work={work} figures={figures} />
            {node && <Now node={node} figures={figures} />}
            {figures && <Hours hours={figures.hours} />}
            {figures && <Speed figures={figures} />}
            {backup && <Backup backup={backup} now={now} />}
            {availability && <Data availability={availability} />}
          </Stats>
          {earnings && <MoneyInAll earnings={earnings} />}
        </div>
      </Disclosure>
    </section>
  );
}

function Now({ node, figures }: { node: NodeView; figures: FiguresView | undefined }) {
  const { t } = useText();
  const { waiting = 0 } = figures ?? {};
  return (
    <Stat name={t('home.working')} href={hrefOf('work')} note={figures && t('home.waiting', { count: waiting })}>
      {t('home.workingOf', { working: node.working, slots: Math.max(node.slots, node.working) })}
    </Stat>
  );
}

/** Below it a minute's pause would read as a bad day. */
const LEAST_PLANNED_MS = 600_000;

function Hours({ hours: { plannedMs, servedMs } }: Pick<FiguresView, 'hours'>) {
  const { t, f } = useText();
  if (plannedMs < LEAST_PLANNED_MS) return null;
  return (
    <Stat
      name={t('home.served')}
      href={hrefOf('availability')}
      note={t('home.servedOf', { served: f.span(servedMs), planned: f.span(plannedMs) })}
    >
      {f.percent(servedMs / plannedMs)}
    </Stat>
  );
}

/** Of fewer answers the slowest one is no measure. */
const ENOUGH_FOR_SLOW = 20;

function Speed({ figures: { speed, first } }: { figures: FiguresView }) {
  const { t, f } = useText();
  const seconds = (ms: number) => t('home.seconds', { value: f.number(ms / 1000, ms < 10_000 ? 2 : 0) });
  return (
    <>
      {first && (
        <Stat
          name={t('home.firstToken')}
          href={hrefOf('work', 'time=today')}
          note={
            first.count < ENOUGH_FOR_SLOW
              ? t('home.ofAnswers', { count: first.count })
              : t('home.slowest', { value: seconds(first.slowMs), count: first.count })
          }
        >
          {seconds(first.middleMs)}
        </Stat>
      )}
      {speed && (
        <Stat
          name={t('home.speed')}
          href={hrefOf('work', 'time=today')}
          note={t('home.ofAnswers', { count: speed.count })}
        >
          {t('home.perSecond', { value: f.number(speed.tokensPerSecond, 1) })}
        </Stat>
      )}
    </>
  );
}

function Backup({ backup: { last, needed }, now }: { backup: BackupView; now: number }) {
  const { t, f } = useText();
  if (!needed) return null;
  return (
    <Stat
      name={t('home.backup')}
      href={hrefOf('settings', 'identity')}
      note={
        last &&
        (last.provenAt === null ? t('home.notProvenYet') : t('home.provenAt', { when: f.ago(last.provenAt, now) }))
      }
    >
      <span className="text-base">{last === null ? t('home.noBackup') : f.ago(last.madeAt, now)}</span>
    </Stat>
  );
}

/** What strangers' tasks have moved today and this month, and of how much where there is a limit. */
function Data({ availability: { data, rules } }: { availability: AvailabilityView }) {
  const { t, f } = useText();
  const month = limitOf(rules, 'monthData');
  const day = limitOf(rules, 'dayData');
  return (
    <>
      <Stat
        name={t('home.data')}
        href={hrefOf('availability')}
        note={day !== undefined && t('home.dataOf', { most: f.bytes(day) })}
      >
        {f.bytes(data.today.in + data.today.out)}
      </Stat>
      <Stat
        name={t('home.monthData')}
        href={hrefOf('availability')}
        note={month !== undefined && t('home.monthDataOf', { most: f.bytes(month) })}
      >
        {f.bytes(data.month.in + data.month.out)}
      </Stat>
    </>
  );
}

function limitOf(rules: readonly RuleView[], id: 'dayData' | 'monthData'): number | undefined {
  const rule = rules.find((one) => one.id === id);
  return rule?.id === id && rule.on ? rule.limit.bytes : undefined;
}
