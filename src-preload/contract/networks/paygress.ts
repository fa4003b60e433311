// Paygress: sells containers on this computer by the second, for ecash; offered and asked for over Nostr.

import { z } from 'zod';
import { inFront, Nothing, Reason, request, Time } from '../define.ts';
import { networkContract } from './contract.ts';
import { paygressConsent } from './paygress-consent.ts';
import { PaygressSpec, paygressSettings } from './paygress-settings.ts';

const Count = z.number().int().nonnegative();

/** Until when, for whom and for what. What its customer chose stands as they wrote it. */
const Lease = z.object({
  /** Of the house; customers know it as container-<id>. */
  id: z.number().int(),
  /** npub; null: somebody without a key, over HTTP. */
  customer: z.string().nullable(),
  spec: z.string(),
  image: z.string(),
  workload: z.string().nullable(),
  state: z.enum(['reserved', 'prepared', 'paid', 'active', 'ending', 'closed']),
  /** How it ended; null while it has not. */
  endedAs: z.enum(['done', 'refused', 'failed', 'evicted']).nullable(),
  createdAt: Time,
  startedAt: Time.nullable(),
  paidUntil: Time,
  rateMsat: Count,
  paidMsat: Count,
  /** What its customer would get back if it ended now. */
  backMsat: Count,
  /** What was given back, and what is still to be. */
  refundedMsat: Count,
  refundDueMsat: Count,
  /** Host port and what is behind it. */
  ports: z.array(z.object({ port: z.number().int(), boxPort: z.number().int(), label: z.string() })),
});
export type PaygressLease = z.infer<typeof Lease>;

const MOST_MACHINES = 4000;

/** Machines that others have on offer, at the relays of this provider. */
export const PaygressMarket = z.object({
  providers: Count,
  machines: z.array(z.object({ cpuMillicores: Count, memoryMiB: Count, rateMsat: Count })).max(MOST_MACHINES),
});
export type PaygressMarket = z.infer<typeof PaygressMarket>;

const Relay = z.object({
  url: z.string(),
  open: z.boolean(),
  /** Why not, or what it said last; null: nothing. */
  said: z.string().nullable(),
  name: z.string().nullable(),
});

export const PaygressDetail = z.object({
  /** null while no key was made. */
  npub: z.string().nullable(),
  name: z.string(),
  address: z.string(),
  relays: z.array(Relay),
  mints: z.array(z.string()),
  specs: z.array(PaygressSpec),
  /** Of those, by their ids, what is not on offer here now, and why. */
  withheld: z.array(z.object({ id: z.string(), reason: Reason })),
  /** Slugs of templates that can be run here now. */
  templates: z.array(z.string()),
  /** Why nothing is sold now; null: it is. */
  closed: Reason.nullable(),
  /** What is free for customers now. */
  free: z.object({ cpuMillicores: Count, memoryMiB: Count, diskMiB: Count }).nullable(),
  offeredAt: Time.nullable(),
  beatAt: Time.nullable(),
  uptimePercent: z.number().min(0).max(100),
  jobsDone: Count,
  /** Those that run or are being made or cleaned up. */
  leases: z.array(Lease),
  /** Refunds that wait for their mint. */
  refundsWaiting: z.object({ n: Count, msat: Count }),
  refused: z.array(z.object({ type: z.string(), count: Count, at: Time })),
});
export type PaygressDetail = z.infer<typeof PaygressDetail>;

export const paygressContract = networkContract({
  id: 'paygress',
  title: 'Paygress',
  kinds: ['lease'],
  units: {
    sat: { en: { one: 'sat', other: 'sat' }, de: { one: 'sat', other: 'sat' } },
    msat: { en: { one: 'msat', other: 'msat' }, de: { one: 'msat', other: 'msat' } },
  },
  consent: paygressConsent,
  detail: PaygressDetail,
  settings: paygressSettings,
  events: {
    offered: 'info',
    'relays-away': 'warning',
    'lease-began': 'info',
    'lease-ended': 'info',
    'lease-failed': 'warning',
    refunded: 'info',
    left: 'info',
  },
  checks: {
    relays: 'Relays',
    offer: 'Offer read back',
    heartbeat: 'Heartbeat',
    mint: 'Mint',
    boxes: 'Containers hold',
    address: 'Address and ports',
    http: 'HTTP',
  },
  rehearsal: {
    holds: 'Container engine found, and a container holds',
    offered: 'Offer and heartbeat read from a relay',
    rented: 'Rented, and paid with ecash',
    used: 'Opened by its customer',
    lengthened: 'Topped up',
    ended: 'Gone when its time was over',
    booked: 'Booked',
    'cleaned-up': 'Cleaned up',
  },
  requests: {
    /** Newest first, those that are over too. */
    leases: request(
      z.object({ before: z.number().int().optional(), limit: z.number().int().min(1).max(200).default(50) }),
      z.object({ items: z.array(Lease), next: z.number().int().nullable() }),
    ),
    /** Ends one before its time: what is left of the payment goes back. Refused with `paygress.no-lease`. */
    end: inFront(request(z.object({ id: z.number().int() }), z.object({ id: z.number().int() }))),
    /** Tries the refunds that wait again, at once. */
    refund: request(Nothing, z.object({ n: Count, msat: Count })),
    /** What others ask now. Refused with `paygress.not-running`: then no relay is asked. */
    market: request(Nothing, PaygressMarket),
    /** The secret key, for its owner's eyes. */
    showKey: inFront(request(Nothing, z.object({ nsec: z.string() }))),
    /**
     * A key of one's own in place of none, or with `replace` of the one that there is: who knows that finds this computer no more. Only
     * while it does not run (`paygress.key-in-use`), and while nothing is owed by the one before (`paygress.key-held`).
     */
    bringKey: inFront(
      request(
        z.object({
          key: z.string().max(1024),
          password: z.string().max(1024).optional(),
          replace: z.boolean().default(false),
        }),
        z.object({ npub: z.string() }),
      ),
    ),
  },
});
export type PaygressEventKind = keyof typeof paygressContract.events;
export type PaygressCheckId = keyof typeof paygressContract.checks;
