// Opens the pages of a node in the user's browser. Best effort: a server has none, and a link is on the terminal anyway.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import type { ConsoleFace } from '../faces/http.ts';
import { type LinkFile, type LinkPlaces, removeLinkFiles, writeLinkFile } from './link-file.ts';

export interface BrowserDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Answers what takes the file away that leads to the pages; it goes by itself once they are open. */
export function openPages(deps: BrowserDeps, pages: ConsoleFace, dataDir: string): () => void {
  const places = systemPlaces(dataDir);
  removeLinkFiles(places);
  // A link of its own: the one on the terminal stays good for another browser.
  let file: LinkFile | undefined;
  const link = pages.issueLink(() => file?.remove());
  file = writeLinkFile(deps, places, link);
  if (file === undefined) {
    deps.logger.warn('the browser was not opened: no folder is private enough for the link to it');
    return () => undefined;
  }
  start(pathToFileURL(file.path).href);
  return () => file?.remove();
}

function systemPlaces(dataDir: string): LinkPlaces {
  return { dataDir, home: homedir(), snaps: existsSync('/run/snapd.socket'), uid: process.getuid?.() };
}

/** `address` is readable by every user of this computer, as all arguments are. */
function start(address: string): void {
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', address]
        : ['xdg-open', address];
  const child = spawn(program!, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
