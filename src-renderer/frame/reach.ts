// Whether anybody can find this computer, over all its networks: the best of them counts, and only of those that are on.
import type { NetworkView, RegistrationState } from '../../src-preload/contract/networks.ts';

const BEST_FIRST: readonly RegistrationState[] = ['online', 'registering', 'offline', 'local', 'parked', 'off'];

/** Undefined where no network is on. */
export function reachOf(networks: readonly NetworkView[]): RegistrationState | undefined {
  const states = networks.filter(({ enabled }) => enabled).map(({ registration }) => registration);
  return BEST_FIRST.find((state) => states.includes(state));
}
