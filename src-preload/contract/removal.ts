import { z } from 'zod';
import { inFront, Nothing, Reason, request } from './define.ts';

/**
 * `keys` is who this node is and what it earned: the database and the key that seals its secrets. `boxes` tells of the boxes of strangers at
 * this computer's engine, which go first.
 */
export const RemovalKind = z.enum([
  'keys',
  'backups',
  'logs',
  'practice',
  'window',
  'earlier',
  'boxes',
  'other',
  'autostart',
]);
export type RemovalKind = z.infer<typeof RemovalKind>;

export const RemovalItem = z.object({
  kind: RemovalKind,
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Stays where only the rest is removed. */
  kept: z.boolean(),
});
export type RemovalItem = z.infer<typeof RemovalItem>;

/** What no program can take back, or this one should not. */
export const Remainder = Reason.pick({ code: true, values: true }).extend({ says: z.string() });
export type Remainder = z.infer<typeof Remainder>;

export const RemovalView = z.object({ items: z.array(RemovalItem), remains: z.array(Remainder) });
export type RemovalView = z.infer<typeof RemovalView>;

/** To be typed by a person, letter by letter. */
export const REMOVAL_WORDS = 'remove everything';

export const removalRequests = {
  /** What there is to remove, and what would stay in any case. Changes nothing. */
  'removal.get': request(
    Nothing,
    /** `walletSat`: what the wallet holds, which goes with the keys, and only where just this much is given up. */
    RemovalView.extend({ walletSat: z.number().int().nonnegative() }),
  ),
  /**
   * Leaves the networks, removes the autostart and the files, and ends the node: this is the last answer. Items of kind `keys`
   * and `backups` stay unless `keepKeys` is false; then it is refused while the wallet holds anything, unless `giveUp` is just that
   * many sat. `items` of the answer are what was to go and is still there, or was kept.
   */
  'removal.run': inFront(
    request(
      z.object({
        confirm: z.literal(REMOVAL_WORDS),
        keepKeys: z.boolean().default(true),
        giveUp: z.number().int().optional(),
      }),
      RemovalView,
    ),
  ),
};
