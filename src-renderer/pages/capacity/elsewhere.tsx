import { useStore } from 'zustand/react';
import type { BoxesView } from '../../../src-preload/contract/boxes.ts';
import type { LimitsView } from '../../../src-preload/contract/limits.ts';
import { Card } from '../../components/card.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Answers } from '../../parts/boxes/card.tsx';
import { boxesStore } from '../../stores/boxes.ts';
import { Shares } from './resources.tsx';
import { sharesElsewhere } from './shares.ts';

/** What boxes have of an engine elsewhere, where they are made at one that answers. */
export function Elsewhere({ limits }: Pick<EngineElsewhereProps, 'limits'>) {
  const engine = useStore(boxesStore, ({ live }) => live?.value.engine);
  return engine ? <EngineElsewhere engine={engine} limits={limits} /> : null;
}

export interface EngineElsewhereProps {
  readonly engine: NonNullable<BoxesView['engine']>;
  readonly limits: LimitsView | undefined;
}

export function EngineElsewhere({ engine, limits }: EngineElsewhereProps) {
  const { t } = useText();
  const { capacity, lends } = engine;
  if (!lends || !limits) return null;
  return (
    <Card title={t('capacity.elsewhere.title')}>
      <div className="mb-3 max-w-prose space-y-1">
        <Answers engine={engine} />
        <p className="text-soft">{t('capacity.elsewhere.means')}</p>
      </div>
      <Shares label={t('capacity.elsewhere.title')} shares={sharesElsewhere(capacity, lends, limits)} />
      {lends.diskMiB === null && <p className="mt-3 max-w-prose text-soft">{t('capacity.elsewhere.noDisk')}</p>}
    </Card>
  );
}
