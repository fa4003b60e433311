// The way from this computer to its networks, stop by stop, as it is drawn. Pure; its test is a table.
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { ChainLink, ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import type { Joint } from '../../components/chart/path.tsx';
import type { Tone } from '../../components/tone.ts';
import type { Key } from '../../i18n/keys.ts';
import { signOf } from '../../networks/lookup.ts';

/** What has a proof to show; networks have their own. */
export const stopIds = ['you', 'router', 'internet'] as const;
export type StopId = (typeof stopIds)[number];

export interface PathStop {
  readonly id: StopId;
  readonly word: Key;
  readonly tone: Tone;
  readonly joint: Joint;
}

export interface PathEnd {
  readonly network: NetworkView;
  readonly word: Key;
  readonly tone: Tone;
  readonly joint: Joint;
}

/** Router and Internet stand in it where a network has others come in; else this computer goes out to all of them by itself. */
export function stopsOf(view: ReachabilityView | undefined, networks: readonly NetworkView[]): readonly PathStop[] {
  const joined = networks.filter(({ enabled }) => enabled);
  const lacks = joined.some(({ blockers }) => blockers.length > 0);
  const you: PathStop = {
    id: 'you',
    word: lacks ? 'network.path.lacking' : 'network.path.ready',
    tone: lacks ? 'warn' : 'good',
    joint: 'open',
  };
  if (!view?.wanted) return [you];
  const of = (id: ChainLink['id']) => view.chain.find((link) => link.id === id)?.state ?? 'off';
  return [you, routerOf(of('router'), of('mapping')), internetOf(of('outside'), view.reason?.code)];
}

type State = ChainLink['state'];

function routerOf(router: State, mapping: State): PathStop {
  const stop = (word: Key, tone: Tone, joint: Joint): PathStop => ({ id: 'router', word, tone, joint });
  if (router === 'failed') return stop('network.path.noRouter', 'warn', 'shut');
  if (router === 'waiting' || mapping === 'waiting') return stop('network.path.looking', 'neutral', 'unproven');
  if (mapping === 'failed') return stop('network.path.blocks', 'warn', 'open');
  if (mapping === 'ok') return stop('network.path.open', 'good', 'open');
  if (mapping === 'unneeded') return stop('network.path.unneeded', 'good', 'open');
  return stop('network.path.notAsked', 'neutral', 'unproven');
}

function internetOf(outside: State, reason: string | undefined): PathStop {
  const stop = (word: Key, tone: Tone, joint: Joint): PathStop => ({ id: 'internet', word, tone, joint });
  if (reason === 'reachability.offline') return stop('network.path.offline', 'warn', 'shut');
  if (outside === 'ok') return stop('network.path.reached', 'good', 'open');
  if (outside === 'failed') return stop('network.path.unreached', 'warn', 'shut');
  return stop('network.path.unproven', 'neutral', 'unproven');
}

/** The networks that are joined. One that others come to by a relay says so. */
export function endsOf(networks: readonly NetworkView[]): readonly PathEnd[] {
  return networks
    .filter(({ enabled }) => enabled)
    .map((network) => {
      const { word, tone } = signOf(network);
      const joint = joints[network.state];
      return network.relay === null
        ? { network, word, tone, joint }
        : { network, word: 'network.path.relay', tone: 'warn', joint: 'unproven' };
    });
}

const joints: Record<NetworkView['state'], Joint> = {
  off: 'unproven',
  starting: 'unproven',
  online: 'open',
  degraded: 'shut',
  blocked: 'shut',
};
