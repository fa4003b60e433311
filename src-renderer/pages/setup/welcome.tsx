import { ArchiveRestore, HandCoins, type LucideIcon, ShieldCheck, SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useText } from '../../i18n/use-text.ts';
import { RestoreForm } from '../../parts/restore-form.tsx';
import { toast } from '../../stores/toasts.ts';
import type { StepProps } from './step.ts';

/** What this is, and three ways to begin. */
export function Welcome({ onNext, onDone }: StepProps) {
  const { t } = useText();
  const [restoring, setRestoring] = useState(false);
  const [leaving, leave] = useBusy(async () => {
    await onDone();
    toast(t('setup.welcome.lookingAround'));
  });
  const points: readonly (readonly [LucideIcon, string])[] = [
    [SlidersHorizontal, t('setup.welcome.choose')],
    [ShieldCheck, t('setup.welcome.safe')],
    [HandCoins, t('setup.welcome.honest')],
  ];
  return (
    <>
      <p className="max-w-prose text-lg leading-7">{t('setup.welcome.lead')}</p>
      <ul className="space-y-3">
        {points.map(([Icon, text]) => (
          <li key={text} className="flex max-w-prose items-start gap-3">
            <Icon aria-hidden="true" size={20} className="mt-px shrink-0 text-accent" />
            {text}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2 pt-2">
        <Button look="main" onClick={onNext}>
          {t('setup.welcome.begin')}
        </Button>
        <Button icon={ArchiveRestore} onClick={() => setRestoring(true)}>
          {t('setup.welcome.backup')}
        </Button>
        <Button look="bare" busy={leaving} onClick={leave}>
          {t('setup.welcome.look')}
        </Button>
      </div>
      <p className="text-xs leading-4 text-soft">{t('setup.welcome.takes')}</p>
      {restoring && (
        <Dialog title={t('setup.welcome.restoreTitle')} onClose={() => setRestoring(false)}>
          <p className="text-soft">{t('setup.welcome.restoreMeans')}</p>
          <RestoreForm
            onRestored={async () => {
              await onDone();
              toast(t('setup.welcome.restored'));
            }}
          />
        </Dialog>
      )}
    </>
  );
}
