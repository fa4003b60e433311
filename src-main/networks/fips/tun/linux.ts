// A TUN device of Linux: taken by its name where the setup step has made it for this user, or made here where this process may.

import { execFile } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { descriptorEnd } from './descriptor-end.ts';
import type { TunDevice, TunEvents, TunWish } from './device.ts';
import { TunNeedsSetup, TunUnsupported } from './errors.ts';
import { addressing, isTunName, RULE } from './setup.ts';
import { attachTun } from './threaded.ts';

const CLONE = '/dev/net/tun';
const IP_MS = 5000;

const run = promisify(execFile);
const ip = (args: readonly string[]) => run('ip', [...args], { timeout: IP_MS });

export async function openLinuxTun(wish: TunWish, events: TunEvents): Promise<TunDevice> {
  const { name } = wish;
  if (!isTunName(name)) throw new RangeError('not the name of a network device');
  const wasThere = existsSync(`/sys/class/net/${name}`);
  let fd: number;
  try {
    fd = openSync(CLONE, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    throw existsSync(CLONE) ? new TunNeedsSetup(name, error) : new TunUnsupported('Linux without TUN', error);
  }
  const device = await attachTun({ system: 'linux', name, fd }, events, descriptorEnd).catch((error: unknown) => {
    closeSync(fd);
    throw error;
  });
  try {
    // As the setup step left it, it needs nothing more; and this process might not be able to give it anything.
    if (!wasThere || !hasAddress(wish)) await configure(wish);
  } catch (error) {
    await device.close();
    throw new TunNeedsSetup(name, error);
  }
  return device;
}

/** Only of devices that are up, the system tells addresses. */
function hasAddress({ name, address }: TunWish): boolean {
  return networkInterfaces()[name]?.some((each) => each.address === address) ?? false;
}

async function configure(wish: TunWish): Promise<void> {
  for (const args of addressing(wish)) await ip(args);
  const { stdout } = await ip(['-6', 'rule', 'show', 'priority', RULE.at(-1)!]);
  if (stdout.trim() === '') await ip(['-6', 'rule', 'add', ...RULE]);
}
