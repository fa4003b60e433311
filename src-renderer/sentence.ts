// The state in one line, and why it is so, in the language of the page. What to say is the engine's choice.
import { useStore } from 'zustand/react';
import { headlineText, whyText } from '../src-i18n/headline.ts';
import type { AnswerView, AvailabilityView, Why } from '../src-preload/contract/availability.ts';
import type { Reason } from '../src-preload/contract/define.ts';
import type { NodeView } from '../src-preload/contract/node.ts';
import { isSwitchedOn } from '../src-preload/contract/switch.ts';
import { useNow } from './components/now.ts';
import { quoted } from './format/text.ts';
import { type Speech, useText } from './i18n/use-text.ts';
import { nodeStore } from './stores/node.ts';

/** The user's own doing, which ends when the user says so; the rest ends by itself. */
const BY_HAND: ReadonlySet<Why['code'] | null> = new Set(['switched-off', 'paused', 'released']);

type Words = Pick<Speech, 't' | 'f'>;

/** "app: factorio", "on battery, 41 %": what binds, in a few words that stand inside a sentence. */
export const whyWords = (why: Why, { t, f }: Words) => whyText(why, { t, f, quote: quoted });

/** The node's headline in the language of the page. */
export const sentenceOf = ({ headline }: Pick<NodeView, 'headline'>, now: number, { t, f }: Words) =>
  headlineText(headline, now, { t, f, quote: quoted });

export interface ReasonInputs {
  readonly node: Pick<NodeView, 'reason'>;
  /** Undefined for the moment before the first slice. */
  readonly answer: Pick<AnswerView, 'bound' | 'why'> | undefined;
}

/** Why the state is as it is, as precisely as it is known here. */
export function stateReason(
  { node, answer }: ReasonInputs,
  { t, f, say }: Pick<Speech, 't' | 'f' | 'say'>,
): Reason | null {
  const { reason } = node;
  if (!reason || !answer?.why || BY_HAND.has(answer.bound) || reason.code !== `node.${answer.bound}`) {
    return reason && say(reason);
  }
  const why = whyWords(answer.why, { t, f });
  return { code: reason.code, message: t('state.byRule', { why }), action: t('state.byRuleAction') };
}

/** The state of this moment, in one sentence; empty until it is known. */
export function useSentence(): string {
  const speech = useText();
  const now = useNow(MINUTE);
  const node = useStore(nodeStore, ({ live }) => live?.value);
  return node ? sentenceOf(node, now, speech) : '';
}

const MINUTE = 60_000;

/** What the big switch shows. */
export interface Switched {
  readonly on: boolean;
  /** Of one that is on: whether tasks can come of it, and if not, whether that passes by itself. */
  readonly effect: 'full' | 'held' | 'warn';
}

/** Never a plain yes beside a sentence that says no. */
export function switchOf(
  node: Pick<NodeView, 'sharing' | 'state'>,
  availability: AvailabilityView | undefined,
): Switched {
  return { on: isSwitchedOn(node, availability), effect: effects[node.state] };
}

const effects: Record<NodeView['state'], Switched['effect']> = {
  off: 'held',
  starting: 'held',
  ready: 'full',
  working: 'full',
  paused: 'held',
  finishing: 'held',
  limited: 'warn',
  'needs-you': 'warn',
};
