// Which changes of the node are worth a notification. Titles are the states' own names, as the window shows them.

import { plain } from '../../../src-i18n/tongue.ts';
import type { AnswerView, Bound } from '../../../src-preload/contract/availability.ts';
import type { NodeState } from '../../../src-preload/contract/node.ts';
import type { NoticeKind } from '../../../src-preload/contract/settings/desktop.ts';
import type { Clock } from '../../base/clock.ts';
import type { Slices } from '../follow.ts';
import type { Notice, Words } from '../words/words.ts';
import type { MakeNotice } from './limiter.ts';

export interface WatchDeps {
  readonly clock: Clock;
  readonly slices: () => Slices;
  readonly words: () => Words;
  readonly sentence: () => string;
  readonly offer: (kind: NoticeKind, make: MakeNotice) => void;
}

/** A state that lasts no longer was never there: model servers are looked for at the start, directories answer again. */
const SETTLE_MS = 5000;
const LONGEST_BODY = 240;

const TROUBLE: Partial<Record<NodeState, NoticeKind>> = { 'needs-you': 'needsYou', limited: 'limited' };

/** The user's own doing, the computer's sleep, or an end: the user knows already. */
const NO_NEWS: ReadonlySet<Bound | null> = new Set<Bound | null>([
  'draining',
  'storage',
  'switched-off',
  'released',
  'paused',
  'suspended',
  'trial',
]);

export class Watch {
  readonly #deps: WatchDeps;
  #trouble = '';
  #cancelTrouble: (() => void) | undefined;
  /** Stopped by a rule or the grid, and notified or about to be. */
  #stopped = false;
  #accepting: boolean | undefined;
  #cancelSharing: (() => void) | undefined;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  /** Call after each change of the slices. */
  look(): void {
    this.#lookAtState();
    this.#lookAtSharing();
  }

  stop(): void {
    this.#cancelTrouble?.();
    this.#cancelSharing?.();
  }

  #lookAtState(): void {
    const trouble = this.#troubleNow();
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#cancelTrouble?.();
    this.#cancelTrouble = undefined;
    const kind = kindOf(this.#deps.slices());
    if (kind === undefined) return;
    this.#cancelTrouble = this.#deps.clock.after(SETTLE_MS, () => {
      this.#deps.offer(kind, (times) => (kindOf(this.#deps.slices()) === kind ? this.#stateNotice(times) : undefined));
    });
  }

  /** What is the matter, to tell one trouble from another; empty where all is well. */
  #troubleNow(): string {
    const { node } = this.#deps.slices();
    return node && TROUBLE[node.state] ? `${node.state} ${node.reason?.code ?? ''}` : '';
  }

  #stateNotice(times: number) {
    const { slices, words, sentence } = this.#deps;
    const { node } = slices();
    const said = sentence();
    const title = words().states[node?.state ?? 'needs-you'];
    if (times > 1) return { notice: { title, body: words().notices.again(said, times) } };
    const why = node?.reason && words().reason(node.reason);
    const body = [said, ...(why ? [plain(why, LONGEST_BODY)] : [])].join('. ');
    return { notice: { title, body } };
  }

  #lookAtSharing(): void {
    const answer = this.#deps.slices().availability?.answer;
    if (answer === undefined || answer.accepting === this.#accepting) return;
    const first = this.#accepting === undefined;
    this.#accepting = answer.accepting;
    this.#cancelSharing?.();
    this.#cancelSharing = undefined;
    if (first) this.#stopped = isStop(answer);
    else this.#cancelSharing = this.#deps.clock.after(SETTLE_MS, () => this.#sharingSettled());
  }

  #sharingSettled(): void {
    const { slices, words, sentence, offer } = this.#deps;
    const answer = slices().availability?.answer;
    if (answer === undefined) return;
    const news = answer.accepting ? this.#stopped : isStop(answer);
    this.#stopped = isStop(answer);
    if (!news) return;
    offer('sharing', (times): { notice: Notice } => {
      const on = slices().availability?.answer.accepting ?? false;
      const body = times > 1 ? words().notices.again(sentence(), times) : sentence();
      return { notice: { title: on ? words().notices.goesOn : words().notices.stopped, body } };
    });
  }
}

function kindOf({ node }: Slices): NoticeKind | undefined {
  return node && TROUBLE[node.state];
}

function isStop({ accepting, bound }: AnswerView): boolean {
  return !accepting && !NO_NEWS.has(bound);
}
