// The pages of IICP. What a start shows comes with it, the rest when it is first wanted.

import { CircleAlert, HeartPulse, LogIn, LogOut, Moon } from 'lucide-react';
import { type IicpEventKind, REPUTATION, reputationText } from '../../../src-preload/contract/networks/iicp.ts';
import { iicpConsent } from '../../../src-preload/contract/networks/iicp-consent.ts';
import type { Cause } from '../../causes.ts';
import { hostOf, quoted } from '../../format/text.ts';
import type { Key } from '../../i18n/keys.ts';
import type { Speech } from '../../i18n/use-text.ts';
import { later } from '../later.tsx';
import { asked, type Consent, type EventSign, type NetworkPages, type ViewOf } from '../pages.ts';
import type { Iicp } from './contract.ts';
import { workWords } from './work.ts';

/** What one agrees to by joining, with the directory that is set. */
function consent({ detail }: ViewOf<Iicp>, { t }: Pick<Speech, 't'>): Consent {
  const directory = quoted(hostOf(detail.directoryUrl), 80);
  return Object.fromEntries(asked.map((what) => [what, t(`networks.iicp.consent.${what}`, { directory })])) as Consent;
}

/** What happens between this computer and a directory, as the history shows it. */
const events: Readonly<Record<IicpEventKind, EventSign>> = {
  registered: { word: 'networks.iicp.event.registered', tone: 'good', icon: LogIn },
  're-registered': { word: 'networks.iicp.event.re-registered', tone: 'good', icon: LogIn },
  'registration-failed': { word: 'networks.iicp.event.registration-failed', tone: 'warn', icon: CircleAlert },
  beat: { word: 'networks.iicp.event.beat', tone: 'good', icon: HeartPulse },
  'beat-failed': { word: 'networks.iicp.event.beat-failed', tone: 'warn', icon: CircleAlert },
  unreachable: { word: 'networks.iicp.event.unreachable', tone: 'warn', icon: CircleAlert },
  away: { word: 'networks.iicp.event.away', tone: 'neutral', icon: Moon },
  deregistered: { word: 'networks.iicp.event.deregistered', tone: 'neutral', icon: LogOut },
  'deregistration-failed': { word: 'networks.iicp.event.deregistration-failed', tone: 'warn', icon: CircleAlert },
};

/** What keeps tasks away although the directory lists this computer: what it thinks of it. */
function causes({ id, title, detail: { reputation } }: ViewOf<Iicp>): readonly Cause[] {
  if (reputation === null || reputation >= REPUTATION.good) return [];
  const values = { network: title, value: reputationText(reputation) };
  return reputation < REPUTATION.shown
    ? [{ id: `hidden:${id}`, weight: 'blocks', why: 'networks.iicp.why.hidden', values, fix: 'toNetwork' }]
    : [{ id: `low-reputation:${id}`, weight: 'slows', why: 'networks.iicp.why.low-reputation', values, fix: 'toWork' }];
}

/** Why a claim waits or has failed: codes of this node's own, and of the directory's answers. */
const claims: Readonly<Record<string, Key>> = {
  'too-old': 'networks.iicp.claim.tooOld',
  'new-identity': 'networks.iicp.claim.newIdentity',
  self_query: 'networks.iicp.claim.selfQuery',
  self_query_excluded: 'networks.iicp.claim.selfQuery',
  'not-awarded': 'networks.iicp.claim.notAwarded',
  'IICP-E027': 'networks.iicp.claim.wrongKey',
  replayed: 'networks.iicp.claim.unclear',
  'not-in-books': 'networks.iicp.claim.unclear',
  'books-too-long': 'networks.iicp.claim.unclear',
  'no-books': 'networks.iicp.claim.unclear',
  'not-listed': 'networks.iicp.claim.notListed',
  'too-high': 'networks.iicp.claim.tooHigh',
  'hour-full': 'networks.iicp.claim.hourFull',
  'books-disagree': 'networks.iicp.claim.booksDisagree',
  'clocks-differ': 'networks.iicp.claim.clocksDiffer',
  'iicp.directory-unreachable': 'networks.iicp.claim.unreachable',
};

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
