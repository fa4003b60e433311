import { useText } from '../i18n/use-text.ts';
import { Text } from './text.tsx';

/** An amount in millionths, its unit always beside it; a unit we have no word for stays as it is. */
export function Amount({ micro, unit, large = false }: { micro: number; unit: string; large?: boolean }) {
  const { t, f } = useText();
  const known = unit === 'credit' || unit === 'credits';
  return (
    <span className="whitespace-nowrap tabular-nums">
      <span className={large ? 'text-3xl leading-9 font-semibold tracking-tight' : ''}>{f.micro(micro)}</span>{' '}
      <span className={large ? 'text-base text-soft' : 'text-soft'}>
        <Text value={known ? t('words.credit', { count: micro / 1_000_000 }) : unit} most={16} />
      </span>
    </span>
  );
}
