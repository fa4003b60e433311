import type { Cause, Weight } from '../../causes.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useText } from '../../i18n/use-text.ts';
import { CheckLines } from '../../parts/check-lines.tsx';
import { causeWords, FixButton, type OnFix } from './causes.tsx';

export interface IdleSheetProps {
  readonly causes: readonly Cause[];
  readonly working: number;
  readonly slots: number;
  readonly now: number;
  readonly onFix: OnFix;
  readonly onClose: () => void;
}

/** "Why am I idle?": the causes as a ladder, each rung with its button. */
export function IdleSheet({ causes, working, slots, now, onFix, onClose }: IdleSheetProps) {
  const speech = useText();
  const { t } = speech;
  return (
    <Dialog sheet title={t('idle.title')} onClose={onClose}>
      {working > 0 ? (
        <p className="text-soft">{t('idle.busy', { working, slots })}</p>
      ) : (
        causes.length > 1 && <p className="text-soft">{t('idle.intro')}</p>
      )}
      <ol className="divide-y divide-line">
        {causes.map((cause) => (
          <li key={cause.id} className="space-y-2 py-3 first:pt-1">
            <p className={`text-xs leading-4 font-medium ${weightLooks[cause.weight]}`}>{t(`idle.${cause.weight}`)}</p>
            <p>{causeWords(cause, speech)}</p>
            {cause.fix && <FixButton fix={cause.fix} at={cause.at} onFix={onFix} />}
          </li>
        ))}
      </ol>
      <div className="border-t border-line pt-3">
        <CheckLines now={now} />
      </div>
    </Dialog>
  );
}

const weightLooks: Record<Weight, string> = { blocks: 'text-warn', slows: 'text-soft', normal: 'text-good' };
