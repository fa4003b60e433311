// What the data folder holds and how large it is.

import { z } from 'zod';
import { Nothing, Reason, request, Time } from './define.ts';

export const StoragePart = z.enum(['database', 'backups', 'logs', 'keys', 'other']);
export type StoragePart = z.infer<typeof StoragePart>;

const Bytes = z.number().int().nonnegative();
const Count = z.number().int().nonnegative();

export const StorageView = z.object({
  at: Time,
  folder: z.string(),
  parts: z.array(z.object({ part: StoragePart, bytes: Bytes, files: Count })),
  totalBytes: Bytes,
  /** Of the disk; null where it does not tell. */
  freeBytes: Bytes.nullable(),
  /** What of the database's file is in use: the rest is kept for new rows and given to no other program. */
  databaseUsedBytes: Bytes,
  /** The setting storage.megabytes binds database and logs together; `over` when they are larger. */
  budget: z.object({ bytes: Bytes, usedBytes: Bytes, over: z.boolean() }).nullable(),
  rows: z.object({ tasks: Count, entries: Count }),
  /** Letting go of tasks that earned nothing. */
  pruning: z.object({
    /** Null: they are kept for good. */
    keepDays: z.number().int().positive().nullable(),
    /** Tasks that went when it last ran, and when; null before. */
    last: z.object({ at: Time, removed: Count }).nullable(),
    failure: Reason.nullable(),
  }),
});
export type StorageView = z.infer<typeof StorageView>;

/** Looked at anew every few seconds at most. */
export const storageRequests = { 'storage.get': request(Nothing, StorageView) };
