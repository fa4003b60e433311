// The steps of the first run in their order. A new one is an entry here, a component beside this file, and its texts.

import { pagesOf } from '../../networks/lookup.ts';
import type { NetworkPages } from '../../networks/pages.ts';
import { Computer } from './computer.tsx';
import { Found } from './found.tsx';
import { Identity } from './identity.tsx';
import { Live } from './live.tsx';
import { Networks } from './networks.tsx';
import { PriceStep } from './price.tsx';
import { Reach } from './reach.tsx';
import { RehearsalStep } from './rehearsal.tsx';
import { Safety } from './safety.tsx';
import type { Facts, Step } from './step.ts';
import { Welcome } from './welcome.tsx';
import { WhenStep } from './when.tsx';

const always = () => true;

/** Where one of the networks that can be joined has it. */
const where =
  (has: (pages: NetworkPages) => boolean) =>
  ({ networks }: Facts) =>
    networks.some(({ id }) => has(pagesOf(id)));

export const steps: readonly Step[] = [
  { id: 'welcome', title: 'setup.welcome.title', component: Welcome, exists: always },
  { id: 'found', title: 'setup.found.title', component: Found, exists: always },
  { id: 'computer', title: 'setup.computer.title', component: Computer, exists: always },
  { id: 'when', title: 'setup.when.title', component: WhenStep, exists: always },
  { id: 'networks', title: 'setup.networks.title', component: Networks, exists: always },
  { id: 'reach', title: 'setup.reach.title', component: Reach, exists: where(({ inbound }) => inbound !== undefined) },
  {
    id: 'price',
    title: 'setup.price.title',
    component: PriceStep,
    exists: where(({ pricing }) => pricing !== undefined),
  },
  { id: 'identity', title: 'setup.identity.title', component: Identity, exists: always },
  { id: 'safety', title: 'setup.safety.title', component: Safety, exists: always },
  { id: 'rehearsal', title: 'setup.rehearsal.title', component: RehearsalStep, exists: where(({ models }) => models) },
  { id: 'live', title: 'setup.live.title', component: Live, exists: always },
];
