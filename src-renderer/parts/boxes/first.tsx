import { useStore } from 'zustand/react';
import { useText } from '../../i18n/use-text.ts';
import { boxesStore } from '../../stores/boxes.ts';
import { Answers, StagePill, Standing, TryBox } from './card.tsx';
import { Failures } from './checks.tsx';

/** In the first run, where a network sells boxes: whether one would hold here, tried when its user wants to know. */
export function BoxesFirst() {
  const { t } = useText();
  const view = useStore(boxesStore, ({ live }) => live?.value);
  if (view === undefined) return null;
  return (
    <section aria-label={t('boxes.title')} className="space-y-2 rounded-md border border-line px-3 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="font-medium">{t('boxes.first')}</p>
        <div className="flex flex-wrap items-center gap-2">
          {view.stage !== 'off' && <StagePill stage={view.stage} />}
          <TryBox view={view} />
        </div>
      </div>
      {view.engine && <Answers engine={view.engine} />}
      <Standing view={view} />
      {view.stage === 'refused' && view.probe && <Failures checks={view.probe.checks} />}
    </section>
  );
}
