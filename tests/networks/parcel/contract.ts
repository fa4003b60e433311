// Parcel, the network of the tests: parcels to weigh are leased from a manager, shelves are paid for in advance. As unlike IICP as
// one may be: others do not come in to this computer, no model is needed, there is no price to set, and it pays in stamps.

import { z } from 'zod';
import { request } from '../../../src-preload/contract/define.ts';
import { networkContract } from '../../../src-preload/contract/networks/contract.ts';
import { setting } from '../../../src-preload/contract/settings/define.ts';

const Count = z.number().int().nonnegative();

export const parcelContract = networkContract({
  id: 'parcel',
  title: 'Parcel',
  kinds: ['job', 'lease'],
  units: { stamp: { en: { one: 'stamp', other: 'stamps' }, de: { one: 'Marke', other: 'Marken' } } },
  detail: z.object({ managerUrl: z.string(), weighed: Count, shelves: Count }),
  settings: {
    'networks.parcel.enabled': setting(z.boolean(), false, 'Join Parcel: weigh parcels, and let shelves.'),
    'networks.parcel.managerUrl': setting(z.url(), 'http://127.0.0.1:9/', 'The manager that leases parcels.'),
    'networks.parcel.shelves': setting(z.number().int().min(0).max(9), 2, 'How many shelves may be let at once.'),
  },
  events: { joined: 'info', left: 'info', 'manager-away': 'warning' },
  checks: { manager: 'Manager' },
  requests: { waiting: request(z.undefined(), z.object({ parcels: Count })) },
  consent: {
    version: 1,
    sends: 'Parcels to weigh, and orders for shelves.',
    pays: 'Stamps.',
    costs: 'Power, and room for parcels.',
    sees: 'The manager at {{managerUrl}} sees this computer’s address.',
    runs: 'Those who run the manager.',
  },
});
