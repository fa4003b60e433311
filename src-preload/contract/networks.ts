import { z } from 'zod';
import { live, Nothing, Reason, request, Time } from './define.ts';

export const NetworkId = z.enum(['iicp']);
export type NetworkId = z.infer<typeof NetworkId>;

/** Off: switched off. Offline: serving but not listed. Local: listening, deliberately not registered. Online: listed and beating. */
export const RegistrationState = z.enum(['off', 'local', 'registering', 'online', 'offline', 'parked']);
export type RegistrationState = z.infer<typeof RegistrationState>;

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
});
export type NetworkView = z.infer<typeof NetworkView>;

export const networksRequests = { 'networks.get': request(Nothing, live(z.array(NetworkView))) };
export const networksPushes = { 'networks.changed': live(z.array(NetworkView)) };
