// Why no task comes: every cause that holds now, the one that weighs most first, each with what a button can do about it.
// Pure, over what the engine tells; its test is a table.

import type { AnswerView, Why } from '../../../src-preload/contract/availability.ts';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { bringsWork } from '../../../src-preload/contract/networks/brings-work.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import type { WorkView } from '../../../src-preload/contract/work.ts';
import type { Cause, Fix, Weight } from '../../causes.ts';
import type { Key } from '../../i18n/keys.ts';
import { pagesOf } from '../../networks/lookup.ts';
import type { SeenOn } from '../../parts/seen-prices.ts';

export interface IdleInputs {
  readonly node: NodeView;
  readonly networks: readonly NetworkView[];
  readonly backends: readonly BackendView[];
  readonly work: WorkView;
  /** Whether and how much is shared now; undefined while it is not known. */
  readonly answer: AnswerView | undefined;
  /** What others ask, where that is known. */
  readonly prices?: readonly SeenOn[];
}

/** All causes, weightiest first; within a weight in the order of a task's way. Empty only while something runs. */
export function idleCauses(inputs: IdleInputs): Cause[] {
  const found = [
    ...ofSharing(inputs),
    ...ofModels(inputs),
    ...ofNetworks(inputs),
    ...ofPrices(inputs),
    ...ofWork(inputs),
  ];
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

/** Model servers count where a network has use for them; where others have none, their lack keeps only some work away. */
function ofModels({ networks, backends }: IdleInputs): Cause[] {
  const joined = networks.filter(({ enabled }) => enabled);
  const all = (joined.length > 0 ? joined : networks).filter(({ id }) => bringsWork(id));
  const users = all.filter(({ id }) => pagesOf(id).models);
  if (networks.length > 0 && users.length === 0) return [];
  const weight: Weight = users.length < all.length ? 'slows' : 'blocks';
  return ofBackends(backends).map((cause) => (cause.weight === 'blocks' ? { ...cause, weight } : cause));
}

function ofBackends(backends: readonly BackendView[]): Cause[] {
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
  const bringing = enabled.filter(({ id }) => bringsWork(id));
  if (bringing.length === 0)
    return [{ id: 'only-connects', weight: 'blocks', why: 'idle.why.only-connects', fix: 'toNetwork' }];
  const found = bringing.map((network) => ofNetwork(network, enabled.length > 1));
  // One network that can send work is enough for some to come; what holds others up costs only theirs.
  const open = bringing.some(
    ({ state }, at) => state === 'online' && !found[at]!.some(({ weight }) => weight === 'blocks'),
  );
  return found.flat().map((cause) => (open && cause.weight === 'blocks' ? { ...cause, weight: 'slows' } : cause));
}

/** What keeps the work of one network away; blocks: all of it. */
function ofNetwork(network: NetworkView, several: boolean): Cause[] {
  return [...ofBlockers(network, several), ...ofState(network, several)];
}

/** What this computer lacks for it. Of models the model servers say more. */
function ofBlockers({ id, title, blockers }: NetworkView, several: boolean): Cause[] {
  return blockers
    .filter(({ code }) => code !== 'node.no-models')
    .map((reason) => ({
      id: `${reason.code}:${id}`,
      weight: 'blocks',
      why: several ? 'idle.why.network-reason' : 'idle.why.network-blocked',
      values: { network: title },
      reason,
      fix: 'toCapacity',
    }));
}

function ofState(network: NetworkView, several: boolean): Cause[] {
  const { id, state, reason } = network;
  const values = { network: network.title };
  switch (state) {
    case 'starting':
      return [{ id: `joining:${id}`, weight: 'blocks', why: 'idle.why.joining', values }];
    case 'blocked':
    case 'degraded': {
      const why = reason && several ? 'idle.why.network-reason' : (`idle.why.network-${state}` as const);
      const unreached = network.address === null && network.capabilities.includes('inbound');
      return [
        {
          id: `${state}:${id}`,
          weight: 'blocks',
          why,
          values,
          ...(reason && { reason }),
          ...(state === 'blocked' && unreached && { unreached }),
          fix: 'toNetwork',
        },
      ];
    }
    case 'online':
      return [...(pagesOf(id).causes?.(network) ?? [])];
    case 'off':
      return [];
  }
}

function ofPrices({ networks, prices = [] }: IdleInputs): Cause[] {
  return prices.flatMap(({ network: id, prices: { lower, count } }): Cause[] => {
    const network = networks.find((one) => one.id === id);
    if (!network || lower <= count / 2) return [];
    const values = { lower, count, network: network.title };
    return [
      {
        id: `price-above:${id}`,
        weight: 'slows',
        why: 'idle.why.price-above',
        values,
        fix: 'toPrice',
        at: `${id}.money`,
      },
    ];
  });
}

function ofWork({ node, work }: IdleInputs): Cause[] {
  const causes: Cause[] = [];
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
