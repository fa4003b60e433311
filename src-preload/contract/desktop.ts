// What only the desktop app has: its tray, opening at login, updates, the keychain. Elsewhere the slice's value is null and
// the requests are denied.

import { z } from 'zod';
import { inFront, live, Nothing, Reason, request, Time } from './define.ts';

/**
 * Off: not wanted. On: set up, and there was no login since. Verified: it has opened at a login. Failed: there was a login and
 * it did not open. Blocked: the system's own settings forbid it. Not-here: not for this way of starting.
 */
export const LoginView = z.object({
  state: z.enum(['off', 'on', 'verified', 'failed', 'blocked', 'not-here']),
  verifiedAt: Time.nullable(),
  reason: Reason.nullable(),
});
export type LoginView = z.infer<typeof LoginView>;

/**
 * Unsupported: this installation is not updated from here, and `reason` says by whom. Off: by the setting. Idle: nothing newer
 * is known. Waiting: it comes once the line is not metered, or no task runs. Failed: the last try; it is tried again.
 */
export const UpdateState = z.enum([
  'unsupported',
  'off',
  'idle',
  'checking',
  'available',
  'downloading',
  'downloaded',
  'waiting',
  'installing',
  'failed',
]);
export type UpdateState = z.infer<typeof UpdateState>;

export const UpdatesView = z.object({
  state: UpdateState,
  /** The newer version that is known of. */
  version: z.string().nullable(),
  /** Of a download, from 0 to 1. */
  done: z.number().min(0).max(1).nullable(),
  checkedAt: Time.nullable(),
  /** When the newest list of a release that was seen was signed: a host that keeps newer ones back can't make it younger. */
  signedAt: Time.nullable(),
  reason: Reason.nullable(),
  /** A version that was just installed and has to prove itself; until then no task is taken. */
  trial: z.object({ from: z.string(), until: Time }).nullable(),
  /** How the user gets back to the version before, a sentence each; null where there is none. `here`: Hearth itself can do it. */
  wayBack: z.object({ version: z.string(), here: z.boolean(), how: z.array(Reason) }).nullable(),
});
export type UpdatesView = z.infer<typeof UpdatesView>;

/** How this system writes the time of the day: 10:00 PM, or 22:00. */
export const Hours = z.enum(['h12', 'h23']);
export type Hours = z.infer<typeof Hours>;

export const DesktopView = z.object({
  hours: Hours,
  /** Hidden: there is nothing on this desktop that would show it. Unknown: the desktop does not tell. */
  tray: z.enum(['shown', 'hidden', 'unknown']),
  login: LoginView,
  updates: UpdatesView,
  /** The keys of desktop.releaseKeys. Taken: another program has them, or this desktop gives none, so they do nothing here. */
  releaseKeys: z.enum(['none', 'held', 'taken']),
  /** Plain: the desktop would keep the key readable for any owner of the disk. `name` as the desktop calls it. */
  keychain: z.object({ state: z.enum(['protects', 'plain', 'none']), name: z.string().nullable(), says: z.string() }),
});
export type DesktopView = z.infer<typeof DesktopView>;

export const desktopRequests = {
  'desktop.get': request(Nothing, live(DesktopView.nullable())),
  /** Looks for a newer version now, over any line: it is asked for. */
  'desktop.checkForUpdate': request(Nothing, live(DesktopView.nullable())),
  /** Downloads the newer version if need be, lets running tasks end, copies the database, and starts the newer version. */
  'desktop.installUpdate': request(Nothing, live(DesktopView.nullable())),
  /** Gives the key that seals this folder's secrets to another holder. A passphrase is asked for in a window of its own. */
  'desktop.moveKey': inFront(
    request(z.object({ to: z.enum(['file', 'passphrase', 'keychain']) }), live(DesktopView.nullable())),
  ),
};
export const desktopPushes = { 'desktop.changed': live(DesktopView.nullable()) };
