// The host of updates is a little server of the test's own; electron-updater is the real one, as on Windows and as an AppImage.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AppImageUpdater, type AppUpdater, NsisUpdater, Provider } from 'electron-updater';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { UPDATE_LIMITS } from '../../../src-main/shell/updates/bounds.ts';
import { UpdateRefused } from '../../../src-main/shell/updates/errors.ts';
import { publicKeyOf } from '../../../src-main/shell/updates/minisign.ts';
import { releaseKeys } from '../../../src-main/shell/updates/signers.ts';
import { createUpdater } from '../../../src-main/shell/updates/source.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { keysFile, type MadeFeed, makeFeed, makeReleaseKey, type ReleaseKey } from '../../support/release.ts';

const [inUse, spare, unknown] = [makeReleaseKey(), makeReleaseKey(), makeReleaseKey()];
const NEW = 'the new program';
const FEED = '/latest-linux.yml';
const PACKAGE = 'hearth-desktop-99.0.0.exe';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0)) await close();
});

type Answer = string | Buffer | ((response: ServerResponse) => void);

async function host(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers[path];
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'function') answer(response);
    else response.end(answer);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { answers, asked, address: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) };
}

const KINDS = { Windows: NsisUpdater, AppImage: AppImageUpdater };

async function world(
  made: MadeFeed = { files: { [PACKAGE]: NEW } },
  key = inUse,
  kind: keyof typeof KINDS = 'Windows',
) {
  const { bytes, signature } = makeFeed(key, made);
  const there = await host({ [FEED]: bytes, [`${FEED}.minisig`]: signature, [`/${PACKAGE}`]: NEW });
  const folder = temporaryFolder();
  vi.stubEnv('APPIMAGE', join(folder, 'Hearth.AppImage'));
  // electron-updater asks for the list of the processor that runs it.
  vi.stubEnv('TEST_UPDATER_ARCH', 'x64');
  writeFileSync(join(folder, 'app-update.yml'), 'updaterCacheDirName: hearth-updater\n');
  const clock = new HandClock();
  const updater = createUpdater({
    clock,
    fetch,
    logger: silentLogger,
    keys: releaseKeys(keysFile(inUse, spare))!,
    address: there.address,
    load: async () => ({ autoUpdater: own(kind, folder), Provider }),
  });
  return { ...there, updater, clock, folder, kept: join(folder, 'hearth-updater/pending', PACKAGE) };
}

function own(kind: keyof typeof KINDS, folder: string): AppUpdater {
  return new KINDS[kind](null, {
    version: '0.1.0',
    name: 'hearth',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: async () => {},
    quit() {},
    relaunch() {},
    onQuit() {},
  });
}

/** What came of it, or the code of the refusal; `unknown` for what is no refusal, as where nobody answers. */
async function code(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'taken';
  } catch (error) {
    return error instanceof UpdateRefused ? error.reason.code : 'unknown';
  }
}

const ignore = () => {};
const idOf = ({ line }: ReleaseKey) => publicKeyOf(line)!.id;

describe('a new version', () => {
  it.each(['Windows', 'AppImage'] as const)('is found and fetched by a list that is signed (%s)', async (kind) => {
    const { updater, asked } = await world(undefined, spare, kind);
    expect(await updater.check(null)).toEqual({
      newer: '99.0.0',
      seen: { version: '99.0.0', signedAt: 1_800_000_000_000, by: idOf(spare) },
    });
    const shares: number[] = [];
    await updater.download((done) => shares.push(done));
    expect(readFileSync(updater.downloaded!.file, 'utf8')).toBe(NEW);
    expect(shares.at(-1)).toBe(1);
    // Nothing else is asked of the host: no list of differences, no second try.
    expect(asked).toEqual([FEED, `${FEED}.minisig`, `/${PACKAGE}`]);
  });

  it('is written as it comes, in many pieces', async () => {
    const program = Buffer.from(Array.from({ length: 1_000_000 }, (_, at) => at % 251));
    const { updater, answers } = await world({ files: { [PACKAGE]: program } });
    answers[`/${PACKAGE}`] = program;
    await updater.check(null);
    const shares: number[] = [];
    await updater.download((done) => shares.push(done));
    expect(shares.length).toBeGreaterThan(2);
    expect(readFileSync(updater.downloaded!.file).equals(program)).toBe(true);
  });

  it('is none where the list has this one or an earlier', async () => {
    for (const version of ['0.1.0', '0.0.9']) {
      const { updater, asked } = await world({ version, files: { [PACKAGE]: NEW } });
      expect((await updater.check(null)).newer).toBeUndefined();
      expect(asked).toHaveLength(2);
    }
  });

  it('is refused by its list, and no package is asked for', async () => {
    const outcomes: string[] = [];
    for (const spoil of [
      (w: Awaited<ReturnType<typeof world>>) => delete w.answers[`${FEED}.minisig`],
      (w: Awaited<ReturnType<typeof world>>) => (w.answers[`${FEED}.minisig`] = makeFeed(unknown).signature),
      (w: Awaited<ReturnType<typeof world>>) => (w.answers[FEED] = 'version: 99.0.0\n'),
      (w: Awaited<ReturnType<typeof world>>) => (w.answers[FEED] = Buffer.alloc(UPDATE_LIMITS.feedBytes + 1, ' ')),
      (w: Awaited<ReturnType<typeof world>>) =>
        (w.answers[`${FEED}.minisig`] = 'x'.repeat(UPDATE_LIMITS.signatureBytes + 1)),
    ]) {
      const there = await world();
      spoil(there);
      outcomes.push(await code(there.updater.check(null)));
      expect(there.asked).not.toContain(`/${PACKAGE}`);
    }
    expect(outcomes).toEqual(outcomes.map(() => 'desktop.update-unsigned'));
    const { updater } = await world();
    expect(await code(updater.check({ version: '99.0.1', signedAt: 0, by: idOf(inUse) }))).toBe('desktop.update-older');
  });

  it('is not fetched by a list that was refused after a good one', async () => {
    const { updater, answers, asked } = await world();
    await updater.check(null);
    answers[`${FEED}.minisig`] = makeFeed(unknown).signature;
    expect(await code(updater.check(null))).toBe('desktop.update-unsigned');
    expect(await code(updater.download(ignore))).not.toBe('taken');
    expect(asked).not.toContain(`/${PACKAGE}`);
  });

  it('is not taken where the package is another, longer or shorter', async () => {
    const outcomes: string[] = [];
    for (const given of [NEW.replace('new', 'bad'), `${NEW} and more`, NEW.slice(1)]) {
      const { updater, answers, kept } = await world();
      answers[`/${PACKAGE}`] = given;
      await updater.check(null);
      outcomes.push(await code(updater.download(ignore)));
      expect([updater.downloaded, existsSync(kept)]).toEqual([undefined, false]);
    }
    expect(outcomes).toEqual(['desktop.update-not-genuine', 'desktop.update-not-genuine', 'unknown']);
  });

  it('ends with the bytes that the list has, however many the host sends', async () => {
    const { updater, answers } = await world();
    let cut: (sent: number) => void;
    const sent = new Promise<number>((done) => (cut = done));
    answers[`/${PACKAGE}`] = (response) => {
      let count = 0;
      const more = () => {
        count += 1;
        response.write(Buffer.alloc(65_536), (error) => (error ? cut(count) : setImmediate(more)));
      };
      response.on('error', () => {});
      more();
    };
    await updater.check(null);
    expect(await code(updater.download(ignore))).toBe('desktop.update-not-genuine');
    expect(await sent).toBeLessThan(1000);
  });

  it('is let go of where it comes in drops for hours', async () => {
    const drops = UPDATE_LIMITS.downloadMs / (UPDATE_LIMITS.silentMs - 1);
    const { updater, answers, clock } = await world({ files: { [PACKAGE]: Buffer.alloc(2 * drops) } });
    let drop: () => void = () => {};
    answers[`/${PACKAGE}`] = (response) => {
      drop = () => void response.write('.');
      drop();
    };
    await updater.check(null);
    const ended = code(updater.download(() => void clock.turn(UPDATE_LIMITS.silentMs - 1).then(() => drop())));
    expect(await ended).toBe('unknown');
    expect(clock.now() - new HandClock().now()).toBeGreaterThanOrEqual(UPDATE_LIMITS.downloadMs);
    expect(clock.timers).toBe(0);
  });

  it('is let go of where nothing more comes', async () => {
    const silent = await world();
    let reached: () => void;
    let arrived = new Promise<void>((done) => (reached = done));
    silent.answers[`/${PACKAGE}`] = (response) => {
      response.writeHead(200);
      response.write('t', () => reached());
    };
    await silent.updater.check(null);
    const ended = code(silent.updater.download(ignore));
    await arrived;
    await silent.clock.turn(UPDATE_LIMITS.silentMs);
    expect(await ended).toBe('unknown');

    const slow = await world();
    arrived = new Promise<void>((done) => (reached = done));
    slow.answers[FEED] = (response) => {
      response.writeHead(200);
      response.write('{', () => reached());
    };
    const checked = code(slow.updater.check(null));
    await arrived;
    await slow.clock.turn(UPDATE_LIMITS.feedMs);
    expect(await checked).toBe('unknown');
    expect([silent.clock.timers, slow.clock.timers]).toEqual([0, 0]);
  });

  it('is never looked for where the host would send us', async () => {
    const other = await host({ '/inside': NEW });
    const lead = (response: ServerResponse) =>
      response.writeHead(302, { location: new URL('/inside', other.address).href }).end();
    const { updater, answers } = await world();
    await updater.check(null);
    answers[`/${PACKAGE}`] = lead;
    expect(await code(updater.download(ignore))).toBe('unknown');
    answers[FEED] = lead;
    expect(await code(updater.check(null))).toBe('unknown');
    expect(other.asked).toEqual([]);
  });

  it('is fetched once and is the same at the next start, unless the file has become another', async () => {
    const there = await world();
    const { updater, asked, kept } = there;
    await updater.check(null);
    await updater.download(ignore);
    writeFileSync(kept, 'another program');
    // The same run of electron-updater looks at nothing but the name.
    expect(await code(updater.download(ignore))).toBe('desktop.update-not-genuine');
    await updater.download(ignore);
    expect(readFileSync(kept, 'utf8')).toBe(NEW);
    expect(asked.filter((path) => path === `/${PACKAGE}`)).toHaveLength(2);
  });

  it('is not handed to the system where the file has changed since', async () => {
    const { updater, kept } = await world();
    await updater.check(null);
    await updater.download(ignore);
    writeFileSync(kept, 'another program');
    expect(await code(updater.handOver())).toBe('desktop.update-not-genuine');
  });

  it('does not take what lay ready by an earlier list', async () => {
    const { updater, folder, asked, kept } = await world();
    mkdirSync(join(folder, 'hearth-updater/pending'), { recursive: true });
    writeFileSync(kept, 'another program');
    const sha512 = makeFeed(inUse, { files: { [PACKAGE]: NEW } })
      .bytes.toString()
      .match(/"sha512":"([^"]+)"/)![1];
    const info = JSON.stringify({ fileName: PACKAGE, sha512, isAdminRightsRequired: false });
    writeFileSync(join(folder, 'hearth-updater/pending/update-info.json'), info);
    await updater.check(null);
    await updater.download(ignore);
    expect(readFileSync(updater.downloaded!.file, 'utf8')).toBe(NEW);
    expect(asked).toContain(`/${PACKAGE}`);
  });
});
