// What pausing and resuming mean to a data folder that no node runs on: the next start finds it so.

import type { PauseFor } from '../../src-preload/contract/availability.ts';
import { pauseEnd } from '../availability/pause.ts';
import type { Settings } from '../settings/settings.ts';

/** Times in epoch milliseconds. */
export async function pauseOffline(
  settings: Settings,
  how: PauseFor | { readonly until: number },
  now: number,
): Promise<void> {
  const until = typeof how === 'string' ? pauseEnd(how, now) : how.until;
  await settings.set('availability.pause', { since: now, until, released: false });
}

export async function resumeOffline(settings: Settings): Promise<void> {
  await settings.set('availability.pause', null);
  await settings.set('node.sharing', true);
}
