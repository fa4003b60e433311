// A box that is made to be looked into: it runs a script, says what it saw, and is gone.

import type { Clock } from '../../base/clock.ts';
import type { BoxSpec, WorkloadBackend } from './backend.ts';

export interface TrialBoxDeps {
  readonly clock: Clock;
  readonly boxes: Pick<WorkloadBackend, 'create' | 'start' | 'remove' | 'status' | 'logs'>;
  /** Has bash. */
  readonly image: () => Promise<string>;
}

const ID = 'trial';
const LOOK_MS = 200;

export interface Trial {
  readonly script: string;
  /** How it differs from a small box without a network. */
  readonly more?: Partial<BoxSpec>;
  readonly key?: Uint8Array;
}

/** What `read` makes of what it printed, while it is still there. Rejects as the engine does; it is gone then, too. */
export async function inTrialBox<T>(
  { boxes, clock, image }: TrialBoxDeps,
  { script, more, key }: Trial,
  read: (said: string, id: string) => T | Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const spec: BoxSpec = {
    id: ID,
    image: await image(),
    command: ['bash', '-c', script],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    cpuMillicores: 500,
    memoryMiB: 64,
    diskMiB: 16,
    pids: 16,
    ports: [],
    network: 'none',
    dataPath: null,
    readOnlyRoot: true,
    ...more,
  };
  try {
    await boxes.remove(ID, signal);
    await boxes.create(spec, signal, key);
    await boxes.start(ID, signal);
    while ((await boxes.status(ID, signal)) === 'running') await clock.sleep(LOOK_MS, signal);
    return await read(await boxes.logs(ID, signal), ID);
  } finally {
    await boxes.remove(ID, new AbortController().signal).catch(() => undefined);
  }
}

/** What the program at the bottom of it has said. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
}
