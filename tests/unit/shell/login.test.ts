import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { type LoginApp, linuxItem, macItem, windowsItem } from '../../../src-main/shell/login/item.ts';
import { Login } from '../../../src-main/shell/login/login.ts';
import { judge, stateOf } from '../../../src-main/shell/login/record.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const T = 1_750_000_000_000;
const HOUR = 3_600_000;
const record = (setAt: number, openedAt: number | null = null, failedAt: number | null = null) => ({
  setAt,
  openedAt,
  failedAt,
});

describe('what a start tells of opening at login', () => {
  it.each([
    ['a login’s own start', record(T), { byLogin: true, bootedAt: T }, 'verified', false],
    ['a start by hand before any login', record(T), { byLogin: false, bootedAt: T - HOUR }, 'on', false],
    [
      'a start by hand after a login that opened it',
      record(T, T + HOUR),
      { byLogin: false, bootedAt: T },
      'verified',
      false,
    ],
    ['a start by hand after a login that did not', record(T), { byLogin: false, bootedAt: T + HOUR }, 'failed', true],
    ['the same after it once did', record(T, T + HOUR), { byLogin: false, bootedAt: T + 2 * HOUR }, 'failed', true],
    ['a start of the computer at the same moment', record(T), { byLogin: false, bootedAt: T + 30_000 }, 'on', false],
    ['a login that mends it', record(T, null, T - 1), { byLogin: true, bootedAt: T + HOUR }, 'verified', false],
    [
      'a start by hand after it was set up anew',
      record(T, null, T),
      { byLogin: false, bootedAt: T - HOUR },
      'failed',
      false,
    ],
  ] as const)('%s', (_what, before, start, state, failed) => {
    const verdict = judge(before, { now: T + 3 * HOUR, ...start });
    expect([stateOf(verdict.record), verdict.failed]).toEqual([state, failed]);
  });
});

function started(file: string, folder: string, clock: HandClock, uptime = 10) {
  const failures: number[] = [];
  const item = linuxItem(['/opt/Hearth/hearth-desktop', '--background'], file);
  const login = new Login(
    {
      clock,
      logger: silentLogger,
      item,
      uptime: () => uptime,
      changed: () => {},
      failed: () => void failures.push(clock.now()),
    },
    folder,
  );
  return { login, failures };
}

describe('opening at login on Linux', () => {
  function place() {
    const folder = temporaryFolder();
    return { file: join(folder, 'autostart', 'hearth-desktop.desktop'), folder, clock: new HandClock(T) };
  }

  it('is off until it is asked for, and leaves nothing behind when it is off again', () => {
    const { file, folder, clock } = place();
    const { login } = started(file, folder, clock);
    login.want(false, { byLogin: false });
    expect([existsSync(file), existsSync(join(folder, 'login.json')), login.view().state]).toEqual([
      false,
      false,
      'off',
    ]);
    login.want(true);
    expect(readFileSync(file, 'utf8')).toContain('\nExec=/opt/Hearth/hearth-desktop --background\n');
    expect(login.view()).toEqual({ state: 'on', verifiedAt: null, reason: null });
    login.want(false);
    expect([existsSync(file), login.view().state]).toEqual([false, 'off']);
  });

  it('is verified by the login that opens it, and stays so over starts by hand', async () => {
    const { file, folder, clock } = place();
    started(file, folder, clock).login.want(true);
    await clock.turn(HOUR);
    const second = started(file, folder, clock);
    second.login.want(true, { byLogin: true });
    expect(second.login.view()).toEqual({ state: 'verified', verifiedAt: T + HOUR, reason: null });
    await clock.turn(HOUR);
    const third = started(file, folder, clock, 2 * 3600);
    third.login.want(true, { byLogin: false });
    expect([third.login.view().state, third.failures]).toEqual(['verified', []]);
  });

  it('is told of where a login did not open it, once, and set up anew', async () => {
    const { file, folder, clock } = place();
    started(file, folder, clock).login.want(true);
    await clock.turn(HOUR);
    writeFileSync(file, '[Desktop Entry]\nExec=/gone/hearth\n');
    const second = started(file, folder, clock);
    second.login.want(true, { byLogin: false });
    expect(second.login.view()).toMatchObject({ state: 'failed', reason: { code: 'desktop.login-failed' } });
    expect(readFileSync(file, 'utf8')).toContain('/opt/Hearth/hearth-desktop');
    const third = started(file, folder, clock, 600);
    third.login.want(true, { byLogin: false });
    expect([second.failures.length, third.failures.length, third.login.view().state]).toEqual([1, 0, 'failed']);
    await clock.turn(HOUR);
    const fourth = started(file, folder, clock);
    fourth.login.want(true, { byLogin: true });
    expect(fourth.login.view().state).toBe('verified');
  });

  it('is left alone where the user has switched it off in the system’s settings', async () => {
    const { file, folder, clock } = place();
    started(file, folder, clock).login.want(true);
    const off = `${readFileSync(file, 'utf8')}X-GNOME-Autostart-enabled=false\n`;
    writeFileSync(file, off);
    await clock.turn(HOUR);
    const { login, failures } = started(file, folder, clock);
    login.want(true, { byLogin: false });
    expect([readFileSync(file, 'utf8') === off, failures, login.view().state]).toEqual([true, [], 'blocked']);
  });

  it('comes back where the entry was removed, and follows the program to another place', () => {
    const { file, folder, clock } = place();
    mkdirSync(join(folder, 'autostart'));
    writeFileSync(file, '[Desktop Entry]\nExec=/old/place --background\n');
    expect(linuxItem(['/new/place', '--background'], file).listed()).toBe('stale');
    started(file, folder, clock).login.want(true);
    const { login } = started(file, folder, clock, 3600);
    login.want(true, { byLogin: false });
    expect(linuxItem(['/opt/Hearth/hearth-desktop', '--background'], file).listed()).toBe('yes');
  });

  it('says what is the matter where it cannot be set', () => {
    const { folder, clock } = place();
    writeFileSync(join(folder, 'autostart'), 'a file where a folder should be');
    const { login } = started(join(folder, 'autostart', 'x.desktop'), folder, clock);
    login.want(true);
    expect(login.view()).toMatchObject({ state: 'failed', reason: { code: 'desktop.login-not-set' } });
  });

  it('takes a second start by the login, while it runs, for the proof it is', () => {
    const { file, folder, clock } = place();
    const { login } = started(file, folder, clock);
    login.opened();
    expect(login.view().state).toBe('off');
    login.want(true);
    login.opened();
    expect(login.view().state).toBe('verified');
  });

  it('does not exist in practice', () => {
    const deps = { clock: new HandClock(T), logger: silentLogger, item: undefined, uptime: () => 1 };
    const login = new Login({ ...deps, changed: () => {}, failed: () => {} }, temporaryFolder());
    login.want(true, { byLogin: false });
    expect(login.view().state).toBe('not-here');
  });
});

describe('the lists of other systems', () => {
  function app(settings: object) {
    const asked: unknown[] = [];
    const fake: LoginApp = {
      setLoginItemSettings: (given) => void asked.push(given),
      getLoginItemSettings: (given) => {
        asked.push(given);
        return { openAtLogin: false, ...settings };
      },
    };
    return { fake, asked };
  }

  it.each([
    [{ openAtLogin: false }, 'no'],
    [{ openAtLogin: true, executableWillLaunchAtLogin: true }, 'yes'],
    [{ openAtLogin: true, executableWillLaunchAtLogin: false }, 'blocked'],
  ])('on Windows say %j for %s, asked with the same words as set', (settings, listed) => {
    const { fake, asked } = app(settings);
    const item = windowsItem(fake, ['C:\\Hearth.exe', '--background', '--data', 'C:\\My Data']);
    item.set(true);
    expect(item.listed()).toBe(listed);
    const words = { path: 'C:\\Hearth.exe', args: ['--background', '--data', '"C:\\My Data"'] };
    expect(asked).toEqual([{ openAtLogin: true, ...words }, words]);
  });

  it.each([
    [{ openAtLogin: false, status: 'not-registered' }, 'no'],
    [{ openAtLogin: true, status: 'enabled' }, 'yes'],
    [{ openAtLogin: false, status: 'requires-approval' }, 'blocked'],
  ])('on macOS say %j for %s', (settings, listed) => {
    expect(macItem(app(settings).fake).listed()).toBe(listed);
  });
});
