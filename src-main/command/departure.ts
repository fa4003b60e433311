// What a signal says of why a node stops. Only its user gives a place in a network up: a service manager sends the same signal for a
// restart, an update and the end of the system, and a terminal that goes takes its programs with it.

import type { StopOptions } from '../engine/engine.ts';

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

export interface Surroundings {
  readonly pid: number;
  readonly ppid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function departureFor(signal: StopSignal, around: Surroundings): NonNullable<StopOptions['departure']> {
  if (signal === 'SIGHUP') return 'restart';
  return signal === 'SIGTERM' && isService(around) ? 'restart' : 'stop';
}

/** Started by systemd, launchd, or as the first program of a container. launchd names programs that it did not start `0`. */
function isService({ pid, ppid, env }: Surroundings): boolean {
  const { INVOCATION_ID, NOTIFY_SOCKET, XPC_SERVICE_NAME = '0' } = env;
  return Boolean(INVOCATION_ID ?? NOTIFY_SOCKET) || XPC_SERVICE_NAME !== '0' || pid === 1 || ppid === 1;
}
