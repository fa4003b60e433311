// Which key this node has: the one that its user has set, else one that was made here. Both are sealed; only what follows from the public
// key is shown.

import type { Random } from '../../../base/random.ts';
import { Secp256k1 } from '../../../keys/secp256k1.ts';
import type { Vault } from '../../../secrets/vault.ts';
import type { HostSettings } from '../../host.ts';
import { KeyInvalid } from '../errors.ts';
import { Identity } from './identity.ts';

const MADE = 'fips.key';
/** As the settings seal it. */
const IMPORTED = 'setting:networks.fips.key';

const curve = new Secp256k1();

export interface KeysDeps {
  readonly settings: Pick<HostSettings, 'get'>;
  readonly vault: Pick<Vault, 'get' | 'put'>;
  readonly random: Random;
}

/** Undefined: there is none yet. Throws `fips.key-invalid`. */
export function knownIdentity({ settings, vault }: Omit<KeysDeps, 'random'>): Identity | undefined {
  const text = settings.get('networks.fips.key') || vault.get(MADE);
  return text ? read(text) : undefined;
}

/** Made now where there is none. */
export async function openIdentity(deps: KeysDeps): Promise<Identity> {
  const known = knownIdentity(deps);
  if (known) return known;
  const key = Buffer.from(curve.newSecret(deps.random)).toString('hex');
  await deps.vault.put({ [MADE]: key });
  return read(key);
}

/** By sealed values alone, as a backup has them. */
export function sealedIdentity(held: { get(name: string): string | undefined }): Identity | undefined {
  const text = held.get(IMPORTED) || held.get(MADE);
  return text ? Identity.ofText(text) : undefined;
}

function read(text: string): Identity {
  const identity = Identity.ofText(text);
  if (!identity) throw new KeyInvalid();
  return identity;
}
