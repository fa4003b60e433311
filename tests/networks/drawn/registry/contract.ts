// What pages need to know of the networks that there are drawings of, beside the shipped ones.
import { z } from 'zod';
import { type NetworkContract, networkContract } from '../../../../src-preload/contract/networks/contract.ts';
import { networkContracts as shipped } from '../../../../src-preload/contract/networks/registry.ts';
import { setting } from '../../../../src-preload/contract/settings/define.ts';

const sat = { en: { one: 'sat', other: 'sat' }, de: { one: 'Sat', other: 'Sat' } };
const own = {
  detail: z.object({}),
  events: {},
  checks: {},
  requests: {},
  consent: { version: 1, sends: '', pays: '', costs: '', sees: '', runs: '' },
} as const satisfies Partial<NetworkContract>;

export const networkContracts = {
  ...shipped,
  leases: networkContract({
    ...own,
    id: 'leases',
    title: 'Leases',
    kinds: ['lease'],
    units: { sat },
    settings: { 'networks.leases.enabled': setting(z.boolean(), false, 'Join Leases.') },
  }),
  jobs: networkContract({
    ...own,
    id: 'jobs',
    title: 'Jobs',
    kinds: ['job'],
    units: {},
    settings: { 'networks.jobs.enabled': setting(z.boolean(), false, 'Join Jobs.') },
  }),
  mesh: networkContract({
    ...own,
    id: 'mesh',
    title: 'Mesh',
    kinds: [],
    units: {},
    settings: { 'networks.mesh.enabled': setting(z.boolean(), false, 'Join Mesh.') },
  }),
} as const;
