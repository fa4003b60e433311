// Why no task comes: every cause that holds now, the one that weighs most first, each with what a button can do about it.
// Pure, over what the engine tells; its test is a table.
import type { AnswerView, Why } from '../../../src-preload/contract/availability.ts';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { REPUTATION, reputationText } from '../../../src-preload/contract/networks/iicp.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import type { SeenPrices } from '../../../src-preload/contract/pricing.ts';
import type { RefusalReason, WorkView } from '../../../src-preload/contract/work.ts';
import type { Key, Values } from '../../i18n/keys.ts';

export type Fix = 'resume' | 'detect' | 'toCapacity' | 'toAvailability' | 'toNetwork' | 'toWork' | 'toPrice';

/** Blocks: no task at all can come. Slows: some do not. Normal: nothing is wrong. */
export type Weight = 'blocks' | 'slows' | 'normal';

export interface Cause {
  readonly id: string;
  readonly weight: Weight;
  readonly why: Key;
  readonly values?: Values;
  /** What of the user's rules stops it, where `why` has a place for it. */
  readonly because?: Why;
  /** What most were refused for, where `why` has a place for it. */
  readonly refused?: RefusalReason;
  /** What one button can do; where waiting is all there is, none. */
  readonly fix?: Fix;
}

export interface IdleInputs {
  readonly node: NodeView;
  readonly networks: readonly NetworkView[];
  readonly backends: readonly BackendView[];
  readonly work: WorkView;
  /** Whether and how much is shared now; undefined while it is not known. */
  readonly answer: AnswerView | undefined;
  /** What others ask, where that is known. */
  readonly prices?: SeenPrices | null;
}

/** All causes, weightiest first; within a weight in the order of a task's way. Empty only while something runs. */
export function idleCauses(inputs: IdleInputs): Cause[] {
  const found = [...ofSharing(inputs), ...ofBackends(inputs), ...ofNetworks(inputs), ...ofWork(inputs)];
  if (inputs.node.working === 0 && !found.some(({ weight }) => weight === 'blocks')) {
    found.push({ id: 'no-demand', weight: 'normal', why: 'idle.why.no-demand' });
  }
  const order: readonly Weight[] = ['blocks', 'slows', 'normal'];
  return order.flatMap((weight) => found.filter((cause) => cause.weight === weight));
}

/** What a button can do about each thing that stops; what ends by itself has none but a look at the rules. */
const stops: Partial<Record<Why['code'], { readonly why: Key; readonly fix?: Fix }>> = {
  draining: { why: 'idle.why.draining' },
  storage: { why: 'idle.why.storage-trouble' },
  'switched-off': { why: 'idle.why.switched-off', fix: 'resume' },
  paused: { why: 'idle.why.paused', fix: 'resume' },
  released: { why: 'idle.why.paused', fix: 'resume' },
  grid: { why: 'idle.why.outside-hours', fix: 'toAvailability' },
};

function ofSharing({ node, answer }: IdleInputs): Cause[] {
  if (node.state === 'starting' && !node.services.some(({ state }) => state === 'running')) {
    return [{ id: 'starting', weight: 'blocks', why: 'idle.why.starting' }];
  }
  if (answer === undefined) return [];
  if (!answer.accepting) {
    return [answer.why, ...answer.also].flatMap((because): Cause[] => {
      if (because === null) return [];
      const known = stops[because.code] ?? { why: 'idle.why.rule', fix: 'toAvailability' };
      return [{ id: because.code, weight: 'blocks', because, ...known }];
    });
  }
  const { slots, most } = answer;
  if (most === 0) return [{ id: 'no-capacity', weight: 'blocks', why: 'idle.why.no-capacity', fix: 'toCapacity' }];
  if (slots === most) return [];
  if (slots === 0) return [{ id: 'grid', weight: 'blocks', why: 'idle.why.outside-hours', fix: 'toAvailability' }];
  const values = { slots, most };
  const why = answer.bound === 'quiet' ? 'idle.why.quiet' : 'idle.why.fewer-now';
  return [{ id: 'fewer-now', weight: 'slows', why, values, fix: 'toAvailability' }];
}

function ofBackends({ backends }: IdleInputs): Cause[] {
  const states = new Set(backends.map(({ state }) => state));
  const blocks = (why: Cause['why'], id: string, fix: Fix): Cause[] => [{ id, weight: 'blocks', why, fix }];
  if (backends.some(({ models }) => models.some(({ offered }) => offered))) {
    if (states.has('ready')) return [];
    if (states.has('loading')) return [{ id: 'backend-loading', weight: 'slows', why: 'idle.why.backend-loading' }];
    return [{ id: 'backend-cold', weight: 'slows', why: 'idle.why.backend-cold', fix: 'toCapacity' }];
  }
  if (states.has('checking')) return [];
  if (states.has('loading')) return [{ id: 'backend-loading', weight: 'blocks', why: 'idle.why.backend-loading' }];
  if (states.has('failing')) return blocks('idle.why.backend-failing', 'backend-failing', 'toCapacity');
  if (states.has('no-model') || states.has('ready') || states.has('cold')) {
    return blocks('idle.why.no-model', 'no-model', 'toCapacity');
  }
  if (states.has('off')) return blocks('idle.why.backend-off', 'backend-off', 'toCapacity');
  return blocks('idle.why.no-backend', 'no-backend', 'detect');
}

function ofNetworks({ networks }: IdleInputs): Cause[] {
  const enabled = networks.filter((network) => network.enabled);
  if (enabled.length === 0)
    return [{ id: 'no-network', weight: 'blocks', why: 'idle.why.no-network', fix: 'toNetwork' }];
  // One network that lists this computer is enough for tasks to come; the others cost only some.
  const weight: Weight = enabled.some(listsUs) ? 'slows' : 'blocks';
  return enabled.flatMap((network) => ofNetwork(network, weight));
}

/** One whose directory thinks too little of this computer shows it to nobody. */
function listsUs({ state, detail: { reputation } }: NetworkView): boolean {
  return state === 'online' && (reputation === null || reputation >= REPUTATION.shown);
}

function ofNetwork(network: NetworkView, weight: Weight): Cause[] {
  const values = { network: network.title };
  const cause = (id: string, why: Key, fix?: Fix): Cause[] => [
    { id: `${id}:${network.id}`, weight, why, values, ...(fix && { fix }) },
  ];
  switch (network.state) {
    case 'blocked':
      return network.reason?.code.endsWith('private-endpoint')
        ? cause('private-address', 'idle.why.private-address', 'toNetwork')
        : cause('no-address', 'idle.why.no-address', 'toNetwork');
    case 'degraded':
      return cause('directory-away', 'idle.why.directory-away', 'toNetwork');
    case 'starting':
      return cause('joining', 'idle.why.joining');
    case 'online':
    case 'off':
      return ofReputation(network, weight);
  }
}

function ofReputation({ id, title, detail: { reputation } }: NetworkView, weight: Weight): Cause[] {
  if (reputation === null || reputation >= REPUTATION.good) return [];
  const values = { network: title, value: reputationText(reputation) };
  return reputation < REPUTATION.shown
    ? [{ id: `hidden:${id}`, weight, why: 'idle.why.hidden', values, fix: 'toNetwork' }]
    : [{ id: `low-reputation:${id}`, weight: 'slows', why: 'idle.why.low-reputation', values, fix: 'toWork' }];
}

function ofWork({ node, work, prices }: IdleInputs): Cause[] {
  const causes: Cause[] = [];
  if (prices && prices.lower > prices.count / 2) {
    const values = { lower: prices.lower, count: prices.count };
    causes.push({ id: 'price-above', weight: 'slows', why: 'idle.why.price-above', values, fix: 'toPrice' });
  }
  if (node.slots > 0 && node.working >= node.slots) {
    causes.push({ id: 'all-busy', weight: 'slows', why: 'idle.why.all-busy', fix: 'toCapacity' });
  }
  const { refused, done } = work.today;
  const most = work.refusals[0];
  if (refused > done && most) {
    const { reason, count } = most;
    causes.push(
      reason === 'unknown-model'
        ? {
            id: 'model-unwanted',
            weight: 'slows',
            why: 'idle.why.model-unwanted',
            values: { count },
            fix: 'toCapacity',
          }
        : {
            id: 'tasks-refused',
            weight: 'slows',
            why: 'idle.why.tasks-refused',
            values: { count: refused },
            refused: reason,
            fix: 'toWork',
          },
    );
  }
  return causes;
}
