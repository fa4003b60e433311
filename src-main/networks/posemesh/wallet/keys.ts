// Which wallet this node has: the one that its user has set, else one that was made here. Both are sealed; only the address is shown.

import type { Random } from '../../../base/random.ts';
import type { Vault } from '../../../secrets/vault.ts';
import type { PosemeshSettings } from '../config/config.ts';
import { Wallet } from './wallet.ts';

const MADE = 'posemesh.key';
/** As the settings seal it. */
const IMPORTED = 'setting:networks.posemesh.privateKey';

export interface KeysDeps {
  readonly settings: PosemeshSettings;
  readonly vault: Pick<Vault, 'get' | 'put'>;
  readonly random: Random;
}

/** Undefined: there is none yet. Throws `posemesh.key-invalid`. */
export function knownWallet({ settings, vault }: Omit<KeysDeps, 'random'>): Wallet | undefined {
  const key = settings.get('networks.posemesh.privateKey') || vault.get(MADE);
  return key ? Wallet.of(key) : undefined;
}

/** Made now where there is none. */
export async function openWallet(deps: KeysDeps): Promise<Wallet> {
  const known = knownWallet(deps);
  if (known) return known;
  const key = Wallet.newKey(deps.random);
  await deps.vault.put({ [MADE]: key });
  return Wallet.of(key);
}

/** By sealed values alone, as a backup has them. */
export function sealedWallet(held: { get(name: string): string | undefined }): Wallet | undefined {
  const key = held.get(IMPORTED) || held.get(MADE);
  return key ? Wallet.of(key) : undefined;
}
