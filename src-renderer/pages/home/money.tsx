import type { EarningState, EarningsView, Standing, Sum } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Stat } from '../../components/stat.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { areEstimates } from '../../networks/lookup.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { EntriesLink } from '../../parts/entries-link.tsx';
import { ofToday } from '../../today.ts';

/** What today brought so far, one figure for what is in hand and one for what is on its way; each leads to its entries. */
export function TodaysMoney({ earnings }: { earnings: EarningsView }) {
  const { today, standing } = earnings;
  const several = isSeveral(earnings);
  return today.flatMap((sum) => [
    standing.today.received !== null && (
      <Part
        key={`${sum.network} ${sum.unit} received`}
        state="received"
        sum={partOf(standing.today.received, sum)}
        earnings={earnings}
        several={several}
      />
    ),
    ...(['onItsWay', 'failed'] as const).map((part) => {
      const some = partOf(standing.today[part], sum);
      return (
        some.entries > 0 && (
          <Part
            key={`${sum.network} ${sum.unit} ${part}`}
            state={part === 'failed' ? 'failed' : 'earned'}
            sum={some}
            earnings={earnings}
            several={several}
          />
        )
      );
    }),
  ]);
}

interface PartProps {
  readonly state: keyof typeof names;
  readonly sum: Sum;
  readonly earnings: EarningsView;
  readonly several: boolean;
}

const names = { received: 'home.received', earned: 'home.onItsWay', failed: 'home.lost' } as const satisfies Partial<
  Record<EarningState, unknown>
>;

function Part({ state, sum, earnings, several }: PartProps) {
  const { t } = useText();
  const networkTitle = useNetworkTitle();
  const { network, unit } = sum;
  // What was taken back makes nothing together with what it was taken from.
  const amount =
    state === 'failed' ? t('earnings.entry', { count: sum.entries }) : <Amount micro={sum.amountMicro} unit={unit} />;
  return (
    <Stat
      name={t(state === 'earned' && areEstimates([network]) ? 'home.estimated' : names[state])}
      note={
        <>
          {state !== 'failed' && t('words.fromTasks', { count: sum.entries })}
          {several && (
            <>
              , <Text value={networkTitle(network)} most={32} />
            </>
          )}
        </>
      }
    >
      {sum.entries === 0 ? (
        amount
      ) : (
        <EntriesLink
          filter={{ ...ofToday(earnings.dayStart), network, unit, state }}
          shown={{ sums: [sum], through: earnings.through, settled: earnings.settled }}
        >
          {amount}
        </EntriesLink>
      )}
    </Stat>
  );
}

/** Everything since the beginning: what of it is in hand, and what is on its way. */
export function MoneyInAll({ earnings }: { earnings: EarningsView }) {
  const { t } = useText();
  const networkTitle = useNetworkTitle();
  const { total, standing, through, settled } = earnings;
  const several = isSeveral(earnings);
  if (total.length === 0) return null;
  const { received, onItsWay } = standing.total;
  return (
    <div className="mt-3 border-t border-line pt-3">
      {total.map((sum) => (
        <p key={`${sum.network} ${sum.unit}`} className="flex flex-wrap justify-between gap-x-3 text-soft">
          <span>
            {t('home.inAll')}
            {several && (
              <>
                , <Text value={networkTitle(sum.network)} most={32} />
              </>
            )}
          </span>
          <span className="flex flex-wrap justify-end gap-x-3">
            {(['received', 'earned'] as const).map((state) => {
              const sums = state === 'received' ? received : onItsWay;
              const part = partOf(sums ?? [], sum);
              if (sums === null || (state === 'earned' && part.entries === 0)) return null;
              return (
                <span key={state}>
                  {t(
                    state === 'received'
                      ? 'home.inAllReceived'
                      : areEstimates([sum.network])
                        ? 'home.inAllEstimated'
                        : 'home.inAllOnItsWay',
                  )}{' '}
                  <span className="text-ink">
                    <EntriesLink
                      filter={{ network: sum.network, unit: sum.unit, state }}
                      shown={{ sums: [part], through, settled }}
                    >
                      <Amount micro={part.amountMicro} unit={sum.unit} />
                    </EntriesLink>
                  </span>
                </span>
              );
            })}
          </span>
        </p>
      ))}
    </div>
  );
}

function isSeveral({ total }: EarningsView): boolean {
  return new Set(total.map(({ network }) => network)).size > 1;
}

/** Of the same network and unit; what has no entries is nothing, and that is known. */
function partOf(sums: NonNullable<Standing['received']>, { network, unit }: Sum): Sum {
  const same = sums.find((sum) => sum.network === network && sum.unit === unit);
  return same ?? { network, unit, amountMicro: 0, entries: 0 };
}
