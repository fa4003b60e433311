// What is inside the sealed body, compressed: the length of a description (4 bytes), the description in JSON, and the database.
// The description holds the data key too, which makes the sealed values within the database worth something.

import { createReadStream } from 'node:fs';
import { open, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { BackupFacts } from '../../src-preload/contract/backup.ts';
import { HearthError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Cost } from '../secrets/kdf.ts';
import { isCode } from '../storage/files.ts';
import { BACKUP_LIMITS } from './bounds.ts';
import { BackupDamaged, BackupTooLarge, BackupTooNew, NoSpace } from './errors.ts';
import { type Head, readSealed, writeSealed } from './sealed-file.ts';

/** Of the description. A later one may say more; an older Hearth would not know what to do with that. */
const FORMAT = 1;
/** Most of what can be won, at four times the speed of the usual level. */
const LEVEL = 3;

const Description = z.object({
  format: z.literal(FORMAT),
  facts: BackupFacts,
  /** Base64url, 32 bytes. */
  dataKey: z.base64url().length(43),
  databaseBytes: z.number().int().positive(),
});
export type Description = z.infer<typeof Description>;

export interface PackOptions {
  readonly passphrase: string;
  readonly signal: AbortSignal;
  /** Called with the part done, from 0 to 1. */
  readonly progress: (done: number) => void;
}

/** Writes `to`, 0600, which must not be there yet. `database` is a copy that nothing writes to. */
export async function pack(
  deps: { readonly random: Random },
  { to, database, facts, dataKey }: { to: string; database: string; facts: BackupFacts; dataKey: Uint8Array },
  { passphrase, signal, progress, cost }: PackOptions & { readonly cost?: Cost | undefined },
): Promise<Head> {
  const file = await open(to, 'wx', 0o600);
  try {
    const { size } = await stat(database);
    const description: Description = {
      format: FORMAT,
      facts,
      dataKey: Buffer.from(dataKey).toString('base64url'),
      databaseBytes: size,
    };
    let head: Head | undefined;
    await pipeline(
      () => plainOf(description, database, progress),
      createGzip({ level: LEVEL }),
      async (compressed: AsyncIterable<Buffer>) => {
        head = await writeSealed(deps, file, { passphrase, madeAt: facts.madeAt, cost }, compressed);
      },
      { signal },
    );
    return head!;
  } catch (error) {
    throw isCode(error, 'ENOSPC') ? new NoSpace(error) : error;
  } finally {
    await file.close();
  }
}

/**
 * Proves the whole file and writes its database to `database` (0600, not there yet); without one it is only proven.
 * Throws what readSealed throws, BackupTooNew, BackupDamaged, BackupTooLarge or NoSpace; then `database` may be there in part.
 */
export async function unpack(
  from: string,
  database: string | undefined,
  { passphrase, signal, progress }: PackOptions,
): Promise<Description> {
  const target = database === undefined ? undefined : await open(database, 'wx', 0o600);
  try {
    let description: Description | undefined;
    await pipeline(
      () => readSealed(from, passphrase, progress),
      createGunzip(),
      async (plain: AsyncIterable<Buffer>) => {
        let waiting = Buffer.alloc(0);
        let written = 0;
        for await (const chunk of plain) {
          let rest = chunk;
          if (description === undefined) {
            waiting = Buffer.concat([waiting, chunk]);
            const end = endOfDescription(waiting);
            if (end === undefined) continue;
            description = described(waiting.subarray(4, end));
            await makeRoom(description.databaseBytes, from, database);
            rest = waiting.subarray(end);
          }
          written += rest.length;
          if (written > description.databaseBytes) throw new BackupDamaged('database too long');
          await target?.writeFile(rest);
        }
        if (written !== description?.databaseBytes) throw new BackupDamaged('database too short');
      },
      { signal },
    );
    await target?.sync();
    return description!;
  } catch (error) {
    if (isCode(error, 'ENOSPC')) throw new NoSpace(error);
    // What was sealed has been proven, so this was written wrong.
    if (!(error instanceof HearthError) && isZlib(error)) throw new BackupDamaged('compression', error);
    throw error;
  } finally {
    await target?.close();
  }
}

async function* plainOf(
  description: Description,
  database: string,
  progress: (done: number) => void,
): AsyncGenerator<Buffer> {
  const text = Buffer.from(JSON.stringify(description));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  yield Buffer.concat([length, text]);
  let done = 0;
  for await (const chunk of createReadStream(database, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    done += chunk.length;
    progress(done / description.databaseBytes);
    yield chunk;
  }
}

function endOfDescription(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined;
  const length = bytes.readUInt32BE(0);
  if (length > BACKUP_LIMITS.description) throw new BackupDamaged('description too long');
  return bytes.length < 4 + length ? undefined : 4 + length;
}

/** Before the first byte of it is written: what it says it becomes is in proportion to the file, and fits on the disk. */
async function makeRoom(bytes: number, from: string, database: string | undefined): Promise<void> {
  const { small, expansion, database: most, spare } = BACKUP_LIMITS;
  const { size } = await stat(from);
  if (bytes > most || bytes > Math.max(small, expansion * size)) throw new BackupTooLarge(bytes);
  if (database === undefined) return;
  const { bavail, bsize } = await statfs(dirname(database));
  if (bytes + spare > bavail * bsize) throw new NoSpace();
}

function described(bytes: Buffer): Description {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new BackupDamaged('description', error);
  }
  const parsed = Description.safeParse(value);
  if (parsed.success) return parsed.data;
  const newer = z.object({ format: z.number().gt(FORMAT) }).safeParse(value).success;
  const version = z.object({ facts: z.object({ version: z.string().max(64) }) }).safeParse(value).data?.facts.version;
  throw newer ? new BackupTooNew(version ?? null) : new BackupDamaged('description', parsed.error);
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
