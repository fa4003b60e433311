// The file of a backup: a head that any program can read, and a body that only the passphrase opens.
//
//   0  "HEARTHBK"   8  version 1   9  log2 N, r, p of scrypt (a byte each)   12  salt (16)   28  id (16)
//  44  made at, epoch milliseconds (8)   52  length of the body (8)   60  proof of the passphrase (16)   76  checksum (8)   84  body
//
// Numbers are big-endian. scrypt (RFC 7914) makes a key of the passphrase; HKDF (RFC 5869) makes two of that. One proves the
// passphrase: the GCM tag of nothing, with bytes 0-59 as associated data, so that no other head passes. The other seals the
// body in pieces of 64 KiB as STREAM does (Hoang, Reyhanitabar, Rogaway, Vizar 2015): AES-256-GCM, the nonce counts the pieces
// and its last byte marks the last one, so that none can be left out, moved or cut off. The salt is new for each file, so no
// key ever sees a nonce twice. The checksum (SHA-256 of bytes 0-75, cut to 8) tells damage from a wrong passphrase.

import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Random } from '../base/random.ts';
import { COST, type Cost, deriveKey, isBearable, LEAST_N, memoryOf } from '../secrets/kdf.ts';
import { BACKUP_LIMITS } from './bounds.ts';
import {
  BackupCut,
  BackupDamaged,
  BackupPassphraseWrong,
  BackupTooCostly,
  BackupTooLarge,
  BackupTooNew,
  NotABackup,
} from './errors.ts';

const MAGIC = 'HEARTHBK';
const VERSION = 1;
const AT = { version: 8, cost: 9, salt: 12, id: 28, madeAt: 44, bytes: 52, proof: 60, checksum: 76, body: 84 } as const;
const PIECE = 64 * 1024;
const TAG = 16;
/** The last moment that a Date can tell (ECMA-262, 21.4.1.1); a file from outside may name any. */
const LAST_MOMENT = 8_640_000_000_000_000n;

/** What the head says before any passphrase. */
export interface Head {
  /** 32 hex digits, another one for each backup. */
  readonly id: string;
  readonly madeAt: number;
  /** Of the whole file. */
  readonly bytes: number;
}

/** Writes `plain` sealed into an open, empty file. The head comes last: a file that was not finished is not a backup. */
export async function writeSealed(
  deps: { readonly random: Random },
  file: FileHandle,
  options: { readonly passphrase: string; readonly madeAt: number; readonly cost?: Cost | undefined },
  plain: AsyncIterable<Uint8Array>,
): Promise<Head> {
  const cost = options.cost ?? COST;
  const head = Buffer.alloc(AT.body);
  head.write(MAGIC);
  head.set([VERSION, Math.log2(cost.N), cost.r, cost.p], AT.version);
  head.set(deps.random.bytes(AT.id - AT.salt), AT.salt);
  head.set(deps.random.bytes(AT.madeAt - AT.id), AT.id);
  head.writeBigUInt64BE(BigInt(options.madeAt), AT.madeAt);
  const keys = await keysFor(options.passphrase, head);
  let [position, count] = [AT.body as number, 0];
  for await (const { piece, last } of inPieces(plain)) {
    const sealed = sealPiece(keys.body, count, last, piece);
    await file.write(sealed, 0, sealed.length, position);
    position += sealed.length;
    count += 1;
  }
  head.writeBigUInt64BE(BigInt(position - AT.body), AT.bytes);
  head.set(proofOf(keys.proof, head), AT.proof);
  head.set(checksumOf(head), AT.checksum);
  await file.write(head, 0, head.length, 0);
  await file.sync();
  return headIn(head);
}

/** Throws NotABackup, BackupTooNew, BackupDamaged, BackupCut, BackupTooCostly, BackupTooLarge: all that shows without the passphrase. */
export async function readHead(path: string): Promise<Head> {
  const file = await open(path, 'r');
  try {
    return headIn(await soundHead(file));
  } finally {
    await file.close();
  }
}

/**
 * What was sealed, piece by piece; each has been proven when it comes. Throws like readHead, or BackupPassphraseWrong.
 * `progress` is called with the part done, from 0 to 1.
 */
export async function* readSealed(
  path: string,
  passphrase: string,
  progress: (done: number) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const head = await soundHead(file);
    const keys = await keysFor(passphrase, head);
    if (!proofOf(keys.proof, head).equals(head.subarray(AT.proof, AT.checksum))) throw new BackupPassphraseWrong();
    const end = AT.body + Number(head.readBigUInt64BE(AT.bytes));
    const buffer = Buffer.alloc(PIECE + TAG);
    for (let [position, count] = [AT.body as number, 0]; position < end; count += 1) {
      const length = Math.min(buffer.length, end - position);
      const sealed = await readAt(file, buffer.subarray(0, length), position);
      position += length;
      const piece = sealed && openPiece(keys.body, count, position === end, sealed);
      if (piece === undefined) throw new BackupDamaged(`piece ${count}`);
      progress(position / end);
      yield piece;
    }
  } finally {
    await file.close();
  }
}

async function soundHead(file: FileHandle): Promise<Buffer> {
  const head = await readAt(file, Buffer.alloc(AT.body), 0);
  if (head?.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new NotABackup();
  const known = Buffer.from(head);
  known[AT.version] = VERSION;
  const sound = checksumOf(known).equals(head.subarray(AT.checksum, AT.body));
  // A flipped bit looks like another version too, but the rest of the head then is what was written.
  if (head[AT.version] !== VERSION) throw sound ? new BackupDamaged('head') : new BackupTooNew(null);
  if (!sound) throw new BackupDamaged('head');
  const cost = costIn(head);
  // Too cheap is no backup of ours; too dear is said, for a later Hearth may spend more.
  if (cost.N < LEAST_N || cost.r < 1 || cost.p < 1) throw new BackupDamaged('cost');
  if (!isBearable(cost)) throw new BackupTooCostly(memoryOf(cost));
  if (head.readBigUInt64BE(AT.madeAt) > LAST_MOMENT) throw new BackupDamaged('date');
  const { bytes } = headIn(head);
  const { size } = await file.stat();
  if (size > BACKUP_LIMITS.file) throw new BackupTooLarge(size);
  if (size < bytes) throw new BackupCut(bytes - size);
  if (size > bytes || bytes <= AT.body + TAG - 1) throw new BackupDamaged('length');
  return head;
}

function headIn(head: Buffer): Head {
  return {
    id: head.toString('hex', AT.id, AT.madeAt),
    madeAt: Number(head.readBigUInt64BE(AT.madeAt)),
    bytes: AT.body + Number(head.readBigUInt64BE(AT.bytes)),
  };
}

function costIn(head: Buffer): Cost {
  const [log2N = 0, r = 0, p = 0] = head.subarray(AT.cost, AT.salt);
  return { N: 2 ** log2N, r, p };
}

async function keysFor(passphrase: string, head: Buffer): Promise<{ readonly proof: Buffer; readonly body: Buffer }> {
  const salt = head.subarray(AT.salt, AT.id);
  const key = await deriveKey(passphrase, salt, costIn(head));
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', key, salt, `hearth backup ${VERSION} ${use}`, 32));
  return { proof: derive('proof'), body: derive('body') };
}

function proofOf(key: Buffer, head: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12)).setAAD(head.subarray(0, AT.proof));
  cipher.final();
  return cipher.getAuthTag();
}

function checksumOf(head: Buffer): Buffer {
  return createHash('sha256')
    .update(head.subarray(0, AT.checksum))
    .digest()
    .subarray(0, AT.body - AT.checksum);
}

function nonceOf(count: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(count), 3);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

function sealPiece(key: Buffer, count: number, last: boolean, piece: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(count, last));
  return Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
}

function openPiece(key: Buffer, count: number, last: boolean, sealed: Buffer): Buffer | undefined {
  if (sealed.length < TAG) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(count, last), { authTagLength: TAG });
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Cut into pieces of one size, the last of which is smaller or empty. */
async function* inPieces(plain: AsyncIterable<Uint8Array>): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of plain) {
    parts.push(chunk);
    length += chunk.length;
    if (length < PIECE) continue;
    const whole = Buffer.concat(parts);
    let at = 0;
    for (; length - at >= PIECE; at += PIECE) yield { piece: whole.subarray(at, at + PIECE), last: false };
    parts = [whole.subarray(at)];
    length -= at;
  }
  yield { piece: Buffer.concat(parts), last: true };
}

/** Undefined where the file ends before the buffer is full. */
async function readAt(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer | undefined> {
  for (let done = 0; done < buffer.length; ) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return buffer;
}
