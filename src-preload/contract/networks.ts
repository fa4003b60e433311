import { z } from 'zod';
import { inFront, live, Nothing, Reason, request, Time } from './define.ts';

export const NetworkId = z.enum(['iicp']);
export type NetworkId = z.infer<typeof NetworkId>;

/** Off: switched off. Offline: serving but not listed. Local: listening, deliberately not registered. Online: listed and beating. */
export const RegistrationState = z.enum(['off', 'local', 'registering', 'online', 'offline', 'parked']);
export type RegistrationState = z.infer<typeof RegistrationState>;

/** What directories make of a node's reputation, from 0 to 1: below the one they show it to nobody, below the other they name others first. */
export const REPUTATION = { shown: 0.1, good: 0.4 } as const;

/** For people, in hundredths. Rounded down: what is below a bound must not be shown as that bound. */
export const reputationText = (value: number) => (Math.floor(value * 100 + 1e-6) / 100).toFixed(2);

/** Another node that answered this one lately; what it says of itself is a stranger's word. */
export const Peer = z.object({ nodeId: z.string(), endpoint: z.string(), region: z.string(), answeredAt: Time });
export type Peer = z.infer<typeof Peer>;

export const NetworkView = z.object({
  id: NetworkId,
  title: z.string(),
  enabled: z.boolean(),
  registration: RegistrationState,
  reason: Reason.nullable(),
  directoryUrl: z.string().nullable(),
  /** The address others are told; null while there is none. */
  endpoint: z.string().nullable(),
  /** Where the task server listens, `host:port`; null while it does not. */
  listening: z.string().nullable(),
  nodeId: z.string().nullable(),
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
  /** The relay through which others come, as `host:port`; null while none is needed or has let this node in. */
  relay: z.string().nullable(),
  /** How many nodes this one passes tasks on to; null while it is no relay. */
  relayed: z.number().int().nonnegative().nullable(),
});
export type NetworkView = z.infer<typeof NetworkView>;

export const NetworkEventKind = z.enum([
  'registered',
  're-registered',
  'registration-failed',
  'beat',
  'beat-failed',
  'away',
  'deregistered',
  'deregistration-failed',
]);
export type NetworkEventKind = z.infer<typeof NetworkEventKind>;

/** Something that happened between this node and a network's directory; the same again and again is one event with a count. */
export const NetworkEvent = z.object({
  id: z.number().int(),
  kind: NetworkEventKind,
  /** The first time and the last. */
  at: Time,
  until: Time,
  count: z.number().int().positive(),
  /** Why, where it failed. */
  reason: Reason.nullable(),
  /** How long the last one took. */
  tookMs: z.number().int().nonnegative().nullable(),
});
export type NetworkEvent = z.infer<typeof NetworkEvent>;

export const NetworkHistory = z.object({
  /** Newest first; the newest may still grow. The last 500 are kept. */
  items: z.array(NetworkEvent),
  next: z.number().int().nullable(),
});
export type NetworkHistory = z.infer<typeof NetworkHistory>;

/** One thing that others must see of this node; `reason` says how it is, and what to do next. */
export const CheckLine = z.object({
  id: z.enum(['registered', 'healthy', 'reachable', 'discoverable']),
  /** Warning: not as it should be, or nobody could tell. */
  state: z.enum(['ok', 'warning', 'failed', 'skipped']),
  reason: Reason,
});
export type CheckLine = z.infer<typeof CheckLine>;

export const NetworkCheck = z.object({ id: NetworkId, at: Time, ok: z.boolean(), lines: z.array(CheckLine) });
export type NetworkCheck = z.infer<typeof NetworkCheck>;

export const networksRequests = {
  'networks.get': request(Nothing, live(z.array(NetworkView))),
  /** `before` is the `next` of the page before. */
  'networks.history': request(
    z.object({
      id: NetworkId,
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    NetworkHistory,
  ),
  /** Looks at this node as others would, within 20 s. */
  'networks.check': request(z.object({ id: NetworkId }), NetworkCheck),
  /**
   * Makes this computer's identity at a network, without joining it, so that a backup can hold it from the beginning. Where
   * there is one already it stays as it is.
   */
  'networks.identify': request(z.object({ id: NetworkId }), z.object({ nodeId: z.string(), publicKey: z.string() })),
  /**
   * Takes another key for what clients seal to this computer; what was sealed to the one before is opened for 90 days more.
   * Refused with `iicp.rotation-...` where the directory would not take it. Backups made before hold the old key alone.
   */
  'networks.rotateKey': inFront(request(z.object({ id: NetworkId }), z.object({ publicKey: z.string() }))),
  /**
   * Becomes somebody else at a network, where its directory will never again believe who this computer was: leaves it, and joins
   * it anew where it is switched on. What was earned and not received yet is given up, the reputation begins anew. Who it was
   * stays in the data folder and in backups. Takes as long as the tasks that run.
   */
  'networks.newIdentity': inFront(
    request(z.object({ id: NetworkId }), z.object({ nodeId: z.string(), publicKey: z.string() })),
  ),
};
export const networksPushes = { 'networks.changed': live(z.array(NetworkView)) };
