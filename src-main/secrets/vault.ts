// The sealed values of one network: those under its own name and no others, so that what one network is trusted with is no
// other's to read.

import type { Write } from '../storage/write.ts';
import type { SealedChanges, Secrets } from './secrets.ts';

export interface Vault {
  /** Throws SecretDamaged rather than say "none". */
  get(name: string): string | undefined;
  /** Seals each value and removes each null, together with `writes`; all of it is on disk when it resolves. */
  put(values: SealedChanges, writes?: readonly Write[]): Promise<void>;
  /** The same where another store commits: see Secrets.change. */
  change<T>(values: SealedChanges, commit: (sealed: readonly Write[]) => Promise<T>): Promise<T>;
}

/** Names begin with the network's id and a dot. One that does not is a mistake in the network's code. */
export function vaultOf(secrets: Pick<Secrets, 'get' | 'putAll' | 'change'>, network: string): Vault {
  const own = (name: string) => {
    if (!name.startsWith(`${network}.`)) throw new TypeError(`a secret of ${network} begins with its name: ${name}`);
    return name;
  };
  const checked = (values: SealedChanges) => {
    for (const name of Object.keys(values)) own(name);
    return values;
  };
  return {
    get: (name) => secrets.get(own(name)),
    put: async (values, writes) => secrets.putAll(checked(values), writes),
    change: async (values, commit) => secrets.change(checked(values), commit),
  };
}
