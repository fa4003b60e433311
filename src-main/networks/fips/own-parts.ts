// The parts that a run has by the settings that it has begun with.

import { RelayPool } from '../../nostr/pool.ts';
import { Signer } from '../../nostr/signer.ts';
import type { NetworkHost } from '../host.ts';
import type { Config } from './config.ts';
import { discoveryPart } from './discovery/part.ts';
import type { MayReach } from './discovery/routable.ts';
import type { Identity } from './identity/identity.ts';
import type { MakePart } from './parts.ts';

type PartsHost = Pick<NetworkHost, 'clock' | 'random' | 'logger' | 'committer' | 'read' | 'dataUse'>;

/** Logging in at a relay (NIP-42). */
const LOGIN = 22_242;

/** `mayReach`: which addresses that strangers name may be sent to; by default every public one. */
export function ownParts(
  host: PartsHost,
  identity: Identity,
  { discovery }: Config,
  mayReach?: MayReach,
): readonly MakePart[] {
  if (!discovery) return [];
  const { clock, random, logger } = host;
  const signer = signerOf(identity, host);
  const pool = new RelayPool(host, {
    network: 'fips',
    logIn: (relay, challenge) =>
      signer.sign({
        kind: LOGIN,
        content: '',
        tags: [
          ['relay', relay],
          ['challenge', challenge],
        ],
      }),
  });
  return [discoveryPart({ clock, random, logger, pool, signer, ...(mayReach && { mayReach }) }, discovery)];
}

/** Its vault is the identity, which takes nothing in. */
function signerOf(identity: Identity, { clock, random }: Pick<PartsHost, 'clock' | 'random'>): Signer {
  return identity.lend((secret) => {
    const vault = { get: () => secret, put: () => Promise.reject(new Error('the key of the node is set elsewhere')) };
    return new Signer({ clock, random, vault }, 'fips.key');
  });
}
