// The conformance self-check of a node: registered, healthy, reachable, discoverable. Each is looked at from where others would
// look, and said in a plain sentence with what to do next.

import { request } from 'undici';
import type { Reason } from '../../../../src-preload/contract/define.ts';
import { type IicpCheckId, iicpContract } from '../../../../src-preload/contract/networks/iicp.ts';
import type { CheckLine, NetworkCheck } from '../../../../src-preload/contract/networks/index.ts';
import type { Clock } from '../../../base/clock.ts';
import { HearthError } from '../../../base/errors.ts';
import type { NetworkStatus } from '../../network.ts';
import type { Listing, Offer } from '../directory/directory-replies.ts';
import { hiddenBy, lowBy } from '../directory/reputation.ts';

type Standing = Pick<NetworkStatus, 'state' | 'reason' | 'nodeId' | 'address'> & { readonly reputation: number | null };

export interface SelfCheckDeps {
  readonly clock: Clock;
  readonly status: () => Standing;
  /** Our own GET /iicp/health as any client would get it; rejects where nothing answers. */
  readonly health: (signal: AbortSignal) => Promise<unknown>;
  readonly directory: {
    listing(nodeId: string, signal: AbortSignal): Promise<Listing | undefined>;
    offers(wanted: { intent: string; model?: string | undefined }, signal: AbortSignal): Promise<readonly Offer[]>;
    probe(host: string, port: number, signal: AbortSignal): Promise<{ readonly reachable: boolean } | undefined>;
  };
  /** Whether the address was reached from outside before; undefined: no prober was asked. */
  readonly proven: () => boolean | undefined;
  readonly wanted: () => { readonly intent: string; readonly model: string | undefined };
}

type Verdict = Pick<CheckLine, 'state' | 'reason'>;

/** All of it together. */
const MOST_MS = 20_000;
const HEALTH_MS = 5000;
/** As many nodes as a directory lists at once. */
const MOST_OFFERS = 50;

export async function selfCheck(deps: SelfCheckDeps): Promise<NetworkCheck> {
  const signal = AbortSignal.timeout(MOST_MS);
  const status = deps.status();
  const { nodeId } = status;
  const verdicts: Record<IicpCheckId, Verdict> =
    nodeId === null
      ? { registered: OFF, healthy: NOT_ASKED, reachable: NOT_ASKED, discoverable: NOT_ASKED }
      : await all({
          registered: registered(deps, status, nodeId, signal),
          healthy: healthy(deps, nodeId, signal),
          reachable: reachable(deps, status, signal),
          discoverable: discoverable(deps, status, nodeId, signal),
        });
  const lines = (Object.keys(iicpContract.checks) as IicpCheckId[]).map((id) => ({
    id,
    ...verdicts[id],
  }));
  return { id: 'iicp', at: deps.clock.now(), ok: lines.every(({ state }) => state === 'ok'), lines };
}

async function registered(
  { directory }: SelfCheckDeps,
  { state, reason }: Standing,
  nodeId: string,
  signal: AbortSignal,
): Promise<Verdict> {
  if (state === 'starting') {
    return warning('iicp.check-registering', 'This node is just registering.', 'Ask again in a minute.');
  }
  if (state !== 'online') return { state: 'failed', reason: reason ?? OFF.reason };
  const listing = await directory.listing(nodeId, signal);
  if (!listing) {
    return failed(
      'iicp.check-not-listed',
      'The directory takes our heartbeats, but its public list does not have this node.',
      'Wait a minute and ask again; if it stays so, switch IICP off and on.',
    );
  }
  if (listing.routable === false) {
    return warning(
      'iicp.check-not-routable',
      'The directory lists this node, but sends it no tasks now.',
      'Look whether sharing is on and a model server answers: hearth status',
    );
  }
  return ok('iicp.check-registered', 'The directory lists this node.');
}

async function healthy({ health }: SelfCheckDeps, nodeId: string, signal: AbortSignal): Promise<Verdict> {
  const body = await health(signal).catch(() => undefined);
  if (body === undefined) {
    return failed(
      'iicp.check-silent',
      'This node does not answer on its own port.',
      'Look whether another program or a firewall on this computer holds the port, then restart Hearth.',
    );
  }
  const { status, node_id, region, load, models } = (body ?? {}) as Record<string, unknown>;
  const wrong = [
    ['status', status === 'ok' || status === 'degraded'],
    ['node_id', node_id === nodeId],
    ['region', typeof region === 'string'],
    ['load', typeof load === 'number' && load >= 0 && load <= 1],
    ['models', Array.isArray(models)],
  ].flatMap(([name, right]) => (right ? [] : [name]));
  if (wrong.length > 0) {
    return failed(
      'iicp.check-health-shape',
      `What answers on this node's port is not this node, or says too little of itself: ${wrong.join(', ')}.`,
      'Look whether another program has the port: hearth settings get networks.iicp.port',
    );
  }
  if ((models as unknown[]).length === 0) {
    return warning(
      'iicp.check-no-models',
      'This node is well, but has no model to offer.',
      'Start a model server, or see which were found: hearth detect',
    );
  }
  return ok('iicp.check-healthy', 'This node answers and says all that the network asks for.');
}

async function reachable(
  { directory, proven }: SelfCheckDeps,
  { address, reason }: Standing,
  signal: AbortSignal,
): Promise<Verdict> {
  if (address === null) return { state: 'failed', reason: reason ?? NO_ADDRESS };
  const { hostname, port, protocol } = new URL(address);
  const tried = await directory.probe(
    hostname.replace(/^\[|\]$/g, ''),
    Number(port) || (protocol === 'https:' ? 443 : 80),
    signal,
  );
  if (tried?.reachable) return ok('iicp.check-reachable', 'The directory has just reached this node from outside.');
  if (tried) {
    return failed(
      'iicp.check-unreachable',
      'The directory could not reach this node from outside.',
      'See what stands in the way: hearth reach --test',
    );
  }
  if (proven()) return ok('iicp.check-reached', 'This node was reached from outside.');
  return warning(
    'iicp.check-untried',
    'No one outside was free to try this node just now.',
    'Look at it from another network, such as a phone without Wi-Fi: open its address with /iicp/health behind it.',
  );
}

async function discoverable(
  { directory, wanted }: SelfCheckDeps,
  { state, reputation }: Standing,
  nodeId: string,
  signal: AbortSignal,
): Promise<Verdict> {
  if (state !== 'online') return NOT_ASKED;
  const hidden = hiddenBy(reputation);
  if (hidden) return { state: 'failed', reason: hidden };
  const offers = await directory.offers(wanted(), signal);
  const own = offers.find(({ node_id }) => node_id === nodeId);
  if (own?.cx_public_key) {
    const low = lowBy(reputation);
    if (low) return { state: 'warning', reason: low };
    return ok('iicp.check-discoverable', 'Senders who look for this kind of work find this node.');
  }
  if (own) {
    return failed(
      'iicp.check-no-key',
      'The directory offers this node without its key, so today’s clients pass it over.',
      'Switch IICP off and on, so that it registers anew.',
    );
  }
  if (offers.length >= MOST_OFFERS) {
    return warning('iicp.check-crowded', 'So many nodes offer this that ours is not among the first 50.');
  }
  return failed(
    'iicp.check-not-found',
    "Senders who look for this kind of work don't find this node.",
    'Look whether sharing is on and a model is offered: hearth status. Just after a start it can take a minute.',
  );
}

/** From this very computer, at the address it listens on; one that means all of them is asked on the loopback. */
export async function ownHealth(listening: string | undefined, signal: AbortSignal): Promise<unknown> {
  if (listening === undefined) return undefined;
  const address = listening.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:');
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(HEALTH_MS)]);
  const reply = await request(`http://${address}/iicp/health`, { signal: bounded });
  return reply.statusCode === 200 ? await reply.body.json() : {};
}

/** What can't be found out is said so, each line for itself. */
async function all<K extends string>(checks: Record<K, Promise<Verdict>>): Promise<Record<K, Verdict>> {
  const entries = Object.entries(checks) as [K, Promise<Verdict>][];
  const settled = await Promise.all(entries.map(async ([id, check]) => [id, await check.catch(unknown)] as const));
  return Object.fromEntries(settled) as Record<K, Verdict>;
}

function unknown(error: unknown): Verdict {
  if (error instanceof HearthError) return warning(error.code, error.message);
  return warning('iicp.check-unknown', 'It took too long to find out.', 'Ask again in a minute.');
}

const ok = (code: string, message: string): Verdict => ({ state: 'ok', reason: { code, message } });
const failed = (code: string, message: string, action: string): Verdict => ({
  state: 'failed',
  reason: { code, message, action },
});
const warning = (code: string, message: string, action?: string): Verdict => ({
  state: 'warning',
  reason: { code, message, ...(action !== undefined && { action }) },
});

const OFF = failed('iicp.check-off', 'IICP is switched off.', 'Join: hearth settings set networks.iicp.enabled true');
const NO_ADDRESS: Reason = { code: 'iicp.no-endpoint', message: "This node can't be reached from outside yet." };
const NOT_ASKED: Verdict = {
  state: 'skipped',
  reason: { code: 'iicp.check-skipped', message: 'Not asked: this node is not registered.' },
};
