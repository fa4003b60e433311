import { z } from 'zod';
import { setting } from './define.ts';

/** What is still to be reported of a task or counted for a day happens long before. */
export const LEAST_KEEP_DAYS = 7;

export const storageSettings = {
  'storage.keepDays': setting(
    z.number().int().min(LEAST_KEEP_DAYS).max(36_500).nullable(),
    365,
    'How many days finished tasks are kept that earned nothing; null keeps them for good. What earned is always kept.',
  ),
  'storage.megabytes': setting(
    z.number().int().min(64).max(1_048_576).nullable(),
    null,
    'How large database and logs may grow together. Above it, tasks that earned nothing go after a week; null: no such bound.',
  ),
};
