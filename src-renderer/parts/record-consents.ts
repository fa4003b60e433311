// What was agreed to by joining networks, kept with the time. Of the wording that is in force now: it was on the screen.
import { withConsents } from '../../src-preload/contract/networks/consents.ts';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { pagesOf } from '../networks/lookup.ts';
import { changeSetting } from '../settings.ts';

/** Answers whether it was taken; what goes wrong is shown. */
export function recordConsents(networks: readonly NetworkId[]): Promise<boolean> {
  const agreed = networks.map((network) => ({ network, version: pagesOf(network).consentVersion }));
  return changeSetting('setup.consents', (given) => withConsents(given, agreed, Date.now()));
}
