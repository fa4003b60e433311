// One state and one sentence for window, tray and terminal alike, from what the parts say. Pure: its test is a table.

import { state as texts, why } from '../../src-i18n/en/state.ts';
import { type HeadlineCode, headlineText } from '../../src-i18n/headline.ts';
import { flat, plainTongue } from '../../src-i18n/tongue.ts';
import type { Reason } from '../../src-preload/contract/define.ts';
import { bringsWork } from '../../src-preload/contract/networks/brings-work.ts';
import type { NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { Headline, NodeState } from '../../src-preload/contract/node.ts';
import type { AvailabilityAnswer } from '../availability/availability.ts';

export interface StateInputs {
  readonly started: boolean;
  readonly availability: AvailabilityAnswer;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Tasks that run. */
  readonly working: number;
  /** Jobs that run beside them. */
  readonly jobs: number;
  /** Leases that run: they are paid for, and outlast a pause. */
  readonly leases: number;
  /** When the last task or job may be done, epoch milliseconds. Null: nothing tells. */
  readonly endsAt: number | null;
  readonly networks: readonly NetworkView[];
  /** Parts that are parked or trying again, with why. */
  readonly troubles: readonly Reason[];
  /** What keeps all joined networks that bring work from sending any; empty where one of them could. */
  readonly blockers: readonly Reason[];
}

export interface StateAnswer {
  readonly state: NodeState;
  readonly headline: Headline;
  /** In English. */
  readonly sentence: string;
  readonly reason: Reason | null;
}

/** `practice`: hints that are commands must act on the practice folder. `hearth`, below, is how such a command begins. */
export function stateOf(inputs: StateInputs, practice: boolean): StateAnswer {
  const decided = decide(inputs, practice ? 'hearth --practice' : 'hearth');
  return { ...decided, sentence: headlineText(decided.headline, inputs.now, english) };
}

const english = plainTongue(flat({ state: texts, why }));

type Decided = Omit<StateAnswer, 'sentence'>;

function decide(inputs: StateInputs, hearth: string): Decided {
  const { started, availability, working, jobs, leases, networks, troubles, blockers } = inputs;
  const enabled = networks.filter((network) => network.enabled);
  const open = working + jobs > 0;
  if (availability.bound === 'draining') {
    return answer('finishing', open ? left('stopping-with', inputs) : line('stopping'));
  }
  const bringing = enabled.filter(({ id }) => bringsWork(id));
  const joining = (bringing.length > 0 ? bringing : enabled).find((network) => network.state === 'starting');
  if (!started) return starting(joining);
  if (availability.bound === 'storage') return answer('needs-you', line('no-record'), troubles[0] ?? null);
  if (!availability.accepting) {
    const reason = reasonOf(availability, hearth);
    const headline = open ? left('finishing', inputs) : paused(availability);
    return answer(open ? 'finishing' : 'paused', keeping(leases, headline), reason);
  }
  if (enabled.length === 0) return answer('off', line('off'), noNetwork(hearth));
  if (troubles[0]) return answer('needs-you', line('needs-you'), troubles[0]);
  if (jobs + leases > 0) return answer('working', line('working-on', { tasks: working, jobs, leases }));
  if (working > 0) return answer('working', line('working', { working, slots: availability.slots }));
  if (bringing.length === 0) return connected(enabled, joining);
  if (availability.slots === 0) return answer('paused', line('no-slots'), noSlots(hearth));
  if (blockers[0]) return answer('needs-you', blocked(blockers[0]), blockers[0]);
  if (bringing.some(isOnline)) return answer('ready', line('ready'));
  if (joining) return starting(joining);
  return limited(bringing);
}

const isOnline = ({ state }: NetworkView) => state === 'online';

/** Of networks that only connect: nothing is wrong, and no work will come. */
function connected(networks: readonly NetworkView[], joining: NetworkView | undefined): Decided {
  const online = networks.find(isOnline);
  if (online) return answer('ready', line('connected', { network: online.title }), NO_WORK);
  return joining ? starting(joining) : limited(networks);
}

/** One that its user has to help comes before those that try again by themselves. */
function limited(enabled: readonly NetworkView[]): Decided {
  const network = enabled.find(({ state }) => state === 'blocked') ?? enabled[0]!;
  const { reason } = network;
  if (enabled.every(isCut)) return answer('limited', line('offline'), reason);
  if (enabled.every(isUnreached)) return answer('limited', line('unreached'), reason);
  const held = bringsWork(network.id) ? 'network-blocked' : 'not-connected';
  const code = network.state === 'blocked' ? held : 'network-degraded';
  return answer('limited', line(code, { network: network.title }), reason);
}

/** By a code that ends so in every network, for it is the same for all. */
const isCut = ({ reason }: NetworkView) => reason?.code.endsWith('.offline') ?? false;

/** Others have to come in, and there is no address to tell them. */
function isUnreached({ state, address, capabilities }: NetworkView): boolean {
  return state === 'blocked' && address === null && capabilities.includes('inbound');
}

/** One network that could send work is enough. */
export function blockersOf(networks: readonly Pick<NetworkView, 'id' | 'enabled' | 'blockers'>[]): readonly Reason[] {
  const joined = networks.filter(({ id, enabled }) => enabled && bringsWork(id));
  return joined.some(({ blockers }) => blockers.length === 0) ? [] : joined.flatMap(({ blockers }) => blockers);
}

const blocked = ({ code }: Reason) => line(code === 'node.no-models' ? 'no-models' : 'needs-you');

function answer(state: NodeState, headline: Headline, reason: Reason | null = null): Decided {
  return { state, headline, reason };
}

function line(code: HeadlineCode, values: Headline['values'] = {}): Headline {
  return { code, values, until: null, endsAt: null, because: null };
}

/** One sentence for it, whether the node still starts or a network lets it wait: a page can't tell these apart. */
function starting(joining: NetworkView | undefined): Decided {
  return answer('starting', joining ? line('joining', { network: joining.title }) : line('starting'));
}

function left(code: 'finishing' | 'stopping-with', { working, jobs, endsAt }: StateInputs): Headline {
  return { ...line(code, { tasks: working, jobs }), endsAt };
}

/** Leases go on while nothing else does. */
function keeping(leases: number, headline: Headline): Headline {
  return leases === 0 ? headline : { ...headline, values: { ...headline.values, kept: leases } };
}

/** Until when the clock ends it, and what it is where that is no pause by hand. */
function paused({ bound, why: first, also, until }: AvailabilityAnswer): Headline {
  const byHand = BY_HAND.has(bound);
  const because = (byHand ? also.find(({ code }) => !BY_HAND.has(code)) : first) ?? null;
  const code = until !== null ? 'paused-until' : byHand ? 'until-resumed' : 'paused';
  return { ...line(code), until, because };
}

/** The user's own doing, which ends when the user says so; the rest ends by itself. */
const BY_HAND: ReadonlySet<AvailabilityAnswer['bound']> = new Set(['switched-off', 'paused', 'released']);

function reasonOf({ bound, why: rule }: AvailabilityAnswer, hearth: string): Reason {
  if (bound === 'switched-off') return SWITCHED_OFF;
  if (bound === 'paused' || bound === 'released') return { ...pausedReason(hearth), code: `node.${bound}` };
  return { code: `node.${bound}`, message: `It pauses by a rule of yours: ${rule?.says}.`, action: HOW_TO_CHANGE };
}

const HOW_TO_CHANGE = 'It goes on by itself; the rules are under Availability.';
const pausedReason = (hearth: string): Reason => ({
  code: 'node.paused',
  message: 'You paused it.',
  action: `Resume to take tasks again, or: ${hearth} resume`,
});
const SWITCHED_OFF: Reason = {
  code: 'node.switched-off',
  message: 'You switched sharing off.',
  action: 'Switch it on to take tasks again.',
};
const noNetwork = (hearth: string): Reason => ({
  code: 'node.no-network',
  message: 'No network is switched on.',
  action: `Join one on the Network page, or with: ${hearth} settings set networks.NAME.enabled true`,
});
/** Beside the state, where the joined networks only connect. */
const NO_WORK: Reason = {
  code: 'node.only-connects',
  message: 'No network that you joined sends work.',
  action: 'Join another one on the Network page to share what is spare.',
};
const noSlots = (hearth: string): Reason => ({
  code: 'node.no-slots',
  message: 'The limits you set leave no place for a task now.',
  action: `Raise capacity.maxConcurrent, or change availability.grid, with: ${hearth} settings set`,
});
