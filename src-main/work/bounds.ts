// What strangers are held to in the time that they leave for a task, and in what they call and want of a job or lease.

import { type BoundTable, bound, valuesOf } from '../base/bounds.ts';

export const PACE_BOUNDS = {
  surface: 'deadlines',
  rows: {
    enough: bound(
      8,
      'items',
      'So many answers of a model say how quick it is; before that no task’s time is too short.',
    ),
    newest: bound(32, 'items', 'So many are looked at, so that an old one does not stand for today.'),
    freshMs: bound(3_600_000, 'ms', 'Older ones say nothing of today, and what was held to them is tried again.'),
  },
} satisfies BoundTable;

export const PACE = valuesOf(PACE_BOUNDS);

export const JOB_BOUNDS = {
  surface: 'jobs and leases',
  rows: {
    ref: bound(255, 'characters', 'A peer’s own name for it, which is kept for as long as the job is.'),
    what: bound(255, 'characters', 'The capability that is wanted, as it is filtered by.'),
    spec: bound(4096, 'characters', 'What a lease was sold as, in the network’s own words.'),
    customer: bound(255, 'characters', 'A customer’s name in the network, such as a public key.'),
  },
} satisfies BoundTable;

export const JOB = valuesOf(JOB_BOUNDS);
