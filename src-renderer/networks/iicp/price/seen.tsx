import { useText } from '../../../i18n/use-text.ts';
import { useSeenPrices } from '../../../parts/seen-prices.ts';

/** The middle of what others ask; nothing where it is not known. */
export function Seen({ price }: { price: number }) {
  const { t, f } = useText();
  const [seen] = useSeenPrices(['iicp'], price);
  if (!seen) return null;
  const { count, middle, lower } = seen.prices;
  return (
    <p className="text-soft">
      {t('networks.iicp.price.seen', { count, times: f.number(middle, 6) })}{' '}
      {t('networks.iicp.price.lowerThanOwn', { count: lower, of: count })}
    </p>
  );
}
