// IICP: answers AI tasks that strangers send, found through a directory.

import { z } from 'zod';
import { Reason, Time } from '../define.ts';
import { networkContract } from './contract.ts';
import { iicpConsent } from './iicp-consent.ts';
import { iicpSettings } from './iicp-settings.ts';

/** What directories make of a node's reputation, from 0 to 1: below the one they do not list it, below the other they name others first. */
export const REPUTATION = { shown: 0.1, good: 0.4 } as const;

/** For people, in hundredths. Rounded down: what is below a bound must not be shown as that bound. */
export const reputationText = (value: number) => (Math.floor(value * 100 + 1e-6) / 100).toFixed(2);

/** Another node that answered this one lately; what it says of itself is a stranger's word. */
const Peer = z.object({ nodeId: z.string(), endpoint: z.string(), region: z.string(), answeredAt: Time });

export const IicpDetail = z.object({
  directoryUrl: z.string(),
  /** Where the task server listens, `host:port`; null while it does not. */
  listening: z.string().nullable(),
  registeredAt: Time.nullable(),
  heartbeat: z.object({
    sequence: z.number().int().nonnegative(),
    lastAcceptedAt: Time.nullable(),
    nextAt: Time.nullable(),
    failure: Reason.nullable(),
  }),
  reputation: z.number().nullable(),
  /** Nodes that this one exchanges peers with, the newest answer first, and how many more were heard of; null while it does not. */
  mesh: z.object({ peers: z.array(Peer).max(20), answered: z.number().int(), heardOf: z.number().int() }).nullable(),
  /** How many nodes this one passes tasks on to; null while it is no relay. */
  relayed: z.number().int().nonnegative().nullable(),
});
export type IicpDetail = z.infer<typeof IicpDetail>;

export const iicpContract = networkContract({
  id: 'iicp',
  title: 'IICP',
  kinds: ['task'],
  units: { credit: { en: { one: 'credit', other: 'credits' }, de: { one: 'Credit', other: 'Credits' } } },
  consent: iicpConsent,
  detail: IicpDetail,
  settings: iicpSettings,
  events: {
    registered: 'info',
    're-registered': 'info',
    'registration-failed': 'warning',
    beat: 'info',
    'beat-failed': 'warning',
    unreachable: 'warning',
    away: 'info',
    deregistered: 'info',
    'deregistration-failed': 'warning',
  },
  checks: { registered: 'Registered', healthy: 'Healthy', reachable: 'Reachable', discoverable: 'Discoverable' },
  requests: {},
});
export type IicpEventKind = keyof typeof iicpContract.events;
export type IicpCheckId = keyof typeof iicpContract.checks;
