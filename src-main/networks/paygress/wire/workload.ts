// How long a workload is to live on: what its customer asks for, and what a provider makes of it.

import { z } from 'zod';
import { fromBase64url } from '../../../base/base64.ts';
import { WIRE } from './bounds.ts';
import { Count, PublicKey, Text, Version } from './fields.ts';

export const Replication = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('none') }),
  z.object({ mode: z.literal('checkpointed') }),
  /** In the order in which they take over. */
  z.object({ mode: z.literal('warm-standby'), standby_providers: z.array(PublicKey).max(WIRE.standbys) }),
]);
export type Replication = z.infer<typeof Replication>;

/** Never sent by customers. */
export const RestartPolicy = z.discriminatedUnion('policy', [
  z.object({ policy: z.literal('never') }),
  z.object({ policy: z.literal('on-failure'), max_attempts: Count.max(0xff) }),
]);
export type RestartPolicy = z.infer<typeof RestartPolicy>;

export const DEFAULT_RESTART_POLICY: RestartPolicy = { policy: 'on-failure', max_attempts: 3 };

/** As it was asked for; `volumeKey` says whether it can be done. */
export const VolumeEncryption = z.object({ version: Version, algorithm: Text(WIRE.name), key_b64: Text(WIRE.name) });
export type VolumeEncryption = z.infer<typeof VolumeEncryption>;

const KEY_BYTES = 32;

/** undefined: another version, another algorithm or no key of it. Nobody gets a volume in the open who asked for a sealed one. */
export function volumeKey({ version, algorithm, key_b64 }: VolumeEncryption): Uint8Array | undefined {
  if (version !== 1 || algorithm !== 'luks2-aes-xts') return undefined;
  const key = fromBase64url(key_b64);
  return key?.length === KEY_BYTES ? key : undefined;
}
