// What programs of the systems answer, word for word as they print it, from scripts in their place.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linuxApps, macApps, windowsApps } from '../../../../src-main/availability/sensors/apps.ts';
import { macBattery, windowsBattery } from '../../../../src-main/availability/sensors/battery.ts';
import { linuxFullscreen } from '../../../../src-main/availability/sensors/fullscreen.ts';
import { gpuHeat } from '../../../../src-main/availability/sensors/heat.ts';
import { windowsMetered } from '../../../../src-main/availability/sensors/metered.ts';
import { systemSensors } from '../../../../src-main/availability/sensors/system.ts';
import { vram } from '../../../../src-main/availability/sensors/vram.ts';
import { gpuWatts } from '../../../../src-main/availability/sensors/watts.ts';
import { runner } from '../../../../src-main/base/run.ts';
import { HandClock } from '../../../support/clock.ts';
import { programs, tree } from '../../../support/tree.ts';

const signal = () => new AbortController().signal;
const NOT_HERE = { ok: false, why: 'not-here' };
const NO_ANSWER = { ok: false, why: 'no-answer' };
const says = (name: string, text: string) => runner({ PATH: programs({ [name]: `cat <<'END'\n${text}\nEND` }) });
const without = runner({ PATH: '/nowhere' });
const unix = process.platform !== 'win32';

describe.skipIf(!unix)('a program', () => {
  it('that is not there is told from one that fails', async () => {
    const run = runner({ PATH: programs({ fails: 'echo no; exit 3' }) });
    expect(await run('fails', [], signal())).toEqual({ kind: 'failed' });
    expect(await run('nobody-has-this', [], signal())).toEqual({ kind: 'missing' });
  });

  it('that never ends is ended with the signal, also when it does not want to', async () => {
    const run = runner({ PATH: programs({ hangs: "trap '' TERM INT HUP\necho began\nexec sleep 600" }) });
    const stop = new AbortController();
    const ended = run('hangs', [], stop.signal);
    stop.abort();
    expect(await ended).toEqual({ kind: 'failed' });
    expect(await run('hangs', [], stop.signal)).toEqual({ kind: 'failed' });
  });

  it('that says more than a megabyte is cut off', async () => {
    const run = runner({ PATH: programs({ talks: 'yes' }) });
    expect(await run('talks', [], signal())).toEqual({ kind: 'failed' });
  });

  it('speaks plain English, whatever the user’s language', async () => {
    const run = runner({ PATH: programs({ tongue: 'echo $LC_ALL' }), LC_ALL: 'de_DE.UTF-8' });
    expect(await run('tongue', [], signal())).toEqual({ kind: 'done', text: 'C\n' });
  });
});

describe.skipIf(!unix)('batteries by program', () => {
  it.each([
    [
      "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t86%; discharging; 4:47 remaining present: true",
      { onBattery: true, percent: 86 },
    ],
    [
      "Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t100%; charged; 0:00 remaining present: true",
      { onBattery: false, percent: 100 },
    ],
    ["Now drawing from 'AC Power'", { onBattery: false, percent: null }],
  ])('pmset: %j', async (text, value) => {
    expect(await macBattery(says('pmset', text)).read(signal())).toEqual({ ok: true, value });
  });

  it.each([
    ['1 43', { onBattery: true, percent: 43 }],
    ['2 99', { onBattery: false, percent: 99 }],
    ['5 4\n1 20', { onBattery: true, percent: 12 }],
    ['', { onBattery: false, percent: null }],
  ])('Win32_Battery: %j', async (text, value) => {
    expect(await windowsBattery(says('powershell.exe', text)).read(signal())).toEqual({ ok: true, value });
  });

  it('are not guessed where the program fails or is not there', async () => {
    expect(await macBattery(says('pmset', 'no idea')).read(signal())).toEqual(NO_ANSWER);
    expect(await macBattery(without).read(signal())).toEqual(NOT_HERE);
    expect(await windowsBattery(without).read(signal())).toEqual(NOT_HERE);
  });
});

describe.skipIf(!unix)('the cost of the line on Windows', () => {
  it.each([
    ['Unrestricted', { ok: true, value: { metered: false } }],
    ['Fixed', { ok: true, value: { metered: true } }],
    ['Variable', { ok: true, value: { metered: true } }],
    ['Unknown', NOT_HERE],
    ['', NOT_HERE],
  ])('%j', async (text, reading) => {
    expect(await windowsMetered(says('powershell.exe', text)).read(signal())).toEqual(reading);
  });
});

describe.skipIf(!unix)('an app that fills the screen', () => {
  const screen = (state: string, front = '_NET_ACTIVE_WINDOW(WINDOW): window id # 0x3a00007') => ({
    run: runner({
      PATH: programs({ xprop: `if [ "$1" = -root ]; then echo '${front}'; else cat <<'END'\n${state}\nEND\nfi` }),
    }),
    env: { DISPLAY: ':0' },
  });
  const read = (deps: Parameters<typeof linuxFullscreen>[0]) => linuxFullscreen(deps).read(signal());
  const none = { ok: true, value: { fullscreen: false, app: null } };

  it('is named by its class', async () => {
    const state =
      '_NET_WM_STATE(ATOM) = _NET_WM_STATE_FOCUSED, _NET_WM_STATE_FULLSCREEN\nWM_CLASS(STRING) = "factorio", "factorio"';
    expect(await read(screen(state))).toEqual({ ok: true, value: { fullscreen: true, app: 'factorio' } });
  });

  it('may write anything there and is cut to plain words', async () => {
    const name = `A\u202e<b>${'x'.repeat(100)}`;
    const state = `_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN\nWM_CLASS(STRING) = "a", "${name}"`;
    expect(await read(screen(state))).toEqual({ ok: true, value: { fullscreen: true, app: `Ab${'x'.repeat(38)}` } });
  });

  it('may have no name', async () => {
    expect(await read(screen('_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN\nWM_CLASS:  not found.'))).toEqual({
      ok: true,
      value: { fullscreen: true, app: null },
    });
  });

  it('is not one that is only large', async () => {
    const state = '_NET_WM_STATE(ATOM) = _NET_WM_STATE_MAXIMIZED_VERT, _NET_WM_STATE_MAXIMIZED_HORZ';
    expect(await read(screen(state))).toEqual(none);
    expect(await read(screen('', '_NET_ACTIVE_WINDOW(WINDOW): window id # 0x0'))).toEqual(none);
  });

  it('can’t be seen without a window manager, under Wayland, without a screen or without xprop', async () => {
    const { run } = screen('_NET_WM_STATE(ATOM) = _NET_WM_STATE_FULLSCREEN');
    expect(await read(screen('', '_NET_ACTIVE_WINDOW:  no such atom on any window.'))).toEqual(NOT_HERE);
    expect(await read({ run, env: { DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' } })).toEqual(NOT_HERE);
    expect(await read({ run, env: {} })).toEqual(NOT_HERE);
    expect(await read({ run: without, env: { DISPLAY: ':0' } })).toEqual(NOT_HERE);
  });
});

describe.skipIf(!unix)('NVIDIA’s cards', () => {
  const TWO = 'NVIDIA GeForce RTX 4090, 61, 24564, 20111, 61.25\nTesla T4, 72, 15360, 400, 12.50';

  it('tell the hottest, and free memory and watts together', async () => {
    const run = says('nvidia-smi', TWO);
    expect(await gpuHeat(run, undefined).read(signal())).toEqual({
      ok: true,
      value: { celsius: 72, sensor: 'Tesla T4' },
    });
    expect(await vram(run, undefined).read(signal())).toEqual({
      ok: true,
      value: { totalBytes: (24_564 + 15_360) * 2 ** 20, freeBytes: (20_111 + 400) * 2 ** 20 },
    });
    expect(await gpuWatts(run, undefined).read(signal())).toEqual({ ok: true, value: 73.75 });
  });

  it('that do not tell are left out', async () => {
    const run = says('nvidia-smi', 'GRID A100, [N/A], [N/A], [N/A], [N/A]');
    expect(await gpuWatts(run, undefined).read(signal())).toEqual(NOT_HERE);
    expect(await gpuHeat(run, undefined).read(signal())).toEqual(NOT_HERE);
    expect(await vram(run, undefined).read(signal())).toEqual(NOT_HERE);
  });

  it('may be away for the moment', async () => {
    const run = runner({ PATH: programs({ 'nvidia-smi': 'echo "Unable to determine the device handle"; exit 15' }) });
    expect(await gpuHeat(run, undefined).read(signal())).toEqual(NO_ANSWER);
  });
});

describe('the programs that run', () => {
  const names = async (sensor: ReturnType<typeof linuxApps>) => {
    const reading = await sensor.read(signal());
    return reading.ok ? [...reading.value].sort() : reading;
  };

  it('are those of /proc, by their names alone', async () => {
    const root = tree({
      'proc/1/comm': 'systemd',
      'proc/812/comm': 'Factorio',
      'proc/812/cmdline': '/secret/path',
      'proc/self/comm': 'not-a-number',
      'proc/meminfo': '',
    });
    expect(await names(linuxApps(root))).toEqual(['factorio', 'systemd']);
  });

  it('are seen to come, to become others, and to go', async () => {
    const root = tree({ 'proc/1/comm': 'systemd', 'proc/7/comm': 'sh' });
    const { writeFileSync, rmSync, mkdirSync } = await import('node:fs');
    const sensor = linuxApps(root);
    expect(await names(sensor)).toEqual(['sh', 'systemd']);
    writeFileSync(`${root}/proc/7/comm`, 'factorio\n');
    expect(await names(sensor)).toEqual(['factorio', 'systemd']);
    rmSync(`${root}/proc/7`, { recursive: true });
    mkdirSync(`${root}/proc/9`);
    writeFileSync(`${root}/proc/9/comm`, 'doom\n');
    expect(await names(sensor)).toEqual(['doom', 'systemd']);
  });

  it('are read afresh now and then, for numbers are used again', async () => {
    const root = tree({ 'proc/7/comm': 'sh' });
    const { writeFileSync } = await import('node:fs');
    const sensor = linuxApps(root);
    for (let look = 0; look < 10; look += 1) await names(sensor);
    writeFileSync(`${root}/proc/7/comm`, 'doom\n');
    expect(await names(sensor)).toEqual(['sh']);
    const seen: unknown[] = [];
    for (let look = 0; look < 60; look += 1) seen.push(((await names(sensor)) as string[])[0]);
    expect(seen.at(-1)).toBe('doom');
  });

  it.skipIf(process.platform !== 'linux')('include this one, on a real /proc', async () => {
    const { readFileSync } = await import('node:fs');
    const own = readFileSync('/proc/self/comm', 'utf8').trim().toLowerCase();
    expect(await names(linuxApps('/'))).toContain(own);
    expect(readdirSync('/proc').length).toBeGreaterThan(1);
  });

  it.skipIf(!unix)('are what ps and tasklist list', async () => {
    expect(await names(macApps(says('ps', 'launchd\nGoogle Chrome\n  Factorio')))).toEqual([
      'factorio',
      'google chrome',
      'launchd',
    ]);
    const csv =
      '"System Idle Process","0","Services","0","8 K"\n"factorio.exe","812","Console","1","912,332 K"\nINFO: x';
    expect(await names(windowsApps(says('tasklist', csv)))).toEqual(['factorio.exe', 'system idle process']);
  });
});

describe('the sensors of a system', () => {
  it.each(['linux', 'darwin', 'win32', 'freebsd'] as const)(
    'are all there on %s, and never throw',
    async (platform) => {
      const root = tree({ 'proc/1/comm': 'init', 'proc/uptime': '5.0 5.0' });
      const sensors = systemSensors({ clock: new HandClock(), platform, env: { PATH: '/nowhere' }, root });
      const readings = await Promise.all(Object.values(sensors).map((sensor) => sensor.read(signal())));
      expect(readings).toHaveLength(9);
      for (const reading of readings) expect(reading.ok || reading.why === 'not-here').toBe(true);
    },
  );
});
