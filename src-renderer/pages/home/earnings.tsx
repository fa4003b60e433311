import type { EarningsView, Sum } from '../../../src-preload/contract/earnings.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import { fromTasks } from '../../format/money.ts';

/** What today brought, and what there is in all: sums over the ledger, as the engine made them. */
export function Earnings({ earnings }: { earnings: EarningsView | undefined }) {
  return <Card title="Today">{earnings ? <Sums earnings={earnings} /> : <Placeholder lines={3} />}</Card>;
}

function Sums({ earnings: { today, total } }: { earnings: EarningsView }) {
  if (total.length === 0) {
    return <p className="text-soft">Nothing earned yet. When a task earns something, it is counted here.</p>;
  }
  const several = new Set(total.map(({ network }) => network)).size > 1;
  return (
    <>
      {today.length === 0 ? (
        <p className="text-soft">Nothing earned today so far.</p>
      ) : (
        today.map((sum) => (
          <p key={key(sum)} className="flex flex-wrap items-baseline justify-between gap-x-3">
            <Amount micro={sum.amountMicro} unit={sum.unit} large />
            <span className="text-soft tabular-nums">
              {fromTasks(sum.entries)}
              {several && <Network name={sum.network} />}
            </span>
          </p>
        ))
      )}
      <div className="mt-3 border-t border-line pt-3">
        {total.map((sum) => (
          <p key={key(sum)} className="flex flex-wrap justify-between gap-x-3 text-soft">
            <span>In all{several && <Network name={sum.network} />}</span>
            <span className="text-ink">
              <Amount micro={sum.amountMicro} unit={sum.unit} />
            </span>
          </p>
        ))}
      </div>
    </>
  );
}

function Network({ name }: { name: string }) {
  return (
    <>
      , <Text value={name} most={32} />
    </>
  );
}

const key = ({ network, unit }: Sum) => `${network} ${unit}`;
