// `hearth serve`: the engine with the console's pages, or with none, until a signal ends it.

import { existsSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import { systemRandom } from '../base/random.ts';
import type { StopOptions } from '../engine/engine.ts';
import { dataFolder, knownFoldersFile, practiceFolder } from '../engine/folders.ts';
import { composeRenewable } from '../engine/renewable.ts';
import { consoleVerbs } from '../faces/console-verbs.ts';
import { gatherFaces } from '../faces/gather.ts';
import { type ConsoleFace, createConsoleFace } from '../faces/http.ts';
import { createSocketFace } from '../faces/socket.ts';
import { NoPages } from '../networks/errors.ts';
import { openPages } from './browser.ts';
import { departureFor, STOP_SIGNALS, type StopSignal } from './departure.ts';
import { EXIT } from './exit.ts';
import { momentText } from './figures.ts';
import { passphraseSource } from './passphrase.ts';
import type { ServeFlags } from './serve-flags.ts';
import { spelled } from './spelled.ts';
import { createSystemd, writesToJournal } from './systemd.ts';
import type { Terminal } from './terminal.ts';

const own = { clock: systemClock, random: systemRandom };

/** Resolves with the exit code once the node has stopped. Rejects where it could not start. */
export async function serve(flags: ServeFlags, terminal: Terminal): Promise<number> {
  const { print } = terminal;
  const folder = dataFolder(flags.data);
  const dataDir = flags.practice ? practiceFolder(folder) : folder;
  const ended = Promise.withResolvers<number>();
  const told = new AbortController();
  let departure: StopOptions['departure'] = 'restart';
  const off = onSignals((signal) => {
    departure = departureFor(signal, process);
    told.abort();
    ended.resolve(EXIT.ok);
  });
  const passphrase = passphraseSource({ terminal, signal: told.signal });
  const engine = await composeRenewable({
    dataDir,
    mode: flags.mode,
    practice: flags.practice,
    logLevel: flags.logLevel,
    autoDetect: true,
    // What was practised is not missed.
    known: flags.practice ? undefined : knownFoldersFile(),
    anew: flags.anew,
    pages: async () => pagesOf(pages),
    ...(passphrase && { passphrase }),
  });
  engine.onFatal((error) => {
    engine.logger.error('the node can not go on', { error });
    ended.resolve(EXIT.failed);
  });
  engine.onEnded(() => ended.resolve(EXIT.ok));
  const faces = gatherFaces(own, engine);
  const pages =
    flags.mode === 'console'
      ? createConsoleFace(faces, {
          pages: pagesFolder(),
          port: flags.uiPort,
          confirmCommand: spelled('confirm', flags),
          onUsedTwice: (firstAt) => print(usedTwice(firstAt, flags)),
        })
      : undefined;
  const verbs = consoleVerbs({ face: async () => pagesOf(pages), visit: (id, node) => engine.visit(id, node) });
  let closeBrowser = () => {};
  const systemd = createSystemd({
    clock: own.clock,
    logger: engine.logger.child('systemd'),
    env: process.env,
    pid: process.pid,
  });
  const services: Service[] = [createSocketFace({ ...faces, verbs }, { dataDir }), ...(pages ? [pages] : [])];
  try {
    // The pages come first: they show the rest starting.
    for (const service of services) await service.start();
    if (pages) {
      announce(pages, flags, print);
      if (flags.open) closeBrowser = openPages({ ...own, logger: faces.logger }, pages, dataDir);
    }
    await engine.start();
    systemd.ready();
    if (!pages) print(`Hearth is running. "hearth status${flags.practice ? ' --practice' : ''}" shows how it does.`);
    return await ended.promise;
  } finally {
    off();
    closeBrowser();
    systemd.stopping();
    await engine.stop({ departure });
    faces.stop();
    for (const service of services.toReversed()) await service.stop();
  }
}

/** Beside the built command; run from its sources, where the build put them. */
function pagesFolder(): string {
  const beside = join(import.meta.dirname, '../renderer');
  const built = join(import.meta.dirname, '../../build/app/renderer');
  return !existsSync(beside) && existsSync(built) ? built : beside;
}

/** A journal is read by others too, and keeps what it is given. */
function announce(pages: ConsoleFace, flags: ServeFlags, print: (line: string) => void): void {
  if (writesToJournal(process.env, () => fstatSync(1)))
    print(`Hearth is running. "${spelled('link', flags)}" prints a link.`);
  else print(`Hearth is running. Open ${pages.issueLink()}`);
}

function usedTwice(firstAt: number, flags: ServeFlags): string {
  return `A link to the pages was used at ${momentText(firstAt)}, and again just now. If you did not do both, another user of this computer may be in: "${spelled('link --revoke', flags)}" shuts out every page.`;
}

function pagesOf(pages: ConsoleFace | undefined): ConsoleFace {
  if (pages) return pages;
  throw new NoPages();
}

/** The first signal asks for an orderly end; the second, or a hang, ends at once. */
function onSignals(listener: (signal: StopSignal) => void): () => void {
  let asked = false;
  const receive = (signal: NodeJS.Signals) => {
    if (asked) process.exit(EXIT.failed);
    asked = true;
    listener(signal as StopSignal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, receive);
  return () => {
    // Still ours while stopping, so that a second one is an impatient user's and not a stack trace.
    for (const signal of STOP_SIGNALS) process.off(signal, receive).on(signal, () => process.exit(EXIT.failed));
  };
}
