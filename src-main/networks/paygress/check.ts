// What `hearth doctor` asks of Paygress: each line is looked at now, as a customer would, and says what to do next.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { CheckLine } from '../../../src-preload/contract/networks/index.ts';
import { type PaygressCheckId, paygressContract } from '../../../src-preload/contract/networks/paygress.ts';
import type { PoolDeps } from '../../nostr/pool.ts';
import type { NetworkHost } from '../host.ts';
import { NO_ADDRESS, NO_MINT, NO_ROUTER_PORT, NO_TEMPLATE, RELAYS_AWAY } from './causes.ts';
import type { PaygressNode } from './node.ts';
import { isAnythingHere } from './offered.ts';

export interface CheckDeps {
  /** Undefined while it does not run. */
  readonly node: PaygressNode | undefined;
  readonly host: Pick<NetworkHost, 'settings' | 'boxes'> & PoolDeps;
  readonly publicKey: string | undefined;
}

type Verdict = { readonly state: CheckLine['state']; readonly reason: Reason };

/** Customers take a provider for gone after that long without a heartbeat. */
const FRESH_MS = 120_000;

export const CHECKS = Object.keys(paygressContract.checks) as PaygressCheckId[];

const verdict = (state: CheckLine['state'], code: string, message: string, action?: string): Verdict => ({
  state,
  reason: { code: `paygress.check-${code}`, message, ...(action !== undefined && { action }) },
});
const failed = (reason: Reason): Verdict => ({ state: 'failed', reason });
const SKIPPED = verdict('skipped', 'skipped', 'Not asked: this node does not sell anything on Paygress now.');

export async function checkLines({ node, host, publicKey }: CheckDeps): Promise<Record<PaygressCheckId, Verdict>> {
  if (!node || publicKey === undefined) {
    return Object.fromEntries(CHECKS.map((id) => [id, SKIPPED])) as Record<PaygressCheckId, Verdict>;
  }
  return {
    relays: relays(node),
    offer: await offer(host, publicKey).catch(() => UNKNOWN),
    heartbeat: heartbeat(node, host),
    mint: await mint(node),
    boxes: boxes(host),
    address: address(node),
    http: http(node),
  };
}

const UNKNOWN = verdict('warning', 'unknown', 'It took too long to find out.', 'Ask again in a minute.');

function relays(node: PaygressNode): Verdict {
  const all = node.relays();
  const open = all.filter(({ state }) => state === 'open').length;
  if (open === 0) return failed(RELAYS_AWAY);
  if (open < all.length)
    return verdict('warning', 'relays-some', 'Some of your relays can’t be reached; the others do.');
  return verdict('ok', 'relays', 'All of your relays are connected.');
}

/** As a customer would look for it. */
async function offer(host: CheckDeps['host'], publicKey: string): Promise<Verdict> {
  const { readBack } = await import('./offers/read-back.ts');
  const found = await readBack(host, host.settings.get('networks.paygress.relays'), publicKey);
  if (found === 'there') return verdict('ok', 'offer', 'Your offer can be read at a relay.');
  if (found === 'away') return failed(RELAYS_AWAY);
  return verdict(
    'failed',
    'no-offer',
    'No relay has your offer.',
    'Wait a minute and ask again, or choose other relays.',
  );
}

function heartbeat({ publisher }: PaygressNode, { clock }: CheckDeps['host']): Verdict {
  const at = publisher.beatAt;
  if (at !== null && clock.now() - at < FRESH_MS) return verdict('ok', 'heartbeat', 'The last heartbeat is fresh.');
  return verdict('failed', 'no-heartbeat', 'No heartbeat went out in the last two minutes.', 'Look at the relays.');
}

async function mint(node: PaygressNode): Promise<Verdict> {
  const { mints } = node;
  if (mints.length === 0) return failed(NO_MINT);
  const reached = await Promise.all(mints.map((url) => node.reaches(url)));
  if (reached.every(Boolean)) return verdict('ok', 'mint', 'Every mint that you trust answers.');
  return verdict(
    reached.some(Boolean) ? 'warning' : 'failed',
    'mint-away',
    'A mint that you trust does not answer.',
    'Tokens of it can’t be taken until it does. Look at it under Earnings.',
  );
}

function boxes({ boxes: choice }: CheckDeps['host']): Verdict {
  const seen = choice.offer();
  if (seen.missing) return failed(seen.missing);
  if (!isAnythingHere(seen)) return failed(NO_TEMPLATE);
  return verdict('ok', 'boxes', 'Containers hold here, and there is something to run in them.');
}

function address({ shop: { outside }, address: told }: PaygressNode): Verdict {
  if (outside.wanted) {
    if (outside.sample) return verdict('ok', 'router-port', 'The router opens ports for customers.');
    return outside.sample === null ? failed(NO_ROUTER_PORT) : UNKNOWN;
  }
  if (told === '') return failed(NO_ADDRESS);
  return verdict(
    'warning',
    'address-untried',
    'Customers are told an address; whether its ports lead to this computer was not tried.',
    'Rent a machine of your own from outside once, and open one of its ports.',
  );
}

function http({ http: listener }: PaygressNode): Verdict {
  if (listener.problem) return failed(listener.problem);
  if (listener.address === undefined) return verdict('skipped', 'http-off', 'Nothing is sold over HTTP.');
  return verdict('ok', 'http', 'Customers are served over HTTP.');
}
