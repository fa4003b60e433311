// A cause in words, and the one button that it has.
import type { Cause, Fix } from '../../causes.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { cut } from '../../format/text.ts';
import { type Speech, useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { whyWords } from '../../sentence.ts';

/** What is done on the spot; the rest leads elsewhere. */
export type OnFix = (fix: 'resume' | 'detect') => void;

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

const fixPlaces = {
  toCapacity: 'capacity',
  toAvailability: 'availability',
  toNetwork: 'network',
  toWork: 'work',
  toPrice: 'earnings',
} as const satisfies Partial<Record<Fix, unknown>>;

/** One button, whatever the cause asks for. */
export function FixButton({ fix, onFix }: { fix: Fix; onFix: OnFix }) {
  const { t } = useText();
  if (fix === 'resume' || fix === 'detect') return <Button onClick={() => onFix(fix)}>{t(`idle.${fix}`)}</Button>;
  return <LinkButton href={hrefOf(fixPlaces[fix])}>{t(`idle.${fix}`)}</LinkButton>;
}
