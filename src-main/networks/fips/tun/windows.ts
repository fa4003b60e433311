// A TUN device of Windows, by the driver Wintun, which an administrator alone may use. Never tried on Windows.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import type { TunDevice, TunEvents, TunWish } from './device.ts';
import { TunNeedsAdministrator, TunNeedsDriver, TunNeedsSetup } from './errors.ts';
import { MESH_RANGE, runAll, type SystemCommand, TUN_MTU } from './setup.ts';
import type { Attached } from './thread-wire.ts';
import { attachTun, type OwnEnd } from './threaded.ts';

const LIBRARY = 'wintun.dll';

export async function openWindowsTun(wish: TunWish, events: TunEvents): Promise<TunDevice> {
  const system = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');
  const library = libraryIn([dirname(process.execPath), system]);
  if (library === undefined) throw new TunNeedsDriver();
  const data = { system: 'windows', name: wish.name, library } as const;
  const device = await attachTun(data, events, (attached) => wintunEnd(library, attached)).catch((error: unknown) => {
    throw error instanceof TunNeedsSetup ? new TunNeedsAdministrator(error) : error;
  });
  try {
    await runAll(windowsCommands(wish, system));
  } catch (error) {
    await device.close();
    throw new TunNeedsAdministrator(error);
  }
  return device;
}

/** By its whole path: by its name, Windows would look for it in folders that others can write to as well. */
export function libraryIn(folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, LIBRARY)).find((path) => existsSync(path));
}

/** What gives the device its address and the mesh its way, until Windows is started anew. */
export function windowsCommands({ name, address }: TunWish, system: string): readonly SystemCommand[] {
  const netsh = join(system, 'netsh.exe');
  const ipv6 = (...words: readonly string[]): SystemCommand => [netsh, ['interface', 'ipv6', ...words, 'store=active']];
  return [
    ipv6('add', 'address', `interface=${name}`, `address=${address}/128`),
    ipv6('set', 'subinterface', name, `mtu=${TUN_MTU}`),
    ipv6('add', 'route', `prefix=${MESH_RANGE}`, `interface=${name}`),
  ];
}

/** The driver lets any thread send. */
function wintunEnd(library: string, attached: Attached): OwnEnd {
  if (attached.kind !== 'wintun') throw new TypeError('not of Wintun');
  const { session, wake } = attached;
  const wintun = koffi.load(library);
  const kernel = koffi.load('kernel32.dll');
  const allocate = wintun.func('void *WintunAllocateSendPacket(void *session, uint32_t bytes)');
  const send = wintun.func('void WintunSendPacket(void *session, void *packet)');
  const setEvent = kernel.func('int __stdcall SetEvent(void *event)');
  const copy = kernel.func('void __stdcall RtlMoveMemory(void *to, void *from, size_t bytes)');
  return {
    write(packet) {
      const room = allocate(session, packet.length) as bigint | null;
      // Full: what comes now is lost.
      if (!room) return;
      copy(room, packet, packet.length);
      send(session, room);
    },
    wake: () => void setEvent(wake),
    close: () => undefined,
  };
}
