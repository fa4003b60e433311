// The list of a release: which version there is, and the packages with their sums. Nothing in it is looked at before its
// signature has proven whose it is, which file it is for, and that it is no older than one that was seen before. Pure.

import { z } from 'zod';
import { UPDATE_LIMITS } from './bounds.ts';
import { older, unsigned } from './errors.ts';
import { fileHash, type PublicKey, signatureOf, signerOf } from './minisign.ts';

/** Releases have no other versions: what follows them would need rules for which is newer. */
const Version = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/);

/** Beside the feed, never elsewhere. */
const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/);

/** JSON, which is YAML too: the one that electron-builder writes is put into it when it is signed. */
export const Feed = z.object({
  version: Version,
  files: z
    .array(
      z.object({
        url: FileName,
        sha512: z.base64().length(88),
        size: z.number().int().positive().max(UPDATE_LIMITS.packageBytes),
      }),
    )
    .min(1)
    .max(UPDATE_LIMITS.packages),
  releaseDate: z.string().max(64),
  minimumSystemVersion: z.string().max(64).optional(),
});
export type Feed = z.infer<typeof Feed>;

/** The newest feed that this computer has seen: what comes before it is not taken again while its key is one of ours. */
export const Seen = z.object({ version: Version, signedAt: z.number().int().nonnegative(), by: z.string().max(16) });
export type Seen = z.infer<typeof Seen>;

/** What the signature of each file of a release says of it. The time is in seconds, as minisign has it. */
export interface Statement {
  readonly timestamp: number;
  readonly file: string;
  readonly version: string;
}

export function statementText({ timestamp, file, version }: Statement): string {
  return `timestamp:${timestamp}\tfile:${file}\tversion:${version}`;
}

const STATEMENT = /^timestamp:(?<timestamp>\d{1,11})\tfile:(?<file>[^\t]+)\tversion:(?<version>[^\t]+)$/;

function statementOf(comment: string): Statement | undefined {
  const { timestamp, file = '', version = '' } = STATEMENT.exec(comment)?.groups ?? {};
  return timestamp === undefined ? undefined : { timestamp: Number(timestamp), file, version };
}

export interface Given {
  /** The name that was asked for. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly signature: string;
  readonly keys: readonly PublicKey[];
  readonly seen: Seen | null;
}

/** Throws `UpdateRefused`. */
export function readFeed({ name, bytes, signature, keys, seen }: Given): { readonly feed: Feed; readonly seen: Seen } {
  const parsed = signatureOf(signature);
  if (parsed === undefined) throw unsigned('the signature is not in the format');
  const signer = signerOf(parsed, fileHash().update(bytes).digest(), keys);
  if (signer === undefined) throw unsigned('no key of ours signed this');
  const statement = statementOf(parsed.comment);
  // A feed for another system or a package is signed as well, and must not pass for this one.
  if (statement?.file !== name) throw unsigned('the signature is another file’s');
  const feed = parse(bytes);
  if (feed === undefined) throw unsigned('what is signed is no list of a release');
  if (feed.version !== statement.version) throw unsigned('signature and list are of different versions');
  const now: Seen = { version: feed.version, signedAt: statement.timestamp * 1000, by: signer.id };
  // A key that leaked and was replaced must not have the last word by a version that is higher than any of ours.
  if (seen && keys.some(({ id }) => id === seen.by) && isBefore(now, seen))
    throw older(`${now.version} came after ${seen.version}`);
  return { feed, seen: now };
}

function parse(bytes: Buffer): Feed | undefined {
  try {
    return Feed.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Of one version the feed that was signed last counts: a package may have been put right. */
function isBefore(one: Seen, other: Seen): boolean {
  const order = compareVersions(one.version, other.version);
  return order < 0 || (order === 0 && one.signedAt < other.signedAt);
}

/** Below zero where the first is the older one. */
function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const at = [0, 1, 2].find((part) => a![part] !== b![part]);
  return at === undefined ? 0 : a![at]! - b![at]!;
}
