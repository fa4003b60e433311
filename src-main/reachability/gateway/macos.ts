// What macOS's own programs tell. Their words have stood for decades; whatever isn't understood is left out.

import { isIPv4, isIPv6 } from 'node:net';
import type { Family } from '../mapping.ts';
import type { DefaultRoute, Line } from './choose.ts';
import { type GlobalAddress, isGlobal } from './gateway.ts';
import { kindByName } from './kinds.ts';

/** `route -n get [-inet6] default`: the one that is used. */
export function primaryRoute(text: string, family: Family): DefaultRoute | undefined {
  const name = /^\s*interface:\s*(\S+)/m.exec(text)?.[1];
  if (!name) return undefined;
  return { family, name, router: router(/^\s*gateway:\s*(\S+)/m.exec(text)?.[1], name, family), metric: 0 };
}

/** `netstat -rn`: all of them. The card's own route is still there when a VPN's is used, marked as for those who ask for that card. */
export function allRoutes(text: string): readonly DefaultRoute[] {
  const found: DefaultRoute[] = [];
  let family: Family | undefined;
  let at = 3;
  for (const line of text.split('\n', 10_000)) {
    if (line.startsWith('Internet:')) family = 4;
    else if (line.startsWith('Internet6:')) family = 6;
    const words = line.trim().split(/\s+/);
    if (words[0] === 'Destination') at = words.indexOf('Netif');
    const [to, through] = words;
    const name = words[at];
    if (family === undefined || !name || !to || !/^(default|0\/1|128\.0\/1|::\/1|8000::\/1)$/.test(to)) continue;
    // A zone may be cut short by the width of the column; the interface's name stands in one of its own.
    const address = through?.startsWith('fe80:') ? `${through.split('%')[0]}%${name}` : through;
    found.push({ family, name, router: router(address, name, family), metric: to === 'default' ? 1 : -1 });
  }
  return found;
}

/** `ifconfig -aL`. Lifetimes are in seconds. */
export function interfaces(text: string): readonly Line[] {
  return text
    .split(/^(?=\S)/m)
    .slice(0, 1000)
    .flatMap((block): Line[] => {
      const name = /^([\w.-]+): flags=/.exec(block)?.[1];
      if (!name) return [];
      const v4 = [...block.matchAll(/^\s+inet (\S+)(?: -->? \S+)? netmask (0x[0-9a-f]{8})/gm)].flatMap(
        ([, address = '', mask]) => (isIPv4(address) ? [{ address, prefix: ones(Number(mask)) }] : []),
      );
      const globals = [...block.matchAll(/^\s+inet6 (\S+) (.*)$/gm)].flatMap(([, address = '', words = '']) =>
        globalAddress(address, words),
      );
      return [{ name, kind: kindByName(name), v4, globals }];
    });
}

/** `arp -n ADDRESS`: zeros in front are left out there. */
export function hardwareAddress(text: string): string | undefined {
  const parts = /\bat ((?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2})\b/i.exec(text)?.[1]?.split(':');
  return parts?.map((part) => part.toLowerCase().padStart(2, '0')).join(':');
}

function globalAddress(address: string, words: string): GlobalAddress[] {
  if (
    !isIPv6(address) ||
    !isGlobal(address) ||
    /\b(temporary|deprecated|tentative|duplicated|detached)\b/.test(words)
  ) {
    return [];
  }
  const seconds = /\bpltime (\d+)/.exec(words)?.[1];
  return [
    {
      address,
      ...(seconds === undefined || Number(seconds) >= 0xffffffff ? {} : { preferredMs: Number(seconds) * 1000 }),
      ...(/\bsecured\b/.test(words) ? { secured: true } : {}),
    },
  ];
}

function router(address: string | undefined, name: string, family: Family): string | undefined {
  if (address === undefined) return undefined;
  if (family === 4) return isIPv4(address) ? address : undefined;
  if (!isIPv6(address)) return undefined;
  return address.startsWith('fe80:') && !address.includes('%') ? `${address}%${name}` : address;
}

function ones(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}
