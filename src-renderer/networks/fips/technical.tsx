import { Fact } from '../../components/facts.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { Shown } from '../pages.ts';
import type { Fips } from './contract.ts';

/** Where it listens, and what a router has turned away. */
export function Technical({ network: { detail } }: Shown<Fips>) {
  const { t, f } = useText();
  const { listening, transit } = detail;
  return (
    <>
      <Fact name={t('networks.fips.facts.listening')}>
        {listening.length === 0
          ? t('networks.fips.facts.nowhere')
          : listening.map((place) => (
              <span key={place} className="block">
                <Text value={place} most={120} />
              </span>
            ))}
      </Fact>
      <Fact name={t('networks.fips.facts.refused')}>{f.count(transit.refused)}</Fact>
    </>
  );
}
