import { z } from 'zod';
import { Reason, request, Time } from './define.ts';

const Count = z.number().int().nonnegative();

export const SHORTEST_FRAGMENT = 6;

/** What was found on this computer's disk of words that should be nowhere. Times in milliseconds. */
export const AuditView = z.object({
  at: Time,
  took: z.number().nonnegative(),
  /** Nothing was found and nothing had to be left out. */
  clean: z.boolean(),
  /** The folders and files that are Hearth's own, with what was read in each. */
  looked: z.array(z.object({ path: z.string(), files: Count, bytes: Count })),
  /** `fragment` counts from 0 in the order they were given; -1 is the marker of a rehearsal, -2 a secret of the wallet. */
  found: z.array(z.object({ fragment: z.number().int(), file: z.string(), offset: Count, form: z.string() })),
  /** Files that could not be read, and why. */
  left: z.array(z.object({ file: z.string(), code: z.string() })),
  /** Whether a task with a marker of its own was sent through a node first, and its folder searched before it was removed. */
  rehearsed: z.object({ state: z.enum(['no', 'yes', 'failed']), reason: Reason }),
});
export type AuditView = z.infer<typeof AuditView>;

export const auditRequests = {
  /**
   * Searches the data folder, the logs and what lies in the temporary folder for the given words, in plain text and in the
   * ways programs write text. The words are kept nowhere. Where there is a wallet, its words, its seed and the secrets of some of its
   * proofs are looked for as well. With `rehearse`, a rehearsal with a unique marker in its prompt runs
   * first, and its own folder is searched too: the proof that prompts leave no trace.
   */
  'audit.run': request(
    z
      .object({
        fragments: z.array(z.string().min(SHORTEST_FRAGMENT).max(2000)).max(16),
        rehearse: z.boolean().default(false),
      })
      .refine(({ fragments, rehearse }) => rehearse || fragments.length > 0, 'words to look for are needed'),
    AuditView,
  ),
};
