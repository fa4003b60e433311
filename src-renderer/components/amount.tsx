import { useText } from '../i18n/use-text.ts';
import { Text } from './text.tsx';

export interface AmountProps {
  /** Millionths of the unit. */
  readonly micro: number;
  readonly unit: string;
  readonly large?: boolean;
  /** To the last digit, where amounts are added up or held against each other. */
  readonly exact?: boolean;
}

/** An amount, its unit always beside it; a unit that no network has a word for stays as it is. */
export function Amount({ micro, unit, large = false, exact = false }: AmountProps) {
  const { f } = useText();
  const [figure, word] = f.amount(micro, unit, exact);
  return (
    <span className="whitespace-nowrap tabular-nums">
      <span className={large ? 'text-3xl leading-9 font-semibold tracking-tight' : ''}>{figure}</span>{' '}
      <span className={large ? 'text-base text-soft' : 'text-soft'}>
        <Text value={word} most={16} />
      </span>
    </span>
  );
}
