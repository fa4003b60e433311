import { Choice } from '../../components/choice.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';

const CHOICES = ['finish', 'hand-back'] as const;

/** What becomes of a job that runs when sharing stops. */
export function PausedJobs() {
  const { t } = useText();
  return (
    <div className="mt-4 space-y-1.5 border-t border-line pt-3">
      <h3 className="font-medium">{t('runners.paused.title')}</h3>
      <Choice
        label={t('runners.paused.title')}
        value={useSetting('capacity.pausedJobs')}
        stacked
        options={CHOICES.map((value) => ({ value, title: t(`runners.paused.${value}`) }))}
        onChange={(value) => void saveSetting('capacity.pausedJobs', value)}
      />
    </div>
  );
}
