import { useStore } from 'zustand/react';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { networksStore } from '../../stores/networks.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

/** What each network gives for a task today, said plainly. Hearth has no price of its own to set yet, so nothing is asked. */
export function Price({ onBack, onNext }: StepProps) {
  const { t } = useText();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  if (networks === undefined) return <Placeholder lines={5} />;
  return (
    <Layout lead={t('setup.price.lead')} onBack={onBack} next={{ run: onNext }}>
      {networks.map(({ id, title }) => (
        <Card key={id} title={title}>
          <Facts>
            <Fact name={t('setup.price.rate')}>{t(`setup.price.${id}.rate`)}</Fact>
            <Fact name={t('setup.price.counts')}>{t(`setup.price.${id}.counts`)}</Fact>
          </Facts>
          <p className="mt-3 max-w-prose text-soft">{t(`setup.price.${id}.means`)}</p>
        </Card>
      ))}
      <p className="max-w-prose text-soft">{t('setup.price.firstWeek')}</p>
    </Layout>
  );
}
