import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { notGenuine, older } from '../../../src-main/shell/updates/errors.ts';
import type { Seen } from '../../../src-main/shell/updates/feed.ts';
import { startOf, type UpdateRecord, wayBackOf } from '../../../src-main/shell/updates/record.ts';
import { type Installation, whoElseUpdates } from '../../../src-main/shell/updates/support.ts';
import { Updates } from '../../../src-main/shell/updates/updates.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('who updates this', () => {
  const appImage: Installation = {
    platform: 'linux',
    env: { APPIMAGE: '/home/u/Hearth.AppImage' },
    packaged: true,
    practice: false,
    packageType: undefined,
    feed: true,
    keys: true,
    writable: true,
  };

  it.each([
    ['an AppImage', {}, undefined],
    ['Windows', { platform: 'win32', env: {} }, undefined],
    ['macOS', { platform: 'darwin', env: {} }, undefined],
    ['a deb', { packageType: 'deb', env: {} }, 'by-system'],
    ['an rpm', { packageType: 'rpm', env: {} }, 'by-system'],
    ['a snap', { env: { SNAP: '/snap/hearth' } }, 'by-system'],
    ['a flatpak', { env: { FLATPAK_ID: 'org.hearth.app' } }, 'by-system'],
    ['an unpacked archive', { env: {} }, 'by-hand'],
    ['a portable Windows', { platform: 'win32', env: { PORTABLE_EXECUTABLE_DIR: 'E:' } }, 'by-hand'],
    ['an AppImage of root’s', { writable: false }, 'not-writable'],
    ['sources', { packaged: false }, 'sources'],
    ['practice', { practice: true }, 'practice'],
    ['a build without a feed', { feed: false }, 'no-source'],
    ['a build without the keys of a release', { keys: false }, 'no-keys'],
  ] as const)('%s', (_what, changes, code) => {
    expect(whoElseUpdates({ ...appImage, ...changes })?.code).toBe(code && `desktop.update-${code}`);
  });

  it('is said plainly', () => {
    expect(whoElseUpdates({ ...appImage, packageType: 'deb' })?.message).toContain('Your system updates this');
  });
});

function updates(options: { folder?: string; clock?: HandClock; elsewhere?: boolean; notInstalled?: boolean } = {}) {
  const clock = options.clock ?? new HandClock();
  const told: string[] = [];
  const installed: string[] = [];
  const calls: string[] = [];
  const world = {
    clock,
    told,
    installed,
    calls,
    mode: 'notify' as 'notify' | 'drained' | 'off',
    newest: '0.2.0' as string | undefined | Error,
    seen: [] as (Seen | null)[],
    metered: false as boolean | undefined,
    quiet: true,
    downloads: true as boolean | Error,
    installs: true,
    pushes: 0,
  };
  const deps = {
    clock,
    random: { bytes: () => Buffer.alloc(0), int: () => 0, id: () => '' },
    logger: silentLogger,
    source: {
      async check(seen: Seen | null) {
        calls.push('check');
        world.seen.push(seen);
        if (world.newest instanceof Error) throw world.newest;
        return { newer: world.newest, seen: { version: world.newest ?? '0.1.0', signedAt: 7, by: 'A' } };
      },
      async download(progress: (done: number) => void) {
        calls.push('download');
        for (let done = 0; done <= 1; done += 0.001) progress(done);
        if (world.downloads !== true) throw world.downloads || new Error('cut');
      },
    },
    elsewhere: options.elsewhere
      ? { code: 'desktop.update-by-system', message: 'Your system updates this.' }
      : undefined,
    notInstalled: options.notInstalled ?? false,
    mode: () => world.mode,
    metered: async () => world.metered,
    quiet: () => world.quiet,
    install: async (version: string) => {
      if (!world.installs) throw new Error('no');
      installed.push(version);
    },
    tell: (version: string, byItself: boolean) => void told.push(`${version}${byItself ? ' by itself' : ''}`),
    changed: () => {
      world.pushes += 1;
    },
  };
  const service = new Updates(deps, options.folder ?? temporaryFolder());
  return Object.assign(world, { service });
}

async function code(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );
}

describe('a new version', () => {
  it('is looked for some minutes after the start and then once a day, and told of once', async () => {
    const world = updates();
    world.service.start();
    await world.clock.turn(3 * MINUTE - 1);
    expect(world.calls).toEqual([]);
    await world.clock.turn(1);
    expect(world.service.view()).toMatchObject({ state: 'available', version: '0.2.0' });
    await world.clock.turn(49 * HOUR);
    expect([world.calls, world.told, world.installed]).toEqual([['check', 'check', 'check'], ['0.2.0'], []]);
    world.newest = '0.3.0';
    await world.clock.turn(24 * HOUR);
    expect([world.told, world.service.view().version]).toEqual([['0.2.0', '0.3.0'], '0.3.0']);
    world.service.stop();
    expect(world.clock.timers).toBe(0);
  });

  it('is not looked for again at each start', async () => {
    const folder = temporaryFolder();
    const clock = new HandClock();
    const first = updates({ folder, clock });
    first.service.start();
    await clock.turn(5 * MINUTE);
    first.service.stop();
    const second = updates({ folder, clock });
    second.service.start();
    await clock.turn(23 * HOUR);
    expect([first.calls, second.calls]).toEqual([['check'], []]);
    await clock.turn(HOUR + 5 * MINUTE);
    expect([second.calls, second.told]).toEqual([['check'], []]);
    second.service.stop();
  });

  it('is not looked for where that is off, and is again once it is on', async () => {
    const world = updates();
    world.mode = 'off';
    world.service.start();
    await world.clock.turn(100 * HOUR);
    expect([world.calls, world.service.view().state, world.clock.timers]).toEqual([[], 'off', 0]);
    world.mode = 'notify';
    world.service.modeChanged();
    await world.clock.turn(3 * MINUTE);
    expect(world.calls).toEqual(['check']);
    world.mode = 'off';
    world.service.modeChanged();
    expect([world.service.view().state, world.clock.timers]).toEqual(['off', 0]);
  });

  it('never comes over a metered line', async () => {
    const world = updates();
    world.mode = 'drained';
    world.metered = true;
    world.service.start();
    await world.clock.turn(24 * HOUR);
    expect(world.calls).toEqual([]);
    world.metered = false;
    await world.clock.turn(30 * MINUTE);
    expect(world.calls).toEqual(['check', 'download']);
    world.service.stop();
  });

  it('waits with its download where the line has become metered, and says so', async () => {
    const world = updates();
    world.service.start();
    await world.clock.turn(3 * MINUTE);
    world.metered = true;
    world.mode = 'drained';
    world.service.modeChanged();
    await world.clock.turn(MINUTE);
    expect(world.service.view()).toMatchObject({ state: 'waiting', reason: { code: 'desktop.update-metered' } });
    expect(await code(world.service.install())).toBe('desktop.update-metered');
    expect(world.calls).toEqual(['check']);
    world.metered = undefined;
    expect(await code(world.service.install())).toBe('none');
    await world.clock.turn(0);
    expect([world.calls, world.installed]).toEqual([['check', 'download'], ['0.2.0']]);
    world.service.stop();
  });

  it('is installed by itself once no task runs and nobody looks, for two looks in a row', async () => {
    const world = updates();
    world.mode = 'drained';
    world.quiet = false;
    world.service.start();
    await world.clock.turn(3 * MINUTE);
    expect([world.calls, world.told]).toEqual([['check', 'download'], ['0.2.0 by itself']]);
    await world.clock.turn(10 * MINUTE);
    expect(world.service.view()).toMatchObject({ state: 'waiting', reason: { code: 'desktop.update-busy' } });
    world.quiet = true;
    await world.clock.turn(MINUTE);
    expect(world.installed).toEqual([]);
    world.quiet = false;
    await world.clock.turn(MINUTE);
    world.quiet = true;
    await world.clock.turn(2 * MINUTE);
    expect([world.installed, world.service.view().state, world.clock.timers]).toEqual([['0.2.0'], 'installing', 0]);
  });

  it('is only told of, whatever the hour, unless more was chosen', async () => {
    const world = updates();
    world.service.start();
    await world.clock.turn(100 * HOUR);
    expect([world.calls.includes('download'), world.installed]).toEqual([false, []]);
    world.service.stop();
  });

  it('is fetched and installed when somebody says so, and its progress told in steps', async () => {
    const world = updates();
    world.service.start();
    await world.service.check();
    expect(world.service.view().state).toBe('available');
    const before = world.pushes;
    await world.service.install();
    await world.clock.turn(0);
    expect(world.installed).toEqual(['0.2.0']);
    expect(world.pushes - before).toBeLessThan(110);
    world.service.stop();
  });

  it('is looked for first where somebody wants it installed', async () => {
    const world = updates();
    await world.service.install();
    await world.clock.turn(0);
    expect([world.calls, world.installed]).toEqual([['check', 'download'], ['0.2.0']]);
    world.newest = undefined;
    const other = updates();
    other.newest = undefined;
    expect(await code(other.service.install())).toBe('desktop.update-none');
  });

  it('that can not be reached is tried again within the hour, and its failure told to who asked', async () => {
    const world = updates();
    world.newest = new Error('ECONNREFUSED 10.0.0.1');
    world.service.start();
    expect(await code(world.service.check())).toBe('desktop.update-unreachable');
    expect(world.service.view()).toMatchObject({ state: 'failed', version: null });
    expect(JSON.stringify(world.service.view())).not.toContain('10.0.0.1');
    world.newest = '0.2.0';
    await world.clock.turn(HOUR);
    expect(world.service.view().state).toBe('available');
    world.service.stop();
  });

  it('is held against the newest list that was seen, over restarts too', async () => {
    const folder = temporaryFolder();
    const first = updates({ folder });
    expect(first.service.view().signedAt).toBeNull();
    await first.service.check();
    const second = updates({ folder });
    second.newest = older('a list from before');
    expect(await code(second.service.check())).toBe('desktop.update-older');
    const seen = { version: '0.2.0', signedAt: 7, by: 'A' };
    expect([first.seen, second.seen, second.service.view().signedAt]).toEqual([[null], [seen], 7]);
    // What was refused is not what has been seen.
    const third = updates({ folder });
    await third.service.check();
    expect(third.seen).toEqual([seen]);
  });

  it('that is not to be trusted is said as what it is, and is not installed', async () => {
    const world = updates();
    world.mode = 'drained';
    world.downloads = notGenuine('the sum is another');
    world.service.start();
    await world.clock.turn(3 * MINUTE);
    expect(world.service.view()).toMatchObject({ state: 'failed', reason: { code: 'desktop.update-not-genuine' } });
    expect(world.installed).toEqual([]);
    world.service.stop();
  });

  it('that does not come whole, or does not install, leaves this one running', async () => {
    const world = updates();
    world.mode = 'drained';
    world.downloads = false;
    world.service.start();
    await world.clock.turn(3 * MINUTE);
    expect(world.service.view()).toMatchObject({ state: 'failed', reason: { code: 'desktop.update-not-downloaded' } });
    world.downloads = true;
    world.installs = false;
    await world.clock.turn(HOUR + 5 * MINUTE);
    expect(world.service.view()).toMatchObject({ state: 'failed', reason: { code: 'desktop.update-not-installed' } });
    world.service.stop();
    expect(world.clock.timers).toBe(0);
  });

  it('that did not last is not tried again by itself, and is when somebody says so', async () => {
    const folder = temporaryFolder();
    const clock = new HandClock();
    const first = updates({ folder, clock });
    first.mode = 'drained';
    first.service.start();
    await clock.turn(10 * MINUTE);
    expect(first.installed).toEqual(['0.2.0']);
    first.service.stop();
    const second = updates({ folder, clock, notInstalled: true });
    second.mode = 'drained';
    expect(second.service.view()).toMatchObject({ state: 'failed', reason: { code: 'desktop.update-not-installed' } });
    second.service.start();
    await clock.turn(72 * HOUR);
    expect([second.calls.includes('download'), second.installed, second.service.view().state]).toEqual([
      false,
      [],
      'available',
    ]);
    await second.service.install();
    await clock.turn(0);
    expect(second.installed).toEqual(['0.2.0']);
    second.service.stop();
    const third = updates({ folder, clock });
    third.mode = 'drained';
    third.newest = '0.3.0';
    third.service.start();
    await clock.turn(48 * HOUR);
    expect(third.installed).toEqual(['0.3.0']);
  });

  it('is somebody else’s business where the system updates this', async () => {
    const world = updates({ elsewhere: true });
    world.service.start();
    await world.clock.turn(100 * HOUR);
    expect(await code(world.service.check())).toBe('desktop.update-by-system');
    expect(await code(world.service.install())).toBe('desktop.update-by-system');
    expect([world.calls, world.service.view().state]).toEqual([[], 'unsupported']);
  });
});

describe('a start after an update', () => {
  const record: UpdateRecord = {
    from: '0.1.0',
    to: '0.2.0',
    at: 1,
    copy: 'hearth-x-update.db',
    program: { kept: '/data/window/previous.AppImage', place: '/home/u/Hearth.AppImage' },
    phase: 'installing',
  };

  it.each([
    ['nothing was updated', undefined, '0.2.0', 'usual'],
    ['the new version comes first', record, '0.2.0', 'trial'],
    [
      'the new version did not get through its minute',
      { ...record, phase: 'trying' as const },
      '0.2.0',
      'failed-before',
    ],
    ['the new version has proven itself', { ...record, phase: 'proven' as const }, '0.2.0', 'usual'],
    ['the old version is still here', record, '0.1.0', 'not-installed'],
    ['somebody went back by hand', { ...record, phase: 'trying' as const }, '0.1.0', 'usual'],
    ['a third version was installed by hand', record, '0.3.0', 'usual'],
  ])('where %s', (_what, known, version, verdict) => {
    expect(startOf(known, version)).toBe(verdict);
  });

  it('tells the way back, in plain words where it is not done from here', () => {
    const back = (known: UpdateRecord | undefined, version = '0.2.0') => wayBackOf(known, version, '/data/backups');
    expect(back({ ...record, phase: 'trying' })).toMatchObject({ version: '0.1.0', here: true });
    const said = (way: ReturnType<typeof back>) => way?.how.map(({ message }) => message).join(' ');
    const proven = back({ ...record, phase: 'proven' });
    expect(proven?.here).toBe(false);
    expect(said(proven)).toBe(
      'The version before, 0.1.0, is kept as /data/window/previous.AppImage. It opens only its own database. The database from before the update is /data/backups/hearth-x-update.db.',
    );
    expect(said(back({ ...record, phase: 'proven', program: null, copy: null }))).toBe(
      'To go back, install 0.1.0 over this version. It opens only its own database.',
    );
    expect([back(undefined), back(record, '0.3.0')]).toEqual([null, null]);
  });
});
