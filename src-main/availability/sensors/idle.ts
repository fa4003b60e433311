// How long this computer has been unattended. Several services know, each on some desktops only; one that answers without
// knowing is worse than none, so each is believed only where it is known to tell.

import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { textOf } from '../../base/files.ts';
import type { Run } from '../../base/run.ts';
import type { Bus } from './bus.ts';
import { firstOf, type Idle, NO_ANSWER, NOT_HERE, type Reading, reads, type Sensor } from './sensor.ts';

export interface IdleDeps {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly run: Run;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `/`, or a test's folder. */
  readonly root: string;
}

/** Linux: GNOME's compositor, then X11's own counter, then logind. */
export function linuxIdle(deps: IdleDeps): Sensor<Idle> {
  const read = firstOf(
    (signal) => mutter(deps, signal),
    (signal) => xprintidle(deps, signal),
    (signal) => logind(deps, signal),
  );
  return { everyMs: 10_000, read };
}

const MUTTER = {
  bus: 'user',
  service: 'org.gnome.Mutter.IdleMonitor',
  path: '/org/gnome/Mutter/IdleMonitor/Core',
  face: 'org.gnome.Mutter.IdleMonitor',
} as const;

async function mutter({ bus, env }: IdleDeps, signal: AbortSignal): Promise<Reading<Idle>> {
  if (!env.DBUS_SESSION_BUS_ADDRESS && !env.XDG_RUNTIME_DIR) return NOT_HERE;
  const reading = await bus.call(MUTTER, ['GetIdletime'], z.tuple([z.number().nonnegative()]), signal);
  return reading.ok ? reads({ seconds: Math.floor(reading.value[0] / 1000) }) : reading;
}

async function xprintidle({ run, env }: IdleDeps, signal: AbortSignal): Promise<Reading<Idle>> {
  // Under Wayland the X server sees only what goes to its own windows.
  if (!env.DISPLAY || env.WAYLAND_DISPLAY) return NOT_HERE;
  const answered = await run('xprintidle', [], signal);
  if (answered.kind !== 'done') return answered.kind === 'missing' ? NOT_HERE : NO_ANSWER;
  return /^\d{1,15}\s*$/.test(answered.text) ? reads({ seconds: Math.floor(Number(answered.text) / 1000) }) : NO_ANSWER;
}

const LOGIN = { bus: 'system', service: 'org.freedesktop.login1' } as const;
const MANAGER = { ...LOGIN, path: '/org/freedesktop/login1', face: 'org.freedesktop.login1.Manager' } as const;
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const SESSION = 'org.freedesktop.login1.Session';
/** A computer with more sessions is no hobbyist's. */
const MOST_SESSIONS = 16;

const Sessions = z.tuple([z.array(z.tuple([z.string(), z.number(), z.string(), z.string(), z.string()]))]);
const value = <V extends z.ZodType>(schema: V) => z.object({ data: schema });
const Session = z.tuple([
  z.object({
    Class: value(z.string()),
    Type: value(z.string()),
    State: value(z.string()),
    IdleHint: value(z.boolean()),
    IdleSinceHint: value(z.number().nonnegative()),
  }),
]);
type Session = z.infer<typeof Session>[0];

/** systemd-logind: the shortest of all sessions of people. Without a login: idle since the start of the computer. */
async function logind(deps: IdleDeps, signal: AbortSignal): Promise<Reading<Idle>> {
  const { bus, clock, root } = deps;
  const listed = await bus.call(MANAGER, ['ListSessions'], Sessions, signal);
  if (!listed.ok) return listed;
  const paths = listed.value[0].map(([, , , , path]) => path).slice(0, MOST_SESSIONS);
  let seconds = Number((await textOf(root, 'proc', 'uptime'))?.split('.')[0]);
  if (!Number.isFinite(seconds)) return NOT_HERE;
  for (const path of paths) {
    const reading = await bus.call({ ...LOGIN, path, face: PROPERTIES }, ['GetAll', 's', SESSION], Session, signal);
    // It may have ended between the two questions.
    if (!reading.ok) continue;
    const idle = sessionIdle(reading.value[0], clock.now());
    if (idle === 'unknown') return NOT_HERE;
    if (idle !== 'no-person') seconds = Math.min(seconds, idle);
  }
  return reads({ seconds });
}

/**
 * A terminal's time is that of its last input, whatever the hint. A desktop sets the hint itself, to true when the user is away
 * and back, and the time is that of the last change; one that never set it has no time, and tells nothing.
 */
function sessionIdle(session: Session, now: number): number | 'no-person' | 'unknown' {
  if (session.Class.data !== 'user' || session.State.data === 'closing') return 'no-person';
  const since = session.IdleSinceHint.data / 1000;
  const graphical = ['x11', 'wayland', 'mir'].includes(session.Type.data);
  if (since === 0) return graphical ? 'unknown' : 'no-person';
  if (graphical && !session.IdleHint.data) return 0;
  return Math.max(0, Math.floor((now - since) / 1000));
}
