// Parcel, the network of the tests: parcels to weigh are leased from a manager, shelves are paid for in advance. Very unlike IICP
// on purpose: nothing is asked over HTTP of this computer, no model is needed, and it pays in stamps.

import { z } from 'zod';
import { request } from '../../../src-preload/contract/define.ts';
import { networkContract } from '../../../src-preload/contract/networks/contract.ts';
import { setting } from '../../../src-preload/contract/settings/define.ts';

export const parcelContract = networkContract({
  id: 'parcel',
  title: 'Parcel',
  kinds: ['job', 'lease'],
  units: ['stamp'],
  detail: z.object({ managerUrl: z.string(), weighed: z.number().int().nonnegative() }),
  settings: {
    'networks.parcel.enabled': setting(z.boolean(), false, 'Join Parcel: weigh parcels, and let shelves.'),
    'networks.parcel.managerUrl': setting(z.url(), 'http://127.0.0.1:9/', 'The manager that leases parcels.'),
  },
  events: { joined: 'info', left: 'info', 'manager-away': 'warning' },
  checks: { manager: 'Manager' },
  requests: { waiting: request(z.undefined(), z.object({ parcels: z.number().int().nonnegative() })) },
  consent: {
    version: 1,
    sends: 'The name of this computer and what it has room for.',
    costs: 'Power, and room for parcels.',
    sees: 'The manager sees this computer’s address.',
    runs: 'The weighing of parcels, and nothing else.',
  },
});
