import { useStore } from 'zustand/react';
import { useText } from '../../i18n/use-text.ts';
import { RehearsalCard } from '../../parts/rehearsal.tsx';
import { rehearsalStore } from '../../stores/rehearsal.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

/** The whole way of a task tried once with the user's own model server, on this computer alone. */
export function RehearsalStep({ onBack, onNext }: StepProps) {
  const { t } = useText();
  const ok = useStore(rehearsalStore, ({ live }) => live?.value.last?.ok);
  const next = ok ? { run: onNext } : { label: t('setup.skip'), quiet: true, run: onNext };
  return (
    <Layout lead={t('setup.rehearsal.lead')} onBack={onBack} next={next}>
      <RehearsalCard main />
    </Layout>
  );
}
