// What the system tells of itself: sleep, power, the lock of the screen, its end.

import { BaseWindow, powerMonitor } from 'electron';

export interface PowerDeps {
  readonly platform: NodeJS.Platform;
  readonly suspend: (on: boolean) => void;
  /** Something that a rule looks at may have changed. */
  readonly look: (...rules: ('battery' | 'idle')[]) => void;
  readonly unlocked: () => void;
  /** The system, or the user's session, ends. */
  readonly shutdown: () => void;
}

/** Returns its off. */
export function watchPower({ platform, suspend, look, unlocked, shutdown }: PowerDeps): () => void {
  const offs: (() => void)[] = [];
  // Each system has some of them; Linux has no event for power and lock, there the sensors find out.
  const on = (event: string, listener: (...args: unknown[]) => void) => {
    powerMonitor.on(event as 'resume', listener);
    offs.push(() => powerMonitor.off(event as 'resume', listener));
  };
  on('suspend', () => suspend(true));
  on('resume', () => suspend(false));
  on('on-ac', () => look('battery'));
  on('on-battery', () => look('battery'));
  on('lock-screen', () => look('idle'));
  on('unlock-screen', () => {
    look('idle');
    unlocked();
  });
  on('shutdown', (event) => {
    // Asks the system to wait until we are gone.
    (event as { preventDefault?: () => void } | undefined)?.preventDefault?.();
    shutdown();
  });
  if (platform === 'win32') offs.push(watchSession(shutdown));
  return () => {
    for (const off of offs) off();
  };
}

/** Windows tells windows alone that a session ends, and ours may be closed: one without a page stands in for it. */
function watchSession(shutdown: () => void): () => void {
  const window = new BaseWindow({ show: false, skipTaskbar: true, width: 1, height: 1 });
  window.on('session-end', shutdown);
  return () => window.destroy();
}
