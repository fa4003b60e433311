// What closing the window means.

import type { DesktopView } from '../../../src-preload/contract/desktop.ts';

/** `setting` is desktop.closeKeepsServing; undefined before the engine has sent it. */
export function closing(
  setting: 'ask' | 'keep' | 'quit' | undefined,
  tray: DesktopView['tray'],
): 'ask' | 'keep' | 'quit' {
  // There is nothing to keep serving yet.
  if (setting === undefined) return 'quit';
  // Without a tray the answer of another day may have come from another desktop: the user should not lose sight of it unasked.
  return setting === 'keep' && tray === 'hidden' ? 'ask' : setting;
}
