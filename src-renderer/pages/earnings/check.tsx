import { CircleCheck, Sigma, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { EarningsCheck, EarningsFilter, Sum } from '../../../src-preload/contract/earnings.ts';
import { engine } from '../../bridge/index.ts';
import { useText } from '../../i18n/use-text.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { amountsWords } from './words.ts';

export interface CheckProps {
  readonly filter: EarningsFilter;
  /** What is shown, held against the entries themselves; left out, their sum is only shown. */
  readonly shown?: readonly Sum[] | undefined;
  /** The newest entry in what is shown. */
  readonly through?: number | undefined;
  /** The newest settled claim in it. */
  readonly settled?: number | undefined;
}

/** The engine adds the entries up one by one, and this says whether they make what is shown. */
export function Check({ filter, shown, through, settled }: CheckProps) {
  const { t, f } = useText();
  const asked = JSON.stringify({ filter, shown, through, settled });
  const [held, setHeld] = useState<EarningsCheck>();
  useEffect(() => {
    let on = true;
    void engine()
      .ask('earnings.check', JSON.parse(asked))
      .then((held) => on && setHeld(held), reportFailure);
    return () => {
      on = false;
    };
  }, [asked]);
  if (held === undefined) return <p className="appear-late text-xs leading-5 text-soft">{t('earnings.check.busy')}</p>;
  const entries = t('earnings.entry', { count: held.sums.reduce((sum, { entries: count }) => sum + count, 0) });
  const units = new Map<string, number>();
  for (const { unit, amountMicro } of held.sums) units.set(unit, (units.get(unit) ?? 0) + amountMicro);
  const amounts = amountsWords(
    [...units].map(([unit, netMicro]) => ({ unit, netMicro })),
    f,
  );
  const wrong = held.agrees === false;
  const said =
    units.size === 0 && !wrong
      ? t('earnings.check.none')
      : t(wrong ? 'earnings.check.wrong' : held.agrees ? 'earnings.check.right' : 'earnings.check.plain', {
          entries,
          amounts: amounts === '' ? f.count(0) : amounts,
        });
  const Icon = wrong ? TriangleAlert : held.agrees === null ? Sigma : CircleCheck;
  return (
    <p
      role={wrong ? 'alert' : undefined}
      className={`flex items-start gap-1.5 text-xs leading-5 tabular-nums ${wrong ? 'text-bad' : 'text-soft'}`}
    >
      <Icon aria-hidden="true" size={14} className={`mt-[3px] shrink-0 ${held.agrees === true ? 'text-good' : ''}`} />
      <span>{said}</span>
    </p>
  );
}
