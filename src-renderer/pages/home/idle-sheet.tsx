import type { Cause, Fix, Weight } from '../../causes.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { cut } from '../../format/text.ts';
import { type Speech, useText } from '../../i18n/use-text.ts';
import { CheckLines } from '../../parts/check-lines.tsx';
import { hrefOf } from '../../places.ts';
import { whyWords } from '../../sentence.ts';

export interface IdleSheetProps {
  readonly causes: readonly Cause[];
  readonly working: number;
  readonly slots: number;
  readonly now: number;
  readonly onFix: (fix: 'resume' | 'detect') => void;
  readonly onClose: () => void;
}

/** "Why am I idle?": the causes as a ladder, each rung with its button. */
export function IdleSheet({ causes, working, slots, now, onFix, onClose }: IdleSheetProps) {
  const speech = useText();
  const { t } = speech;
  return (
    <Dialog sheet title={t('idle.title')} onClose={onClose}>
      <p className="text-soft">{working > 0 ? t('idle.busy', { working, slots }) : t('idle.intro')}</p>
      <ol className="divide-y divide-line">
        {causes.map((cause) => (
          <li key={cause.id} className="space-y-2 py-3 first:pt-1">
            <p className={`text-xs leading-4 font-medium ${weightLooks[cause.weight]}`}>{t(`idle.${cause.weight}`)}</p>
            <p>{causeWords(cause, speech)}</p>
            {cause.fix && <FixButton fix={cause.fix} onFix={onFix} />}
          </li>
        ))}
      </ol>
      <div className="border-t border-line pt-3">
        <CheckLines now={now} />
      </div>
    </Dialog>
  );
}

/** A cause in a sentence. */
export function causeWords(
  { why, values, because, refused, reason }: Cause,
  words: Pick<Speech, 't' | 'f' | 'say'>,
): string {
  const said = reason && cut(words.say(reason).message, 400);
  if (said !== undefined && why !== 'idle.why.network-reason') return said;
  return words.t(why, {
    ...values,
    ...(because && { why: whyWords(because, words) }),
    ...(refused && { reason: words.t(`work.refusal.${refused}`) }),
    ...(said !== undefined && { reason: said }),
  });
}

const weightLooks: Record<Weight, string> = { blocks: 'text-warn', slows: 'text-soft', normal: 'text-good' };

const fixPlaces = {
  toCapacity: 'capacity',
  toAvailability: 'availability',
  toNetwork: 'network',
  toWork: 'work',
  toPrice: 'earnings',
} as const satisfies Partial<Record<Fix, unknown>>;

/** One button, whatever the cause asks for. */
export function FixButton({ fix, onFix }: { fix: Fix; onFix: IdleSheetProps['onFix'] }) {
  const { t } = useText();
  if (fix === 'resume' || fix === 'detect') return <Button onClick={() => onFix(fix)}>{t(`idle.${fix}`)}</Button>;
  return <LinkButton href={hrefOf(fixPlaces[fix])}>{t(`idle.${fix}`)}</LinkButton>;
}
