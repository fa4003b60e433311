// A TUN device of macOS, which it calls utun and numbers itself. Only root may have one, and it is gone with the process: there is no setup
// step. Never tried on a Mac.

import { descriptorEnd } from './descriptor-end.ts';
import type { TunDevice, TunEvents, TunWish } from './device.ts';
import { TunNeedsAdministrator, TunNeedsSetup } from './errors.ts';
import { MESH_RANGE, runAll, type SystemCommand, TUN_MTU } from './setup.ts';
import { attachTun } from './threaded.ts';
import { UTUN } from './utun.ts';

export async function openMacosTun({ name, address }: TunWish, events: TunEvents): Promise<TunDevice> {
  const device = await attachTun({ system: 'macos', name }, events, (attached) =>
    descriptorEnd(attached, UTUN.prefix),
  ).catch((error: unknown) => {
    throw error instanceof TunNeedsSetup ? new TunNeedsAdministrator(error) : error;
  });
  try {
    await runAll(macosCommands({ name: device.name, address }));
  } catch (error) {
    await device.close();
    throw new TunNeedsAdministrator(error);
  }
  return device;
}

/** What gives the device its address and the mesh its way. */
export function macosCommands({ name, address }: TunWish): readonly SystemCommand[] {
  return [
    ['/sbin/ifconfig', [name, 'inet6', address, 'prefixlen', '128', 'alias']],
    ['/sbin/ifconfig', [name, 'mtu', String(TUN_MTU), 'up']],
    ['/sbin/route', ['-n', 'add', '-inet6', MESH_RANGE, '-interface', name]],
  ];
}
