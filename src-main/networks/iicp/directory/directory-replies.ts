// What a directory may answer (IICP 1.1 to 1.4): what is read of it, and in which bounds.

import { z } from 'zod';
import { microOf } from '../pricing/micro.ts';

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
const MOST_MICRO = 1e15;
/** Credits, as a number or as text; read as micro-credits. */
const Micro = z
  .union([z.number(), z.string().max(32)])
  .transform(microOf)
  .pipe(z.number().int().min(-MOST_MICRO).max(MOST_MICRO));
const Given = Micro.pipe(z.number().min(0));

/** Nothing is given to a node that paid itself: the official directories say so with a mark and a reason, older ones with the reason. */
export const Award = z.object({
  awarded: Given,
  excluded: z
    .union([z.boolean(), z.string().max(64)])
    .optional()
    .catch(undefined),
  reason: z.string().max(64).optional().catch(undefined),
});

export const Credits = z.object({
  balance: Micro,
  total_earned: Given.optional().catch(undefined),
  total_spent: Given.optional().catch(undefined),
  reconciles: z.boolean().optional().catch(undefined),
});

const ZONELESS = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)$/;

/** Epoch milliseconds; a time without a zone is universal. 0: none that can be read. */
const Moment = z
  .string()
  .max(64)
  .transform((text) => Date.parse(text.replace(ZONELESS, '$1T$2Z')) || 0)
  .catch(0);

export const Transactions = z.object({
  transactions: z
    .array(
      z.object({
        id: z.union([z.string().min(1).max(255), z.number().int()]).transform(String),
        type: z.string().max(64).catch(''),
        amount: Micro,
        task_id: z.string().max(255).nullish().catch(undefined),
        reason: z.string().max(255).nullish().catch(undefined),
        created_at: Moment,
      }),
    )
    .max(100),
  /** How many it tells at once, where it says so. */
  per_page: z.number().int().positive().optional().catch(undefined),
});
export const Entry = z.object({ routable: z.boolean() });
export const Nodes = z.object({ nodes: z.array(z.unknown()) });
export const Ticket = z.object({ ticket: Token });
export const Probe = z.object({ reachable: z.boolean() });

export const Listing = z.object({ routable: z.boolean().optional().catch(undefined) });
export type Listing = z.infer<typeof Listing>;

const Offer = z.object({
  node_id: z.string().optional().catch(undefined),
  cx_public_key: z.unknown(),
  pricing: z
    .object({
      credit_cost_multiplier: z.number().min(0).max(1000),
      pricing_model: z.enum(['per_token', 'per_request', 'flat']).default('per_token'),
    })
    .optional()
    .catch(undefined),
});
export type Offer = z.infer<typeof Offer>;
export const Offers = z.object({ nodes: z.array(Offer).max(50) });
