// What a signal says of why a node stops.
import { expect, it } from 'vitest';
import { departureFor, type StopSignal } from '../../../src-main/command/departure.ts';

const TERMINAL = { pid: 4711, ppid: 900, env: { XPC_SERVICE_NAME: '0' } };

it.each<[string, StopSignal, Partial<typeof TERMINAL> | { env: Record<string, string> }, 'stop' | 'restart']>([
  ['Ctrl+C', 'SIGINT', {}, 'stop'],
  ['somebody’s kill', 'SIGTERM', {}, 'stop'],
  ['a terminal that goes', 'SIGHUP', {}, 'restart'],
  ['systemd', 'SIGTERM', { env: { INVOCATION_ID: '9f0c' } }, 'restart'],
  ['systemd that is told how the node is', 'SIGTERM', { env: { NOTIFY_SOCKET: '/run/notify' } }, 'restart'],
  ['launchd', 'SIGTERM', { env: { XPC_SERVICE_NAME: 'org.example.hearth' } }, 'restart'],
  ['the end of a container', 'SIGTERM', { pid: 1 }, 'restart'],
  ['an init', 'SIGTERM', { ppid: 1 }, 'restart'],
])('%s: %s', (_who, signal, around, departure) => {
  expect(departureFor(signal, { ...TERMINAL, ...around })).toBe(departure);
});
