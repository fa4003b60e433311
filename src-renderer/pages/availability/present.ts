// What binds now and until when, in words. Pure, over what the engine tells.
import type { AnswerView } from '../../../src-preload/contract/availability.ts';
import type { Speech } from '../../i18n/use-text.ts';
import { whyWords } from '../../sentence.ts';

type Words = Pick<Speech, 't' | 'f'>;

export interface Present {
  /** "on battery, 12 %", or that nothing does. */
  readonly binds: string;
  /** What else would, if that did not. */
  readonly also: string | undefined;
  /** When it ends; undefined where nothing binds, or where neither clock nor user can say. */
  readonly ends: string | undefined;
  /** "22:00: all places" */
  readonly next: string | undefined;
}

const BY_HAND = new Set<AnswerView['bound']>(['switched-off', 'paused', 'released']);
/** Neither waiting nor resuming ends these. */
const LASTING = new Set<AnswerView['bound']>(['draining', 'storage', 'no-capacity']);

export function presentOf(answer: AnswerView, now: number, words: Words): Present {
  const { t, f } = words;
  const { why, also, next } = answer;
  return {
    binds: why ? whyWords(why, words) : t('availability.nothingBinds'),
    also: also.length > 0 ? f.list(also.map((one) => whyWords(one, words))) : undefined,
    ends: endOf(answer, now, words),
    next:
      next === null
        ? undefined
        : t('availability.nextAt', { time: f.until(next.at, now), level: t(`availability.levelIs.${next.level}`) }),
  };
}

function endOf({ bound, until }: AnswerView, now: number, { t, f }: Words): string | undefined {
  if (bound === null || LASTING.has(bound)) return undefined;
  if (until !== null) return t('availability.endsAt', { time: f.until(until, now), ahead: f.ahead(until, now) });
  if (bound === 'quiet') return t('availability.endsBySwitch');
  return t(BY_HAND.has(bound) ? 'availability.endsByHand' : 'availability.endsByItself');
}
