import { useText } from '../../i18n/use-text.ts';

/** Money of a country: by the cent, and finer where it is less than one. */
export function Money({ currency, micro }: { currency: string; micro: number }) {
  const { f } = useText();
  const decimals = Math.abs(micro) < 10_000 ? 4 : 2;
  return (
    <span className="whitespace-nowrap">
      {f.number(micro / 1_000_000, decimals)} <span className="text-soft">{currency}</span>
    </span>
  );
}
