// Signs what a release is made of: each package, and the lists by which installed apps learn of it. Whatever is written is read
// again by the app's own code, with the keys that are packed with it.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Feed, readFeed, statementText } from '../../src-main/shell/updates/feed.ts';
import { commentSigned, fileHash, publicKeyOf, signatureOf, signerOf } from '../../src-main/shell/updates/minisign.ts';

const PACKAGE = /^hearth-.*\.(AppImage|deb|exe|dmg|zip|tar\.gz)$/;
const FEED = /^latest(-[a-z0-9-]+)?\.yml$/;

/**
 * @param {string} folder
 * @param {{ version: string, key: ReturnType<typeof import('./secret-key.mjs').openSecretKey>, now: number }} options
 * @returns {Promise<string[]>} the names of all files that are signed now
 */
export async function signRelease(folder, { version, key, now }) {
  const names = readdirSync(folder).sort();
  const packages = names.filter((name) => PACKAGE.test(name) && name.includes(`-${version}-`));
  const feeds = names.filter((name) => FEED.test(name)).flatMap((name) => feedIn(folder, name, version));
  // Of several lists none is written before all are known to be true.
  for (const { name, feed } of feeds) await compare(folder, name, feed);
  for (const { name, feed } of feeds) writeFileSync(join(folder, name), `${JSON.stringify(feed, null, 2)}\n`);
  const signed = [...packages, ...feeds.map(({ name }) => name)];
  const timestamp = Math.floor(now / 1000);
  for (const name of signed) {
    const digest = await digestOf(join(folder, name), fileHash());
    const text = signatureText(key, digest, statementText({ timestamp, file: name, version }));
    writeFileSync(join(folder, `${name}.minisig`), text);
    verify(folder, name, digest, publicKeyOf(key.publicLine));
  }
  return signed;
}

/** The file that lies beside what is signed, as minisign would write it. */
export function signatureText(key, digest, comment) {
  const signature = key.sign(digest);
  const first = Buffer.concat([Buffer.from('ED'), key.id, signature]);
  const second = key.sign(commentSigned(signature, comment));
  return [
    'untrusted comment: signature of a Hearth release',
    first.toString('base64'),
    `trusted comment: ${comment}`,
    second.toString('base64'),
    '',
  ].join('\n');
}

/** Of this version, with what the app reads of it; a list of an earlier release stays as it is. */
function feedIn(folder, name, version) {
  const { load } = createRequire(createRequire(import.meta.url).resolve('electron-updater'))('js-yaml');
  const found = load(readFileSync(join(folder, name), 'utf8'));
  if (found?.version !== version) return [];
  const feed = Feed.safeParse({ ...found, releaseDate: String(found.releaseDate ?? '') });
  if (!feed.success) throw new Error(`${name} is not as a list of packages has to be: ${feed.error.message}`);
  return [{ name, feed: feed.data }];
}

/** The list was written when the packages were made; one that was touched since would be refused by every app. */
async function compare(folder, name, { files }) {
  for (const { url, size, sha512 } of files) {
    const file = join(folder, url);
    if (!existsSync(file)) throw new Error(`${name} names ${url}, which is not in ${folder}.`);
    const same =
      statSync(file).size === size && (await digestOf(file, createHash('sha512'))).toString('base64') === sha512;
    if (!same) throw new Error(`${url} is not the package that ${name} was written for. Pack it again.`);
  }
}

async function digestOf(file, hash) {
  await pipeline(createReadStream(file), hash);
  return hash.digest();
}

/** As an app will. */
function verify(folder, name, digest, key) {
  const text = readFileSync(join(folder, `${name}.minisig`), 'utf8');
  const parsed = signatureOf(text);
  if (parsed === undefined || signerOf(parsed, digest, [key]) === undefined) {
    throw new Error(`The signature of ${name} does not hold. Nothing of this release may be published.`);
  }
  if (FEED.test(name)) {
    readFeed({ name, bytes: readFileSync(join(folder, name)), signature: text, keys: [key], seen: null });
  }
}
