// The state in one sentence, and why it is so, in the language of the page: the same choice as the engine's own English
// sentence, from what it tells. A test holds the two against each other.
import { useStore } from 'zustand/react';
import type { AnswerView, AvailabilityView, Why } from '../src-preload/contract/availability.ts';
import type { Reason } from '../src-preload/contract/define.ts';
import { minutesLeft } from '../src-preload/contract/left.ts';
import type { NetworkView } from '../src-preload/contract/networks/index.ts';
import type { NodeView } from '../src-preload/contract/node.ts';
import { useNow } from './components/now.ts';
import { quoted } from './format/text.ts';
import type { Key } from './i18n/keys.ts';
import { type Speech, useText } from './i18n/use-text.ts';
import { availabilityStore } from './stores/availability.ts';
import { networksStore } from './stores/networks.ts';
import { nodeStore } from './stores/node.ts';

export interface SentenceInputs {
  readonly node: Pick<NodeView, 'state' | 'reason' | 'working' | 'endsAt' | 'slots'>;
  readonly networks: readonly Pick<NetworkView, 'enabled' | 'state' | 'title'>[];
  /** Undefined for the moment before the first slice. */
  readonly answer: Pick<AnswerView, 'bound' | 'why' | 'also' | 'until'> | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

type Words = Pick<Speech, 't' | 'f'>;

export function sentenceOf({ node, networks, answer, now }: SentenceInputs, { t, f }: Words): string {
  const enabled = networks.filter((network) => network.enabled);
  switch (node.state) {
    case 'off':
      return t('state.sentence.off');
    case 'starting': {
      const joining = enabled.find(({ state }) => state === 'starting');
      return joining ? t('state.sentence.joining', { network: joining.title }) : t('state.sentence.starting');
    }
    case 'ready':
      return t('state.sentence.ready');
    case 'working':
      return t('state.sentence.working', { working: node.working, slots: node.slots });
    case 'paused':
      if (node.reason?.code === 'node.no-slots') return t('state.sentence.no-slots');
      return answer ? paused(answer, now, { t, f }) : t('state.sentence.paused');
    case 'finishing': {
      const sentence = t(node.reason ? 'state.sentence.finishing' : 'state.sentence.stopping', { count: node.working });
      const minutes = minutesLeft(node.endsAt, now);
      if (minutes === undefined) return sentence;
      return minutes === 0 ? t('state.sentence.soon', { sentence }) : t('state.sentence.left', { sentence, minutes });
    }
    case 'limited':
      return t(enabled[0]?.state === 'blocked' ? 'state.sentence.not-listed' : 'state.sentence.directory-away');
    case 'needs-you':
      if (answer?.bound === 'storage') return t('state.sentence.no-record');
      return t(node.reason?.code === 'node.no-models' ? 'state.sentence.no-models' : 'state.sentence.needs-you');
  }
}

/** Somebody's own doing, which ends when they say so; the rest ends by itself. */
const BY_HAND: ReadonlySet<Why['code'] | null> = new Set(['switched-off', 'paused', 'released']);

function paused({ bound, why, also, until }: NonNullable<SentenceInputs['answer']>, now: number, { t, f }: Words) {
  const byHand = BY_HAND.has(bound);
  const because = byHand ? also.find(({ code }) => !BY_HAND.has(code)) : why;
  const sentence =
    until !== null
      ? t('state.sentence.paused-until', { time: f.until(until, now) })
      : t(byHand ? 'state.sentence.until-resumed' : 'state.sentence.paused');
  return because ? t('state.sentence.because', { sentence, why: whyWords(because, { t, f }) }) : sentence;
}

/** "app: factorio", "on battery, 41 %": what binds, in a few words that stand inside a sentence. */
export function whyWords({ code, args }: Why, { t, f }: Words): string {
  const app = quoted(args.app ?? '', 64);
  switch (code) {
    case 'battery':
      return args.percent === undefined ? t('why.battery') : t('why.batteryAt', { percent: args.percent });
    case 'fullscreen':
      return args.app === undefined ? t('why.fullscreen') : t('why.fullscreenApp', { app });
    case 'apps':
      return t('why.apps', { app });
    case 'cpuHeat':
    case 'gpuHeat':
      return t(`why.${code}`, { celsius: args.celsius ?? 0 });
    case 'dayData':
    case 'monthData':
      return t(`why.${code}`, { most: f.gigabytes(args.most ?? 0) });
    case 'grid':
      return t(args.level === 'off' ? 'why.gridOff' : 'why.gridLess');
    default:
      return t(`why.${code}` satisfies Key);
  }
}

/** Why the state is as it is, as precisely as it is known here. */
export function stateReason(
  { node, answer }: Pick<SentenceInputs, 'node' | 'answer'>,
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
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const answer = useStore(availabilityStore, ({ live }) => live?.value.answer);
  return node ? sentenceOf({ node, networks: networks ?? [], answer, now }, speech) : '';
}

const MINUTE = 60_000;

/** Whether the user wants to share: what the big switch shows. A pause by hand is a switch that somebody turned off. */
export function wantsToShare(node: Pick<NodeView, 'sharing'>, availability: AvailabilityView | undefined): boolean {
  return node.sharing && (availability?.pause ?? null) === null;
}
