// Windows seen from WSL 2. In its usual network Windows is the gateway, and a model server there is reached under that address
// only. (With mirrored networking both share one loopback, and from Windows WSL's servers are on localhost anyway.)

import type { Surroundings } from './surroundings.ts';

/** The first bytes of Hyper-V's network cards, of which Windows' end of the network is one. */
const HYPER_V = /^00:15:5d:/i;

/** Windows' address; undefined where this is not WSL 2, or the gateway is not known to be Windows but may be a router. */
export async function windowsHost({ platform, read, list }: Surroundings): Promise<string | undefined> {
  if (platform !== 'linux') return undefined;
  const version = (await read('/proc/version')) ?? '';
  if (!/microsoft.*WSL2/i.test(version)) return undefined;
  const [routes, neighbours, cards] = await Promise.all([
    read('/proc/net/route'),
    read('/proc/net/arp'),
    list('/sys/class/net'),
  ]);
  // Only mirrored networking has it; the gateway is then the real router.
  if (cards.includes('loopback0')) return undefined;
  const gateway = gatewayOf(routes ?? '');
  if (gateway === undefined) return undefined;
  const card = cardOf(gateway, neighbours ?? '');
  // Bridged to the real network there is a real router as well; WSL takes its own network out of 172.16.0.0/12.
  const own = card === undefined ? /^172\.(?:1[6-9]|2\d|3[01])\./.test(gateway) : HYPER_V.test(card);
  return own ? gateway : undefined;
}

/** The default gateway by `/proc/net/route`, where addresses are 32-bit numbers of this machine, so backwards on all that run WSL. */
export function gatewayOf(routes: string): string | undefined {
  for (const line of routes.split('\n').slice(1)) {
    const [, destination, gateway, flags] = line.trim().split(/\s+/);
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway ?? '') || gateway === '00000000') continue;
    // RTF_UP and RTF_GATEWAY of linux/route.h.
    if ((Number.parseInt(flags ?? '0', 16) & 3) !== 3) continue;
    return [...Buffer.from(gateway!, 'hex')].reverse().join('.');
  }
  return undefined;
}

function cardOf(address: string, neighbours: string): string | undefined {
  for (const line of neighbours.split('\n').slice(1)) {
    const [ip, , , card] = line.trim().split(/\s+/);
    if (ip === address && card !== '00:00:00:00:00:00') return card;
  }
  return undefined;
}
