// What makes the device: by this process itself where it may, else once by the user as administrator, after which this process takes it
// by its name. It is gone with the next restart of the computer.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TunWish } from './device.ts';

export const TUN_MTU = 1280;
export const MESH_RANGE = 'fd00::/8';
const COMMAND_MS = 5000;
/** Before those that other overlays make, which have 5270 and more. */
const PRIORITY = '5265';
/** What the kernel takes, and no shell reads anything into. */
const NAME = /^[a-z][a-z0-9]{0,14}$/;

/** A program, and its arguments. */
export type SystemCommand = readonly [program: string, args: readonly string[]];

/** One after the other. Rejects with what the first one that fails says. */
export async function runAll(commands: readonly SystemCommand[]): Promise<void> {
  for (const [program, args] of commands) await promisify(execFile)(program, [...args], { timeout: COMMAND_MS });
}

export function isTunName(name: string): boolean {
  return NAME.test(name);
}

/** Arguments of `ip`, one command a row, that give the device its address and the mesh its way. They can be said again. */
export function addressing({ name, address }: TunWish): readonly (readonly string[])[] {
  if (!isTunName(name)) throw new RangeError('not the name of a network device');
  return [
    ['-6', 'address', 'replace', `${address}/128`, 'dev', name],
    ['link', 'set', 'dev', name, 'mtu', String(TUN_MTU), 'up'],
    ['-6', 'route', 'replace', MESH_RANGE, 'dev', name],
  ];
}

/** A rule is added beside one that says the same, so it is looked for first. */
export const RULE = ['to', MESH_RANGE, 'lookup', 'main', 'priority', PRIORITY] as const;

/**
 * The whole step, for a user without privileges: a program and its arguments, to be run as it stands, through which the system asks for
 * the password. The one who gets the device is named by number.
 */
export function setupCommand(wish: TunWish, uid: number): readonly string[] {
  if (!Number.isSafeInteger(uid) || uid < 0) throw new RangeError('not a user id');
  const { name } = wish;
  const lines = [
    `ip tuntap add dev ${name} mode tun user ${uid}`,
    ...addressing(wish).map((args) => ['ip', ...args].join(' ')),
    `{ ip -6 rule show priority ${PRIORITY} | grep -q . || ip -6 rule add ${RULE.join(' ')}; }`,
  ];
  return ['pkexec', '/bin/sh', '-c', lines.join(' && ')];
}

/** Its opposite. */
export function removalCommand(name: string): readonly string[] {
  if (!isTunName(name)) throw new RangeError('not the name of a network device');
  return ['pkexec', '/bin/sh', '-c', `ip link delete dev ${name}; ip -6 rule delete ${RULE.join(' ')}`];
}
