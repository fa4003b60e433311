import { useStore } from 'zustand/react';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Price } from '../../parts/price/price.tsx';
import { networksStore } from '../../stores/networks.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

/** What is asked for a task on each network, and what that would bring, said plainly. */
export function PriceStep({ onBack, onNext }: StepProps) {
  const { t } = useText();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  if (networks === undefined) return <Placeholder lines={5} />;
  return (
    <Layout lead={t('setup.price.lead')} onBack={onBack} next={{ run: onNext }}>
      {networks.map(({ id, title }) => (
        <Card key={id} title={title}>
          <Price network={id} replay={false} />
          <div className="mt-2 border-t border-line pt-2">
            <Facts>
              <Fact name={t('setup.price.counts')}>{t(`setup.price.${id}.counts`)}</Fact>
            </Facts>
          </div>
          <p className="mt-3 max-w-prose text-soft">{t(`setup.price.${id}.means`)}</p>
        </Card>
      ))}
      <p className="max-w-prose text-soft">{t('setup.price.firstWeek')}</p>
    </Layout>
  );
}
