import { useStore } from 'zustand/react';
import { Card } from '../../components/card.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { networksStore } from '../../stores/networks.ts';

/** What is asked on each network that pays, on a card each. */
export function Prices() {
  const { t } = useText();
  const networks = useStore(networksStore, ({ live }) => live?.value) ?? [];
  const priced = networks.flatMap(({ id, title }) => {
    const { pricing } = pagesOf(id);
    return pricing ? [{ id, title, Price: pricing.Price }] : [];
  });
  if (priced.length === 0) return null;
  return (
    <div className="grid grid-cols-1 gap-4">
      {priced.map(({ id, title, Price }) => (
        <Card key={id} title={priced.length > 1 ? t('earnings.priceOf', { network: title }) : t('earnings.price')}>
          <Price />
        </Card>
      ))}
    </div>
  );
}
