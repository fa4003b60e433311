import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

/** What is asked for a task on each network, and what that would bring, said plainly. */
export function PriceStep({ facts: { networks }, onBack, onNext }: StepProps) {
  const { t } = useText();
  return (
    <Layout lead={t('setup.price.lead')} onBack={onBack} next={{ run: onNext }}>
      {networks.map(({ id, title }) => {
        const { pricing } = pagesOf(id);
        return (
          pricing && (
            <Card key={id} title={title}>
              <pricing.First />
              <div className="mt-2 border-t border-line pt-2">
                <Facts>
                  <Fact name={t('setup.price.counts')}>{t(pricing.counts)}</Fact>
                </Facts>
              </div>
              <p className="mt-3 max-w-prose text-soft">{t(pricing.means)}</p>
            </Card>
          )
        );
      })}
      <p className="max-w-prose text-soft">{t('setup.price.firstWeek')}</p>
    </Layout>
  );
}
