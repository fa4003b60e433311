// The pages of IICP. What a start shows comes with it, the rest when it is first wanted.

import { iicpConsent } from '../../../src-preload/contract/networks/iicp-consent.ts';
import { later } from '../later.tsx';
import type { NetworkPages } from '../pages.ts';
import { causes } from './causes.ts';
import { claims } from './claims.ts';
import { consent } from './consent.ts';
import type { Iicp } from './contract.ts';
import { events } from './events.ts';
import { workWords } from './work.ts';

export const iicp: NetworkPages<Iicp> = {
  states: {
    blocked: 'networks.iicp.state.blocked',
    degraded: 'networks.iicp.state.degraded',
  },
  Overview: later(async () => (await import('./overview.tsx')).Overview),
  Technical: later(async () => (await import('./overview.tsx')).Technical),
  Trouble: later(async () => (await import('./trouble.tsx')).Trouble),
  Settings: later(async () => (await import('./settings.tsx')).Settings),
  what: 'networks.iicp.what',
  consent,
  consentVersion: iicpConsent.version,
  promises: ['networks.iicp.promise.prompts', 'networks.iicp.promise.reach'],
  checks: {
    registered: 'networks.iicp.check.registered',
    healthy: 'networks.iicp.check.healthy',
    reachable: 'networks.iicp.check.reachable',
    discoverable: 'networks.iicp.check.discoverable',
  },
  events,
  workWords,
  causes,
  notMoney: 'networks.iicp.notMoney',
  models: true,
  pricing: {
    Price: later(async () => (await import('./price/price.tsx')).WholePrice),
    First: later(async () => (await import('./price/price.tsx')).FirstPrice),
    counts: 'networks.iicp.pays.counts',
  },
  account: {
    Claiming: later(async () => (await import('./claiming.tsx')).Claiming),
    claims,
  },
  inbound: {
    address: 'networks.iicp.endpoint',
    Advertised: later(async () => (await import('./advertised.tsx')).Advertised),
    relay: {
      Use: later(async () => (await import('./use-relay.tsx')).UseRelay),
      sees: 'networks.iicp.relay.sees',
    },
  },
};
