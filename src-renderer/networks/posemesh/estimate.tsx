import { Amount } from '../../components/amount.tsx';
import { Fact } from '../../components/facts.tsx';
import { useText } from '../../i18n/use-text.ts';

/** What the manager said that a job brings, in millionths of a credit: never what was received. Nothing where it did not say. */
export function Estimate({ micro }: { micro: number | null }) {
  const { t } = useText();
  if (micro === null) return null;
  return (
    <Fact name={t('networks.posemesh.job.estimate')}>
      <Amount micro={micro} unit="auki-credit" />{' '}
      <span className="text-soft">{t('networks.posemesh.job.estimated')}</span>
    </Fact>
  );
}
