// Idle time and metered lines over a real bus, asked by the real busctl, of services that speak D-Bus as the desktop's do.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { busOf } from '../../../../src-main/availability/sensors/bus.ts';
import { linuxIdle } from '../../../../src-main/availability/sensors/idle.ts';
import { linuxMetered } from '../../../../src-main/availability/sensors/metered.ts';
import { runner } from '../../../../src-main/base/run.ts';
import { HandClock } from '../../../support/clock.ts';
import { type Answerer, hasProgram, testBus, type Variant } from '../../../support/dbus.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const here = process.platform === 'linux' && hasProgram('dbus-daemon') && hasProgram('busctl');
if (!here) console.warn('dbus-daemon or busctl is not here: what is read over D-Bus is not tested');

const NOW = 1_780_000_000_000;
const DAY_S = 86_400;
const signal = () => new AbortController().signal;

interface Session {
  readonly type?: string;
  readonly kind?: string;
  readonly state?: string;
  readonly hint?: boolean;
  /** Seconds before now; undefined: never. */
  readonly since?: number;
}

const is = (type: string, value: unknown): Variant => ({ type, value });

function logind(sessions: readonly Session[]): Answerer {
  const path = (index: number) => `/org/freedesktop/login1/session/_3${index}`;
  return ({ path: asked, face, member, texts }) => {
    if (face === 'org.freedesktop.login1.Manager' && member === 'ListSessions') {
      const rows = sessions.map((_, index) => [String(index), 1000 + index, 'ada', 'seat0', path(index)]);
      return { signature: 'a(susso)', values: [rows] };
    }
    const session = sessions.find((_, index) => path(index) === asked);
    if (!session || member !== 'GetAll' || texts[0] !== 'org.freedesktop.login1.Session') return undefined;
    const since = session.since === undefined ? 0 : (NOW - session.since * 1000) * 1000;
    const properties = {
      Class: is('s', session.kind ?? 'user'),
      Type: is('s', session.type ?? 'tty'),
      State: is('s', session.state ?? 'active'),
      IdleHint: is('b', session.hint ?? false),
      IdleSinceHint: is('t', since),
      // Others that are there too.
      Name: is('s', 'ada'),
      VTNr: is('u', 2),
      Seat: is('(so)', ['seat0', '/org/freedesktop/login1/seat/seat0']),
    };
    return { signature: 'a{sv}', values: [Object.entries(properties)] };
  };
}

/** Up for a day. */
function root(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'proc'));
  writeFileSync(join(folder, 'proc/uptime'), `${DAY_S}.37 100000.00\n`);
  return folder;
}

async function onBus(services: Readonly<Record<string, Answerer>>, env: Readonly<Record<string, string>> = {}) {
  const bus = await testBus();
  for (const [name, answer] of Object.entries(services)) await bus.serve(name, answer);
  const all = { PATH: process.env.PATH, ...bus.env, ...env };
  const run = runner(all);
  return {
    idle: linuxIdle({ clock: new HandClock(NOW), bus: busOf(run), run, env: all, root: root() }),
    metered: linuxMetered(busOf(run)),
  };
}

describe.skipIf(!here)('idle over D-Bus', () => {
  it('is what GNOME’s compositor counts', async () => {
    const { idle } = await onBus({
      'org.gnome.Mutter.IdleMonitor': ({ path, member }) =>
        path === '/org/gnome/Mutter/IdleMonitor/Core' && member === 'GetIdletime'
          ? { signature: 't', values: [754_321n] }
          : undefined,
      'org.freedesktop.login1': logind([{ since: 5 }]),
    });
    expect(await idle.read(signal())).toEqual({ ok: true, value: { seconds: 754 } });
  });

  it.each<[string, readonly Session[], number | 'unreadable']>([
    ['nobody is logged in: as long as the computer is up', [], DAY_S],
    ['somebody typed in a terminal a minute ago', [{ since: 60 }], 60],
    ['a desktop says nobody is there, for ten minutes', [{ type: 'wayland', hint: true, since: 600 }], 600],
    ['a desktop said so once, and somebody came back', [{ type: 'x11', hint: false, since: 7200 }], 0],
    ['a desktop never says anything', [{ type: 'wayland', hint: false }], 'unreadable'],
    ['two are there, the later one counts', [{ since: 3000 }, { type: 'x11', hint: true, since: 900 }], 900],
    ['one of two can’t be told', [{ since: 3000 }, { type: 'wayland' }], 'unreadable'],
    ['the other is a greeter', [{ since: 3000 }, { kind: 'greeter', type: 'wayland' }], 3000],
    ['the other is closing', [{ since: 3000 }, { state: 'closing', since: 1 }], 3000],
    ['the clock was set back meanwhile', [{ since: -50 }], 0],
  ])('is what logind knows where %s', async (_name, sessions, seconds) => {
    const { idle } = await onBus({ 'org.freedesktop.login1': logind(sessions) });
    expect(await idle.read(signal())).toEqual(
      seconds === 'unreadable' ? { ok: false, why: 'not-here' } : { ok: true, value: { seconds } },
    );
  });

  it('can’t be read where no such service is on the bus, or no bus', async () => {
    const { idle } = await onBus({});
    expect(await idle.read(signal())).toEqual({ ok: false, why: 'not-here' });
    const nowhere = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere', DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere' };
    const off = await onBus({}, nowhere);
    expect(await off.idle.read(signal())).toEqual({ ok: false, why: 'not-here' });
  });

  it('ends when nobody answers and it is told to', async () => {
    const heard = Promise.withResolvers<void>();
    const { idle } = await onBus({
      'org.gnome.Mutter.IdleMonitor': () => {
        heard.resolve();
        return 'silence';
      },
    });
    const stop = new AbortController();
    const reading = idle.read(stop.signal);
    await heard.promise;
    stop.abort();
    expect(await reading).toEqual({ ok: false, why: 'no-answer' });
  });
});

describe.skipIf(!here)('a metered line over D-Bus', () => {
  it.each([
    ['unknown', 0, { ok: false, why: 'not-here' }],
    ['yes', 1, { ok: true, value: { metered: true } }],
    ['no', 2, { ok: true, value: { metered: false } }],
    ['guessed yes', 3, { ok: true, value: { metered: true } }],
    ['guessed no', 4, { ok: true, value: { metered: false } }],
  ])('is what NetworkManager says: %s', async (_name, number, expected) => {
    const { metered } = await onBus({
      'org.freedesktop.NetworkManager': ({ path, member, texts }) =>
        path === '/org/freedesktop/NetworkManager' &&
        member === 'Get' &&
        texts.join() === 'org.freedesktop.NetworkManager,Metered'
          ? { signature: 'v', values: [is('u', number)] }
          : undefined,
    });
    expect(await metered.read(signal())).toEqual(expected);
  });

  it('can’t be read without NetworkManager', async () => {
    const { metered } = await onBus({});
    expect(await metered.read(signal())).toEqual({ ok: false, why: 'not-here' });
  });
});
