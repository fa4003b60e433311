// What every network has, whatever it does. What only one has is its `detail`, in a contract file of its own.

import { z } from 'zod';
import { Reason, Time } from '../define.ts';

/**
 * Off: switched off, or not running. Starting: on its way in. Online: work can come; a reason beside it says what is worth knowing.
 * Degraded: something of it fails, and it tries again by itself. Blocked: no work can come before something has changed. The reason
 * says what, with a next step.
 */
export const NetworkState = z.enum(['off', 'starting', 'online', 'degraded', 'blocked']);
export type NetworkState = z.infer<typeof NetworkState>;

/**
 * What a network can do beside what all can. A page shows no button and a command no verb for what is missing.
 * Identity: it knows this node by a name and a key. Renewal and rotation: it takes another name, or another key for the same one.
 * Signing: it vouches for what this node says of itself. Pricing: it has a price to set and tells what others ask. Account: it keeps
 * accounts of its own. Inbound: others come in, and the inbound address can be tried before it is joined. Boxes: it sells containers
 * on this computer to strangers.
 */
export const Capability = z.enum([
  'identity',
  'renewal',
  'rotation',
  'signing',
  'pricing',
  'account',
  'inbound',
  'boxes',
]);
export type Capability = z.infer<typeof Capability>;

export const NetworkCore = z.object({
  title: z.string(),
  /** Switched on by the user. */
  enabled: z.boolean(),
  state: NetworkState,
  reason: Reason.nullable(),
  /** What this computer lacks for its work, each with a next step; empty: it could work. */
  blockers: z.array(Reason),
  /** When it came to this state. */
  since: Time,
  capabilities: z.array(Capability),
  /** Tasks, jobs and leases of this network that run now. */
  working: z.number().int().nonnegative(),
  /** Who this computer is there; null where the network has no such thing, or does not run. */
  nodeId: z.string().nullable(),
  /** The address others are given for this node; null while there is none. */
  address: z.string().nullable(),
  /** Through whom others come, as `host:port`, where no way leads straight to this computer; null where none is needed or has let it in. */
  relay: z.string().nullable(),
  /** Who lists or sees this node, and when that was last proven; null where it never was. */
  seen: z.object({ by: z.string(), at: Time }).nullable(),
  /** Grows with each event of its history, from the start of the node. */
  events: z.number().int().nonnegative(),
});
export type NetworkCore = z.infer<typeof NetworkCore>;

/** Warning: it tries again by itself, or nothing was lost. Error: the user has to do something. */
export const Severity = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof Severity>;
