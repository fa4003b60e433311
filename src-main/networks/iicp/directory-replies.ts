// What a directory may answer (IICP 1.1 to 1.4): what is read of it, and in which bounds.

import { z } from 'zod';

/** A name the directory gave us travels in headers: printable and short. */
const Token = z.string().regex(/^[\x21-\x7e]{1,4096}$/);

export const Grant = z.object({
  node_token: Token.optional(),
  token: Token.optional(),
  node_hmac_key: z.string().max(1024).nullish().catch(undefined),
});

export const BeatReply = z.object({
  next_heartbeat_ms: z.number().positive().optional().catch(undefined),
  reputation_score: z.number().min(0).max(1).optional().catch(undefined),
  metrics_batch_accepted: z.string().max(64).nullish().catch(undefined),
  challenge: z.string().min(1).max(256).optional().catch(undefined),
});
export type BeatReply = z.infer<typeof BeatReply>;

export const Key = z.object({ public_key: z.string().regex(/^[0-9a-f]{64}$/i), algorithm: z.literal('ed25519') });
export const Award = z.object({
  awarded: z.number().min(0).max(1e9),
  excluded: z.string().max(64).optional().catch(undefined),
});

export const Credits = z.object({
  balance: z.number().min(-1e9).max(1e9),
  total_earned: z.number().min(0).max(1e9).optional().catch(undefined),
  total_spent: z.number().min(0).max(1e9).optional().catch(undefined),
});

export const Transactions = z.object({
  transactions: z
    .array(
      z.object({
        id: z.union([z.string().min(1).max(255), z.number().int()]).transform(String),
        type: z.string().max(64).catch(''),
        amount: z.number().min(-1e9).max(1e9),
        task_id: z.string().max(255).nullish().catch(undefined),
        created_at: z.string().max(64),
      }),
    )
    .max(100),
});
export const Entry = z.object({ routable: z.boolean() });
export const Nodes = z.object({ nodes: z.array(z.unknown()) });
export const Ticket = z.object({ ticket: Token });
export const Probe = z.object({ reachable: z.boolean() });

export const Listing = z.object({ routable: z.boolean().optional().catch(undefined) });
export type Listing = z.infer<typeof Listing>;

const Offer = z.object({ node_id: z.string().optional().catch(undefined), cx_public_key: z.unknown() });
export type Offer = z.infer<typeof Offer>;
export const Offers = z.object({ nodes: z.array(Offer).max(50) });
