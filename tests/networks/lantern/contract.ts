// The contract of a network that there is for tests alone, as unlike IICP as one may be: it rents out boxes that are paid in advance,
// needs no model, is not reached from outside and has no price to set.
import { z } from 'zod';
import { networkContract } from '../../../src-preload/contract/networks/contract.ts';
import { setting } from '../../../src-preload/contract/settings/define.ts';

export const lanternContract = networkContract({
  id: 'lantern',
  title: 'Lantern',
  kinds: ['lease'],
  units: ['sat'],
  detail: z.object({ boxes: z.number().int().nonnegative() }),
  settings: {
    'networks.lantern.enabled': setting(z.boolean(), false, 'Join Lantern: rent out boxes that are paid in advance.'),
    'networks.lantern.boxes': setting(z.number().int().min(0).max(9), 1, 'How many boxes may run at once.'),
  },
  events: { lit: 'info', dimmed: 'warning' },
  checks: { bright: 'Bright' },
  requests: {},
  consent: {
    version: 1,
    sends: 'The number of its boxes.',
    costs: 'The power that boxes draw.',
    sees: 'A tenant knows this computer’s address.',
    runs: 'What a tenant starts in a box.',
  },
});
