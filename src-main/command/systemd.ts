// What a service tells systemd of itself (sd_notify(3)): that it is up, that it goes, and, where it is watched, that it still
// answers. The socket for it is of a kind that Node can't open, so systemd's own little program does it.

import { spawn } from 'node:child_process';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';

export interface SystemdDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
}

export interface Systemd {
  /** The node is up. From here on a watchdog is fed, twice within its time. */
  ready(): void;
  /** It begins to stop, which may take a while; it is not watched any more. */
  stopping(): void;
}

/** Does nothing where no service manager listens. */
export function createSystemd({ clock, logger, env, pid }: SystemdDeps): Systemd {
  const listens = Boolean(env.NOTIFY_SOCKET);
  const watchMs = Number(env.WATCHDOG_USEC) / 1000;
  // systemd names the process that it watches; a child that inherits these words is another one.
  const watched = watchMs > 0 && (env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === pid);
  let cancel: (() => void) | undefined;
  let told = false;

  function say(...words: string[]): void {
    if (!listens) return;
    const child = spawn('systemd-notify', words, { env: { ...env }, stdio: 'ignore' });
    const failed = (why: Readonly<Record<string, unknown>>) => {
      if (!told) logger.warn('systemd could not be told how the node is', why);
      told = true;
    };
    child.on('error', (error) => failed({ error }));
    child.on('exit', (code) => code && failed({ code }));
    // Nothing waits for it: a node that has stopped may go.
    child.unref();
  }

  function feed(): void {
    say('WATCHDOG=1');
    cancel = clock.after(watchMs / 2, feed);
  }

  return {
    ready() {
      say('READY=1');
      if (listens && watched) feed();
    },
    stopping() {
      cancel?.();
      say('STOPPING=1');
    },
  };
}

/** Whether what is printed goes to the journal, by systemd's own word for it: device and inode (systemd.exec(5)). */
export function writesToJournal(
  env: Readonly<Record<string, string | undefined>>,
  stdout: () => { readonly dev: number; readonly ino: number },
): boolean {
  if (!env.JOURNAL_STREAM) return false;
  const { dev, ino } = stdout();
  return env.JOURNAL_STREAM === `${dev}:${ino}`;
}
