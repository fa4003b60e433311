import { formatMicro, unitWord } from '../format/money.ts';
import { Text } from './text.tsx';

/** An amount in millionths, its unit always beside it. */
export function Amount({ micro, unit, large = false }: { micro: number; unit: string; large?: boolean }) {
  return (
    <span className="whitespace-nowrap tabular-nums">
      <span className={large ? 'text-3xl leading-9 font-semibold tracking-tight' : ''}>{formatMicro(micro)}</span>{' '}
      <span className={large ? 'text-base text-soft' : 'text-soft'}>
        <Text value={unitWord(unit, micro)} most={16} />
      </span>
    </span>
  );
}
