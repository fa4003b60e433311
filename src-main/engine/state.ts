// One state and one sentence for window, tray and terminal alike, from what the parts say. Pure: its test is a table.

import type { Reason } from '../../src-preload/contract/define.ts';
import { minutesLeft } from '../../src-preload/contract/left.ts';
import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { NodeState } from '../../src-preload/contract/node.ts';
import type { AvailabilityAnswer } from '../availability/availability.ts';
import { localTime } from '../base/day.ts';

export interface StateInputs {
  readonly started: boolean;
  readonly availability: AvailabilityAnswer;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly working: number;
  /** When the last of them may be done, epoch milliseconds. Null: nothing tells. */
  readonly endsAt: number | null;
  readonly networks: readonly NetworkView[];
  /** Parts that are parked or trying again, with why. */
  readonly troubles: readonly Reason[];
  /** What keeps all joined networks from working; empty where one of them could. */
  readonly blockers: readonly Reason[];
}

export interface StateAnswer {
  readonly state: NodeState;
  readonly sentence: string;
  readonly reason: Reason | null;
}

/** `practice`: hints that are commands must act on the practice folder. */
export function stateOf(inputs: StateInputs, practice: boolean): StateAnswer {
  const answer = decide(inputs);
  const action = answer.reason?.action;
  if (!practice || !answer.reason || !action?.includes('hearth settings')) return answer;
  return {
    ...answer,
    reason: { ...answer.reason, action: action.replace('hearth settings', 'hearth --practice settings') },
  };
}

function decide(inputs: StateInputs): StateAnswer {
  const { started, availability, now, working, networks, troubles, blockers } = inputs;
  const enabled = networks.filter((network) => network.enabled);
  if (availability.bound === 'draining') return answer('finishing', `Stopping, ${left(inputs)}`);
  const joining = enabled.find((network) => network.state === 'starting');
  if (!started) return starting(joining);
  if (availability.bound === 'storage') return answer('needs-you', 'Nothing can be recorded', troubles[0] ?? null);
  if (!availability.accepting) {
    const reason = reasonOf(availability);
    return working > 0
      ? answer('finishing', `Finishing, ${left(inputs)}`, reason)
      : answer('paused', pausedSentence(availability, now), reason);
  }
  if (enabled.length === 0) return answer('off', 'Not sharing with any network', NO_NETWORK);
  if (troubles[0]) return answer('needs-you', 'Something needs you', troubles[0]);
  if (working > 0) return answer('working', `Working on ${working} of ${availability.slots} tasks`);
  if (availability.slots === 0) return answer('paused', 'No capacity is open now', NO_SLOTS);
  if (blockers[0]) return answer('needs-you', blockedSentence(blockers[0]), blockers[0]);
  const online = enabled.find((network) => network.state === 'online');
  if (online) return answer('ready', 'Ready, waiting for tasks');
  if (joining) return starting(joining);
  const [first] = enabled;
  return answer(
    'limited',
    first?.state === 'blocked' ? 'Serving, but not listed' : 'Serving, but the directory is away',
    first?.reason ?? null,
  );
}

/** One network that could work is enough. */
export function blockersOf(networks: readonly Pick<NetworkView, 'enabled' | 'blockers'>[]): readonly Reason[] {
  const joined = networks.filter(({ enabled }) => enabled);
  return joined.some(({ blockers }) => blockers.length === 0) ? [] : joined.flatMap(({ blockers }) => blockers);
}

const blockedSentence = ({ code }: Reason) => (code === 'node.no-models' ? 'No model is ready' : 'Something needs you');

function answer(state: NodeState, sentence: string, reason: Reason | null = null): StateAnswer {
  return { state, sentence, reason };
}

/** One sentence for it, whether the node still starts or a network lets it wait: a page can't tell these apart. */
function starting(joining: NetworkView | undefined): StateAnswer {
  return answer('starting', joining ? `Joining ${joining.title}` : 'Starting');
}

function left({ working, endsAt, now }: StateInputs): string {
  const minutes = minutesLeft(endsAt, now);
  const time = minutes === undefined ? '' : minutes === 0 ? ', under a minute' : `, ~${minutes} min`;
  return `${tasks(working)} left${time}`;
}

function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}

/** Such as "Paused until 18:00 (app: factorio)": until when the clock ends it, and what it is where that is no pause by hand. */
function pausedSentence({ bound, why, also, until }: AvailabilityAnswer, now: number): string {
  const byHand = bound === 'switched-off' || bound === 'paused' || bound === 'released';
  const because = byHand ? also.find(({ code }) => !BY_HAND.has(code)) : why;
  const end = until === null ? (byHand ? ' until you resume' : '') : ` until ${timeOf(until, now)}`;
  return `Paused${end}${because ? ` (${because.says})` : ''}`;
}

const BY_HAND: ReadonlySet<string> = new Set(['switched-off', 'paused', 'released']);
const DAY_MS = 86_400_000;

/** The time of the day, with the day where it is more than one away. */
function timeOf(at: number, now: number): string {
  const time = localTime(at);
  if (at - now < DAY_MS) return time;
  return `${['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(at).getDay()]} ${time}`;
}

function reasonOf({ bound, why }: AvailabilityAnswer): Reason {
  if (bound === 'switched-off') return SWITCHED_OFF;
  if (bound === 'paused' || bound === 'released') return { ...PAUSED, code: `node.${bound}` };
  return { code: `node.${bound}`, message: `It pauses by a rule of yours: ${why?.says}.`, action: HOW_TO_CHANGE };
}

const HOW_TO_CHANGE = 'It goes on by itself; the rules are under Availability.';
const PAUSED: Reason = {
  code: 'node.paused',
  message: 'You paused it.',
  action: 'Resume to take tasks again, or: hearth resume',
};
const SWITCHED_OFF: Reason = {
  code: 'node.switched-off',
  message: 'You switched sharing off.',
  action: 'Switch it on to take tasks again.',
};
const NO_NETWORK: Reason = {
  code: 'node.no-network',
  message: 'No network is switched on.',
  action: 'Join one on the Network page, or with: hearth settings set networks.NAME.enabled true',
};
const NO_SLOTS: Reason = {
  code: 'node.no-slots',
  message: 'The limits you set leave no place for a task now.',
  action: 'Raise capacity.maxConcurrent, or change availability.grid, with: hearth settings set',
};
