// The way of a link into the browser: a page of its own that leads there, in a file that only its owner can read.
//
// What a program is started with can be read by every user of the computer, for instance in /proc; the name of a file may be
// known to all of them, for what is in it stays with the owner. It is gone as soon as the link was used, and with the node.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { CONSOLE_LIMITS } from '../faces/bounds.ts';

export interface LinkPlaces {
  readonly dataDir: string;
  readonly home: string;
  /** Browsers here may be snaps: those see neither hidden folders nor the runtime folder nor /tmp, only what lies open in the home. */
  readonly snaps: boolean;
  /** The user's id; undefined on Windows, where the profile folder protects what is in it. */
  readonly uid: number | undefined;
}

export interface LinkFile {
  readonly path: string;
  /** Takes it away; more than once does no harm. */
  remove(): void;
}

/** Where such files lie, the first choice first. */
export function linkFolders({ dataDir, home, snaps }: LinkPlaces): string[] {
  const own = join(dataDir, 'link');
  if (!snaps) return [own];
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 8);
  return [join(home, `hearth-link-${name}`), own];
}

/** Undefined where no folder is private enough, or none can be written to: then the link is on the terminal alone. */
export function writeLinkFile(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  places: LinkPlaces,
  link: string,
): LinkFile | undefined {
  for (const folder of linkFolders(places)) {
    try {
      return put(clock, folder, places.uid, `${random.bytes(16).toString('hex')}.html`, link);
    } catch {
      // The next one, then.
    }
  }
  return undefined;
}

/** Takes away what an earlier run left that was killed. The folder is this node's, whose lock is held. */
export function removeLinkFiles(places: LinkPlaces): void {
  for (const folder of linkFolders(places)) {
    if (!isPrivate(folder, places.uid)) continue;
    for (const name of readdirSync(folder))
      if (/^[0-9a-f]{32}\.html$/.test(name)) rmSync(join(folder, name), { force: true });
    removeEmpty(folder);
  }
}

function put(clock: Clock, folder: string, uid: number | undefined, name: string, link: string): LinkFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // One that was there before may belong to another user, or be a link to elsewhere.
  if (!isPrivate(folder, uid)) throw new Error(`${folder} is not private`);
  const path = join(folder, name);
  // Never over something that is there, and never readable by others, not even for a moment.
  writeFileSync(path, pageTo(link), { flag: 'wx', mode: 0o600 });
  const remove = () => {
    cancel();
    rmSync(path, { force: true });
    removeEmpty(folder);
  };
  const cancel = clock.after(CONSOLE_LIMITS.linkMs, remove);
  return { path, remove };
}

function isPrivate(folder: string, uid: number | undefined): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return false;
  return uid === undefined || (stat.uid === uid && (stat.mode & 0o077) === 0);
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another link waits in it, or it is not there.
  }
}

/** No script, so that it works whatever a browser allows to files. */
function pageTo(link: string): string {
  const address = link.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta http-equiv="refresh" content="0;url=${address}">
<title>Hearth</title>
<p><a href="${address}">Hearth</a></p>
</html>
`;
}
